"""What the memory of families is worth on what it was not made of.

On the list that it was made of, a memory knows everything, which says nothing. So the lists are cut
into folds: a memory is made of all folds but one, malware and benign, and asked about that one.

- A group of malware, and all archives of a benign project, are in one fold.
- The memory is asked through the very grades of the check; nothing else of Airlock takes part.
"""

import datetime as dt
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from airlock.checks.code.known_family import grade
from airlock.evidence.fingerprints.building import KnownGood, Specimen, build
from airlock.evidence.fingerprints.corpus import archive_prints, known_good
from airlock.evidence.fingerprints.grams import Prints
from airlock.evidence.fingerprints.memory import FileFingerprints, write_memory
from airlock.model import ProjectName
from evals.corpus import Sample
from evals.statistics import Share, share

_SEED = 20261123


class Held(msgspec.Struct, frozen=True):
    """One archive that the memory was not made of, and what the check would say of it."""

    sample: Sample
    grade: str
    """``severity/confidence``, or empty."""
    family: str = ""


def cross_validate(
    samples: Iterable[Sample], harmless: Iterable[Path], *, folds: int
) -> Iterator[Held]:
    """Yield every archive of the lists, judged by a memory without its fold.

    Args:
        samples: of both lists; those without a file are left out.
        harmless: folders whose code is known good in every fold.
        folds: how many, from 2.
    """
    known = [one for place in harmless for one in known_good(place) if isinstance(one, Prints)]
    read = {one.sha256: _read(one) for one in samples if not one.problem}
    usable = [one for one in samples if one.sha256 in read]
    for fold in _folds(usable, folds):
        left = {one.sha256 for one in fold}
        memory = _memory([one for one in usable if one.sha256 not in left], read, known)
        for sample in fold:
            yield _ask(memory, sample, read[sample.sha256])


def table(held: Sequence[Held]) -> Iterator[str]:
    """Yield the lines of a report."""
    malware = [one for one in held if one.sample.label == "malware"]
    benign = [one for one in held if one.sample.label == "benign"]
    yield f"{len(malware)} malicious and {len(benign)} benign archives, each held out once"
    for title, group in (("malware", malware), ("benign", benign)):
        for name, count in sorted(Counter(one.grade or "not known" for one in group).items()):
            yield f"  {title:10}{name:20}{count:6}"
    groups: dict[str, bool] = defaultdict(lambda: True)
    for one in malware:
        groups[one.sample.group] &= _stops(one)
    yield f"  groups held or refused    {_told(share(groups.values()))}"
    yield f"  benign held or refused    {_told(share(map(_stops, benign)))}"
    for one in benign:
        if one.grade:
            yield f"    {one.sample.filename}: {one.grade} {one.family}"


def _stops(one: Held) -> bool:
    return one.grade.startswith(("critical", "high"))


def _told(found: Share) -> str:
    return f"{found.share:.3f} [{found.low:.3f}, {found.high:.3f}] {found.count}/{found.total}"


def _read(sample: Sample) -> Mapping[str, Prints]:
    return dict(archive_prints(Path(sample.path), sample.filename))


def _folds(samples: Iterable[Sample], count: int) -> Iterator[list[Sample]]:
    together: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        benign = sample.label == "benign"
        together[str(ProjectName(sample.name)) if benign else sample.group].append(sample)
    keys = sorted(together)
    random.Random(_SEED).shuffle(keys)  # noqa: S311 - folds have nothing to hide
    for number in range(count):
        yield [sample for key in keys[number::count] for sample in together[key]]


def _memory(
    samples: Iterable[Sample], read: Mapping[str, Mapping[str, Prints]], known: Iterable[Prints]
) -> FileFingerprints:
    good = KnownGood()
    for one in known:
        good.add(one)
    specimens = []
    for sample in samples:
        if sample.label == "malware":
            specimens.append(Specimen(f"family-{sample.group[:8]}", read[sample.sha256]))
        else:
            for one in read[sample.sha256].values():
                good.add(one)
    made = build(specimens, good, made_on=dt.date.min.isoformat()).memory
    with tempfile.TemporaryDirectory(prefix="airlock-evals-") as folder:
        path = Path(folder) / "families.bin"
        path.write_bytes(write_memory(made))
        memory = FileFingerprints(path)
        _ = memory.memory  # read before the folder is gone
    return memory


def _ask(memory: FileFingerprints, sample: Sample, files: Mapping[str, Prints]) -> Held:
    grams = frozenset().union(*(one.grams for one in files.values()))
    wholes = {one.whole for one in files.values()} - {0}
    for likeness in memory.likenesses(grams, wholes):
        if graded := grade(likeness):
            severity, confidence = graded
            return Held(sample, f"{severity.value}/{confidence.value}", likeness.family)
    return Held(sample, "")
