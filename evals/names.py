"""How many imitations of names are held, and how many legitimate names: ``python -m evals.names``.

Labelled names come from a CSV file with the columns ``typo``, ``target``, ``ecosystem`` and
``label``; popular names from a JSON file as ``airlock name --popular`` reads it. Both stay outside
the repository.

- The first names of the list are the corpus; legitimate names are drawn, with a seed, from those
  between ``--from-rank`` and ``--to-rank``, which the corpus never has.
- All judges answer about the same names in the same run.
- Whether a number of the calibration fits by chance is asked thrice: the figures of five folds of
  the names; the figures of a calibration that is fitted anew without each fold (``name_folds``);
  and all legitimate names of the ranks, not only those that were drawn.
- A name counts as held from the level at which the default policy holds; the curve shows the levels
  on both sides of it. Targets are right if they are first.
"""

import csv
import math
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click
import msgspec

from airlock import assembly
from airlock.checks import load_checks
from airlock.evidence import Facts
from airlock.evidence.known_names.builtin import BuiltinKnownNames
from airlock.evidence.popularity import Popularity
from airlock.evidence.popularity.listed import ListedPopularity
from airlock.model import ProjectName
from airlock.names import HOLDS, NameIndex, compare
from airlock.names.calibration import SPOKEN_RANK
from airlock.names.spelling import ultranormalise
from airlock.names.spoken import SPOKEN
from airlock.naming import NameVetting
from airlock.policy import InForce, default_policy
from airlock.report import Unexamined
from airlock.scanning.names import NameScan
from evals import name_folds
from evals.statistics import Share, share_of

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_LEVELS = (0.8, 0.7, 0.6, HOLDS, 0.4, 0.3, 0.25, 0.1)
_CORPORA = (1_000, 5_000)
_LOADS = 5

Judge = Callable[[ProjectName], tuple[bool, str]]
"""Whether a name is held, and what it is first taken for (empty for nothing)."""


class Sample(msgspec.Struct, frozen=True):
    """The names of one evaluation."""

    malicious: Mapping[ProjectName, frozenset[ProjectName]]
    """Each with what it imitates."""
    legitimate: Sequence[ProjectName]
    pool: Sequence[ProjectName] = ()
    """All legitimate names, of which those were drawn."""


class Row(msgspec.Struct, frozen=True):
    """What one judge said of one sample."""

    recall: Share
    right: Share
    false_alarms: Share
    microseconds: float
    """Of processor time for each legitimate name."""


class FirstNames(Popularity):
    """The first names of a list."""

    def __init__(self, counted: Sequence[tuple[str, int]]) -> None:
        self._counted = counted
        self._ranks = {name: rank for rank, (name, _) in enumerate(counted, start=1)}

    @property
    def names(self) -> Sequence[ProjectName]:
        """Every name, the most popular first."""
        return tuple(ProjectName(name) for name, _ in self._counted)

    @property
    def counted(self) -> Iterable[tuple[str, int]]:
        """Every name with its downloads."""
        return self._counted

    def rank(self, name: ProjectName) -> int | None:
        """Return the place of a name."""
        return self._ranks.get(name)


def by_likeness(index: NameIndex, level: float = HOLDS) -> Judge:
    """Judge by ``airlock.names`` alone."""

    def judge(name: ProjectName) -> tuple[bool, str]:
        found = compare(name, index)
        return (True, found[0].target) if found and found[0].weight >= level else (False, "")

    return judge


def by_checks(popular: Popularity, *, known: bool) -> Judge:
    """Judge by the checks of names and the default policy, as ``airlock name check`` does."""
    now = assembly.now()
    facts = Facts(now=now, popularity=popular, known_names=BuiltinKnownNames())
    checks = load_checks(families=["name"])
    if not known:
        checks = type(checks)(check for check in checks.checks if check.id != "name-known")
    vetting = NameVetting(checks, lambda _: facts, InForce(default_policy()))
    scan = NameScan(vetting, lambda _: facts, lambda: now)

    def judge(name: ProjectName) -> tuple[bool, str]:
        (result,) = scan.run([name], [])
        return result.exit_code != 0, "" if isinstance(result, Unexamined) else result.target

    return judge


