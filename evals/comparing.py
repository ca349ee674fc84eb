"""What changed between two reports."""

from collections.abc import Iterator

from airlock.report import one_line
from evals.figures import Figures, figures, stopped
from evals.records import Record, Report

_WIDTH = 140


def compare(before: Report, after: Report) -> Iterator[str]:
    """Yield the lines of a comparison; archives that only one report evaluated are counted."""
    old = {_key(record): record for record in before.records if not record.problem}
    new = {_key(record): record for record in after.records if not record.problem}
    shared = sorted(old.keys() & new.keys())
    alone = f"{len(old) - len(shared)} only before, {len(new) - len(shared)} only after"
    yield f"{len(shared)} archives in both, {alone}"
    yield from _differences_of_settings(before, after)
    pairs = [(old[key], new[key]) for key in shared]
    then = figures([pair[0] for pair in pairs], after.since)
    now = figures([pair[1] for pair in pairs], after.since)
    yield from _table(then, now)
    yield from _moved(pairs)


def _key(record: Record) -> tuple[str, str]:
    return (record.label, record.sha256)


def _differences_of_settings(before: Report, after: Report) -> Iterator[str]:
    for field in ("checks_version", "policy", "left_out"):
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield f"{field}: {old or 'none'} → {new or 'none'}"


def _table(then: Figures, now: Figures) -> Iterator[str]:
    yield ""
    rows = [
        ("caught, groups", then.groups["all"].caught.share, now.groups["all"].caught.share),
        (
            "caught, recent groups",
            then.groups["recent"].caught.share,
            now.groups["recent"].caught.share,
        ),
        ("refused, groups", then.groups["all"].refused.share, now.groups["all"].refused.share),
        ("benign refused", then.benign["all"].refused.share, now.benign["all"].refused.share),
        ("benign held", then.benign["all"].held.share, now.benign["all"].held.share),
    ]
    rows += [
        (f"CPU s, median, {name}", then.cpu[name].median, now.cpu[name].median)
        for name in sorted(then.cpu.keys() & now.cpu.keys())
    ]
    for name, old, new in rows:
        yield f"{name:32}{old:8.3f} → {new:6.3f}  {new - old:+.3f}".rstrip()


def _moved(pairs: list[tuple[Record, Record]]) -> Iterator[str]:
    changed = [(old, new) for old, new in pairs if old.decision != new.decision]
    better = [pair for pair in changed if _is_better(*pair)]
    worse = [pair for pair in changed if not _is_better(*pair)]
    for title, group in (("Worse", worse), ("Better", better)):
        yield ""
        yield f"{title}: {len(group)}"
        for old, new in sorted(group, key=lambda pair: (pair[1].label, pair[1].filename)):
            yield f"  {new.label:8} {old.decision:6} → {new.decision:6}  {new.filename}"
            told = new.reasons or old.reasons
            if told:
                line = f"{told[0].check or told[0].rule}: {told[0].message}"
                yield f"      {one_line(line, longest=_WIDTH)}"
    gone = [new for old, new in pairs if new.failures and not old.failures]
    yield ""
    yield f"Newly with failed checks: {len(gone)}"
    for record in gone:
        yield f"  {record.filename}: {', '.join(sorted(record.failures))}"


def _is_better(old: Record, new: Record) -> bool:
    stricter = stopped(new) > stopped(old)
    return stricter == (new.label == "malware")
