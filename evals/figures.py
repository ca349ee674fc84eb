"""From records to figures.

- Malware is counted by groups: archives that share their code count once, with the *mildest*
  decision that any of them got, so that a group is caught only if all of it is.
- Caught means held or refused. What is held by the floor alone, because it could not be examined,
  counts as caught, as it does in the product, and is counted separately, too.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec

from airlock.model import Decision
from evals.records import PeerAnswer, Record
from evals.statistics import Share, Spread, share, spread


class Recall(msgspec.Struct, frozen=True, kw_only=True):
    """How much of some malware is stopped."""

    caught: Share
    """Held or refused."""
    refused: Share
    unexamined: int
    """Of the caught, those held for no other reason than that something could not be examined."""


class FalsePositives(msgspec.Struct, frozen=True, kw_only=True):
    """How many benign archives are stopped."""

    refused: Share
    held: Share
    """Held and not refused."""


class CheckRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one check is worth; groups of malware, benign archives."""

    check: str
    caught: int
    """Groups that one of its findings alone suffices to stop, or helps to by its score."""
    alone: int
    """Groups that would be admitted without it."""
    refused: int
    refused_alone: int
    """Groups that would not be refused without it."""
    wrong: int
    """Benign archives that it had a part in stopping."""
    wrong_alone: int
    """Benign archives that would be admitted without it."""
    errors_malware: int
    errors_benign: int
    error: str = ""
    """One of the reasons."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a report says about a run."""

    groups: dict[str, Recall]
    """``all`` and ``recent``."""
    archives: dict[str, Recall]
    benign: dict[str, FalsePositives]
    """By kind, and ``all``."""
    by_family: dict[str, dict[str, int]]
    """Family of check → how many groups it had a part in holding, refusing; benign stopped."""
    by_month: dict[str, dict[str, int]]
    """Month → groups by decision."""
    checks: tuple[CheckRow, ...]
    cpu: dict[str, Spread]
    """Seconds per archive, by ``malware`` or ``benign`` and kind."""
    wall: dict[str, Spread]
    failed_archives: int
    """With at least one check that could not look at everything."""
    not_evaluated: int
    peers: dict[str, dict[str, object]]


def figures(records: Iterable[Record], since: str) -> Figures:
    """Return the figures of a run.

    Args:
        records: of every archive.
        since: the day, ``YYYY-MM-DD``, from which malware counts as recent.
    """
    everything = list(records)
    done = [record for record in everything if not record.problem]
    malware = [record for record in done if record.label == "malware"]
    benign = [record for record in done if record.label == "benign"]
    recent = [record for record in malware if record.added >= since]
    grouped = mildest(malware)
    return Figures(
        groups={"all": _recall(grouped), "recent": _recall(mildest(recent))},
        archives={"all": _recall(malware), "recent": _recall(recent)},
        benign=_by_kind(benign),
        by_family=_by_family(grouped, benign),
        by_month=_by_month(grouped),
        checks=tuple(_rows(malware, grouped, benign)),
        cpu=_spreads(done, lambda record: record.cpu_seconds),
        wall=_spreads(done, lambda record: record.wall_seconds),
        failed_archives=sum(bool(record.failures) for record in done),
        not_evaluated=len(everything) - len(done),
        peers=_peers(malware, benign, since),
    )


def mildest(records: Iterable[Record]) -> list[Record]:
    """Return one record of each group: the one with the mildest decision."""
    chosen: dict[str, Record] = {}
    for record in records:
        other = chosen.get(record.group)
        if other is None or stopped(record) < stopped(other):
            chosen[record.group] = record
    return list(chosen.values())


def stopped(record: Record) -> Decision:
    """Return the decision; 0, which is false, if the archive was admitted."""
    return Decision.of_word(record.decision)


def _recall(records: Sequence[Record]) -> Recall:
    return Recall(
        caught=share(bool(stopped(record)) for record in records),
        refused=share(stopped(record) is Decision.REFUSE for record in records),
        unexamined=sum(record.unexamined for record in records),
    )


def _by_kind(benign: Sequence[Record]) -> dict[str, FalsePositives]:
    kinds = {
        kind: [r for r in benign if r.kind == kind] for kind in sorted({r.kind for r in benign})
    }
    return {
        kind: FalsePositives(
            refused=share(stopped(record) is Decision.REFUSE for record in records),
            held=share(stopped(record) is Decision.HOLD for record in records),
        )
        for kind, records in {"all": list(benign), **kinds}.items()
    }