def by_ultranormal_form(popular: Popularity) -> Judge:
    """Judge as the public index does: equal but for separators and o, 0, i, l, 1."""
    forms = {ultranormalise(name): name for name in reversed(popular.names)}

    def judge(name: ProjectName) -> tuple[bool, str]:
        target = forms.get(ultranormalise(name), "")
        return bool(target), target

    return judge


def by_distance(popular: Popularity) -> Judge:
    """Judge by one edit (optimal string alignment) between normalised names."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    names = [str(name) for name in popular.names]

    def judge(name: ProjectName) -> tuple[bool, str]:
        found = process.extractOne(str(name), names, scorer=OSA.distance, score_cutoff=1)
        return (True, found[0]) if found else (False, "")

    return judge


def measured(judge: Judge, sample: Sample) -> Row:
    """Ask a judge about all names of a sample."""
    held = right = 0
    for name, targets in sample.malicious.items():
        is_held, target = judge(name)
        held += is_held
        right += is_held and target in targets
    begun = time.process_time()
    alarms = sum(judge(name)[0] for name in sample.legitimate)
    seconds = time.process_time() - begun
    return Row(
        recall=share_of(held, len(sample.malicious)),
        right=share_of(right, len(sample.malicious)),
        false_alarms=share_of(alarms, len(sample.legitimate)),
        microseconds=seconds / max(1, len(sample.legitimate)) * 1e6,
    )


def labelled(path: Path, ecosystem: str) -> dict[ProjectName, frozenset[ProjectName]]:
    """Read the malicious names of one ecosystem, each with all that it is said to imitate."""
    targets: dict[ProjectName, set[ProjectName]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["ecosystem"] == ecosystem and row["label"] == "malicious":
                name = ProjectName(row["typo"])
                targets.setdefault(name, set()).add(ProjectName(row["target"]))
    return {name: frozenset(meant) for name, meant in targets.items()}


def _lines(counted: Sequence[tuple[str, int]], sample: Sample) -> Iterator[str]:
    shares = f"{'recall':>15} {'right first':>15} {'false alarms':>16}"
    yield f"{'corpus':>7}  {'judge':34} {shares} µs/name"
    for size in _CORPORA:
        popular = FirstNames(counted[:size])
        index = NameIndex(popular.counted, SPOKEN, spoken_rank=SPOKEN_RANK)
        index.is_word("")  # what is made on first use is no part of the time for a name
        judges = _judges(popular, index)
        yield from (_line(size, name, measured(judge, sample)) for name, judge in judges)
        yield from _crossed(size, index, sample)
        every = measured(by_likeness(index), Sample({}, sample.pool))
        yield _line(size, f"likeness, all {len(sample.pool):,} legitimate", every)
    # With all names as the corpus there are no legitimate ones left that it does not know.
    everything = NameIndex(counted, SPOKEN, spoken_rank=SPOKEN_RANK)
    known = Sample(sample.malicious, [])
    yield _line(len(counted), "likeness, recall only", measured(by_likeness(everything), known))


def _crossed(size: int, index: NameIndex, sample: Sample) -> Iterator[str]:
    names = name_folds.looked(index, sample.malicious, sample.legitimate)
    for number, fold in enumerate(name_folds.by_fold(*names), start=1):
        yield _line(size, f"likeness, fold {number}", _row(fold))
    yield _line(size, "likeness, fitted without the fold", _row(name_folds.crossed(*names)))


def _row(found: name_folds.Crossed) -> Row:
    return Row(found.recall, found.right, found.false_alarms, microseconds=math.nan)


def _judges(popular: Popularity, index: NameIndex) -> Iterator[tuple[str, Judge]]:
    yield "ultranormalize", by_ultranormal_form(popular)
    yield "distance <= 1", by_distance(popular)
    for level in _LEVELS:
        holds = " (holds)" if level == HOLDS else ""
        yield f"likeness >= {level}{holds}", by_likeness(index, level)
    plain = NameIndex(popular.counted)
    yield "likeness, without spoken names", by_likeness(plain)
    yield "checks, without name-known", by_checks(popular, known=False)
    yield "checks (airlock name check)", by_checks(popular, known=True)


def _line(size: int, name: str, row: Row) -> str:
    shares = f"{_share(row.recall):>15} {_share(row.right):>15}"
    alarms = f"{100 * row.false_alarms.share:.2f}% ({row.false_alarms.count})"
    time = "" if math.isnan(row.microseconds) else f"{row.microseconds:7.0f}"
    return f"{size:>7}  {name:34} {shares} {alarms:>16} {time}"


def _share(share: Share) -> str:
    return f"{share.share:.3f} ({share.count}/{share.total})"


def _load_times(path: Path, names: int) -> str:
    times = []
    for _ in range(_LOADS):
        begun = time.process_time()
        counted = list(ListedPopularity(path).counted)[:names]
        read = time.process_time()
        index = NameIndex(counted, SPOKEN, spoken_rank=SPOKEN_RANK)
        built = time.process_time()
        compare(ProjectName("reqeusts"), index)
        times.append((read - begun, built - read, time.process_time() - built))
    read, built, first = (1e3 * statistics.median(part) for part in zip(*times, strict=True))
    return (
        f"{len(counted):,} names: read in {read:.0f} ms, indexed in {built:.0f} ms, the first name "
        f"in {first:.1f} ms of processor time (medians of {_LOADS})"
    )


@click.command()
@click.option("--names", "names_file", type=_FILE, required=True, help="Labelled names (CSV).")
@click.option("--popular", type=_FILE, required=True, help="Popular names (JSON).")
@click.option("--ecosystem", default="pypi", show_default=True)
@click.option("--draw", default=3_000, show_default=True, help="Legitimate names to draw.")
@click.option("--seed", default=1, show_default=True)
@click.option("--from-rank", default=5_001, show_default=True)
@click.option("--to-rank", default=15_000, show_default=True)
@click.option("--show", is_flag=True, help="List what is missed and what is held wrongly.")
def main(  # noqa: PLR0913, PLR0917 - one parameter per option
    names_file: Path,
    popular: Path,
    ecosystem: str,
    draw: int,
    seed: int,
    from_rank: int,
    to_rank: int,
    show: bool,  # noqa: FBT001 - click gives it by its name
) -> None:
    """Print recall, right targets and false alarms of all judges at two sizes of the corpus."""
    counted = list(ListedPopularity(popular).counted)
    pool = [ProjectName(name) for name, _ in counted[from_rank - 1 : to_rank]]
    drawn = random.Random(seed).sample(pool, min(draw, len(pool)))  # noqa: S311 - no secret
    sample = Sample(labelled(names_file, ecosystem), drawn, pool)
    for line in _lines(counted, sample):
        click.echo(line)
    for size in (*_CORPORA, len(counted)):
        click.echo(_load_times(popular, size))
    if show:
        _show(counted[: from_rank - 1], sample)


def _show(counted: Sequence[tuple[str, int]], sample: Sample) -> None:
    index = NameIndex(counted, SPOKEN, spoken_rank=SPOKEN_RANK)
    for kind, names in (("missed", sample.malicious), ("held wrongly", sample.legitimate)):
        for name in sorted(names):
            found = compare(name, index)[:1]
            if (kind == "missed") != any(one.holds for one in found):
                told = [f"{one.target} {one.technique} {one.weight}" for one in found]
                click.echo(f"{kind}: {name} {' '.join(told)}")


if __name__ == "__main__":
    sys.exit(main())
