"""Every archive of the lists, one after the other in one long-lived process, as a gate examines.

``AIRLOCK_BENIGN`` and ``AIRLOCK_MALWARE`` name the lists; what is on the list of malware lies in
``AIRLOCK_MALWARE_FOLDER``, as ``evals`` reads it, and is only ever read. With ``AIRLOCK_HEXORA``
that program is asked of every tenth archive of the same list in the same run.
"""

import os
import resource
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import airlock.warm  # noqa: F401 - what a worker inherits
from airlock import assembly, vetting
from airlock.archive import Limits
from airlock.evidence.fingerprints import members
from airlock.model import Artifact, ArtifactName, Release, Sha256
from airlock.syntax import library, reader
from benchmarks.corpus import fetch, read_list
from evals.corpus import read_corpus
from evals.peers import Hexora

_BAR_SECONDS = 0.15
_EVERY = 10
_SHOWN = 5


class _Archive(NamedTuple):
    path: Path
    filename: str


def main() -> None:
    """Print the figures of both lists, if they are there."""
    benign = Path(os.environ.get("AIRLOCK_BENIGN", "../shared/data/benign/dev.csv"))
    if benign.exists():
        paths = fetch(read_list(benign))
        _measure("benign", [_Archive(path, path.name) for path in paths])
    listed, folder = (
        os.environ.get(name) for name in ("AIRLOCK_MALWARE", "AIRLOCK_MALWARE_FOLDER")
    )
    if listed and folder:
        samples = read_corpus("malware", Path(listed), Path(folder))
        found = [_Archive(Path(one.path), one.filename) for one in samples if not one.problem]
        _measure("malware", found)


def _measure(label: str, archives: list[_Archive]) -> None:
    phases: Counter[str] = Counter()
    with _timed(phases):
        costs = [(_examine(one), one.filename) for one in archives]
    seconds = sorted(cost for cost, _ in costs)
    print(f"\n{len(costs)} {label} archives in one process, s CPU each")
    print(
        f"median {statistics.median(seconds):.3f} (bar {_BAR_SECONDS}), "
        f"mean {statistics.mean(seconds):.3f}, "
        f"95th percentile {seconds[int(0.95 * len(seconds))]:.2f}, all {sum(seconds):.1f}"
    )
    for cost, filename in sorted(costs, reverse=True)[:_SHOWN]:
        print(f"  {cost:7.2f}  {filename}")
    _tell_phases(phases, sum(seconds))
    if hexora := os.environ.get("AIRLOCK_HEXORA"):
        _beside(Hexora(Path(hexora)), archives[::_EVERY], {name: c for c, name in costs})


def _examine(one: _Archive) -> float:
    name = ArtifactName.parse(one.filename)
    artifact = Artifact(
        sha256=Sha256("0" * 64),
        size=one.path.stat().st_size,
        name=name,
        release=Release(project=name.project, version=name.version),
    )
    checks, facts = assembly.examination_kit()
    begun = time.process_time()
    for _ in vetting.examine(artifact, one.path, checks, facts(assembly.now()), Limits()):
        pass
    return time.process_time() - begun


# The hot paths, each by the name under which its caller looks it up.
_PHASES: tuple[tuple[str, object, str], ...] = (
    ("open the archive, unpack and digest all of it", vetting, "open_archive"),
    ("decode sources", library, "decode_source"),
    ("find words (the prefilter)", library, "find_words"),
    ("parse", reader, "parse"),
    ("read off the code, all in all", reader.Reader, "read"),
    ("make fingerprints", members, "prints"),
)


@contextmanager
def _timed(phases: Counter[str]) -> Iterator[None]:
    """Count the time of the hot paths while examinations run."""
    before = [(owner, name, getattr(owner, name)) for _, owner, name in _PHASES]
    for label, owner, name in _PHASES:
        setattr(owner, name, _counting(getattr(owner, name), label, phases))
    try:
        yield
    finally:
        for owner, name, function in before:
            setattr(owner, name, function)


def _counting(
    function: Callable[..., object], label: str, phases: Counter[str]
) -> Callable[..., object]:
    def counted(*given: object, **named: object) -> object:
        begun = time.process_time_ns()
        try:
            return function(*given, **named)
        finally:
            phases[label] += time.process_time_ns() - begun

    return counted


def _tell_phases(phases: Counter[str], total: float) -> None:
    for label, _, _ in _PHASES:
        spent = phases[label] / 1e9
        print(f"  {label:48} {spent:8.2f} s  {spent / total:5.0%}")


def _beside(peer: Hexora, archives: Iterable[_Archive], ours: dict[str, float]) -> None:
    """Print what a peer needs for the same archives, its starts included."""
    spent = own = 0.0
    for one in archives:
        before = _children()
        answer = peer.ask(one.path, one.filename)
        if not answer.error:
            spent += _children() - before
            own += ours[one.filename]
    if spent:
        print(f"  {peer.name} {spent:.2f} s, Airlock {own:.2f} s: {own / spent:.2f} of it")


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