def _by_family(grouped: Iterable[Record], benign: Iterable[Record]) -> dict[str, dict[str, int]]:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for record in grouped:
        for family in {check.partition("-")[0] for check in record.without}:
            rows[family][stopped(record).word] += 1
        if record.unexamined:
            rows["(floor alone)"][stopped(record).word] += 1
        if not stopped(record):
            rows["(missed)"][stopped(record).word] += 1
    for record in benign:
        for family in {check.partition("-")[0] for check in record.without}:
            rows[family]["wrong"] += 1
        if record.unexamined:
            rows["(floor alone)"]["wrong"] += 1
    return {family: dict(rows[family]) for family in sorted(rows)}


def _by_month(grouped: Iterable[Record]) -> dict[str, dict[str, int]]:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for record in grouped:
        rows[record.added[:7] or "unknown"][record.decision] += 1
    return {month: dict(rows[month]) for month in sorted(rows)}


def _rows(
    malware: Sequence[Record], grouped: Sequence[Record], benign: Sequence[Record]
) -> Iterable[CheckRow]:
    named = {
        check for record in (*malware, *benign) for check in (*record.without, *record.failures)
    }
    for check in sorted(named):
        parts = [record for record in grouped if check in record.without]
        wrong = [record for record in benign if check in record.without]
        reasons = [r.failures[check] for r in (*malware, *benign) if check in r.failures]
        yield CheckRow(
            check=check,
            caught=len(parts),
            alone=sum(record.without[check] == "admit" for record in parts),
            refused=sum(_refused_by(record, check) for record in parts),
            refused_alone=sum(
                record.decision == "refuse" and record.without[check] != "refuse"
                for record in parts
            ),
            wrong=len(wrong),
            wrong_alone=sum(record.without[check] == "admit" for record in wrong),
            errors_malware=sum(check in record.failures for record in malware),
            errors_benign=sum(check in record.failures for record in benign),
            error=reasons[0] if reasons else "",
        )


def _refused_by(record: Record, check: str) -> bool:
    return any(one.check == check and one.decision == "refuse" for one in record.reasons)


def _spreads(records: Iterable[Record], figure: Callable[[Record], float]) -> dict[str, Spread]:
    parts: dict[str, list[float]] = defaultdict(list)
    for record in records:
        parts[record.label].append(figure(record))
        parts[f"{record.label} {record.kind}"].append(figure(record))
    return {name: spread(parts[name]) for name in sorted(parts)}


def _peers(
    malware: Sequence[Record], benign: Sequence[Record], since: str
) -> dict[str, dict[str, object]]:
    names = sorted({name for record in (*malware, *benign) for name in record.peers})
    return {name: _peer(name, malware, benign, since) for name in names}


def _peer(
    name: str, malware: Sequence[Record], benign: Sequence[Record], since: str
) -> dict[str, object]:
    answers = [record.peers[name] for record in (*malware, *benign)]
    thresholds = sorted({one for answer in answers for one in answer.flagged})
    return {
        "recall": {one: _peer_recall(malware, name, one) for one in thresholds},
        "recall recent": {
            one: _peer_recall([r for r in malware if r.added >= since], name, one)
            for one in thresholds
        },
        "false positives": {
            f"{one} {kind}": share(_flags(r.peers[name], one) for r in benign if r.kind == kind)
            for one in thresholds
            for kind in sorted({record.kind for record in benign})
        },
        "errors": sum(bool(answer.error) for answer in answers),
        "an error": next((answer.error for answer in answers if answer.error), ""),
        "cpu": _spreads((*malware, *benign), lambda record: record.peers[name].cpu_seconds),
    }


def _peer_recall(malware: Iterable[Record], name: str, threshold: str) -> Share:
    """Return the share of groups of which the tool flags every archive."""
    groups: dict[str, bool] = {}
    for record in malware:
        flags = _flags(record.peers[name], threshold)
        groups[record.group] = groups.get(record.group, True) and flags
    return share(groups.values())


def _flags(answer: PeerAnswer, threshold: str) -> bool:
    return answer.flagged.get(threshold, False)
