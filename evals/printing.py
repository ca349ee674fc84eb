"""What a person reads of an evaluation."""

from collections.abc import Iterable, Iterator
from typing import Any

from airlock.report import one_line
from evals.figures import CheckRow, FalsePositives, Figures, Recall, stopped
from evals.records import Record, Report
from evals.statistics import Share, Spread

_WIDTH = 150
_FINDINGS_SHOWN = 3
_CIRCULAR = "code-known-family"


def text(report: Report, figures: Figures) -> Iterator[str]:
    """Yield the lines of a report."""
    yield from _head(report, figures)
    yield from _recall_table(report, figures)
    yield from _benign_table(figures)
    yield from _checks_table(figures.checks)
    yield from _counts(
        "Groups of malware and wrongly stopped, by family of check", figures.by_family
    )
    yield from _counts("Groups of malware by the month they were added", figures.by_month)
    yield from _costs(report, figures)
    yield from _peers(figures.peers)
    yield from _lists(report.records)


def _head(report: Report, figures: Figures) -> Iterator[str]:
    checks = f"checks {report.checks_version}, policy {report.policy}"
    yield f"airlock {report.tool_version}, {checks}, {report.finished_at}"
    yield (
        f"{len(report.records) - figures.not_evaluated} archives evaluated, "
        f"{figures.not_evaluated} not; {figures.failed_archives} with a failed check; "
        f"{report.wall_seconds:.0f} s with {report.jobs} at a time"
    )
    if report.left_out:
        yield f"Not counted: {', '.join(report.left_out)}."
    if _CIRCULAR not in report.left_out and any(
        _CIRCULAR in record.without for record in report.records
    ):
        yield (
            f"CIRCULAR where its memory was built from these lists: {_CIRCULAR} had a part in "
            f"these figures; --without {_CIRCULAR} takes it out."
        )
    yield "Shares have 95 % Wilson intervals. Archives that share their code (column cluster) count"
    yield "once, as a group, with the mildest decision that any of them got."


def _recall_table(report: Report, figures: Figures) -> Iterator[str]:
    yield from _heading("Malware", "caught (held or refused)", "refused", "held by floor alone")
    for what, recalls in (("groups", figures.groups), ("archives", figures.archives)):
        for which, recall in recalls.items():
            name = f"{what} since {report.since}" if which == "recent" else what
            yield _recall_row(name, recall)


def _recall_row(name: str, recall: Recall) -> str:
    return f"{name:28}{_share(recall.caught):40}{_share(recall.refused):40}{recall.unexamined}"


def _benign_table(figures: Figures) -> Iterator[str]:
    yield from _heading("Benign", "refused", "held")
    for kind, row in figures.benign.items():
        yield _benign_row(kind, row)


def _benign_row(kind: str, row: FalsePositives) -> str:
    return f"{kind:28}{_share(row.refused):40}{_share(row.held)}"


def _checks_table(rows: Iterable[CheckRow]) -> Iterator[str]:
    yield ""
    columns = ("caught", "alone", "refused", "alone", "wrong", "alone")
    yield f"{'Check':28}" + "".join(f"{column:>8}" for column in columns) + "  errors"
    for row in rows:
        errors = row.errors_malware + row.errors_benign
        told = f"{errors}: {one_line(row.error, longest=60)}" if errors else ""
        yield (
            f"{row.check:28}{row.caught:8}{row.alone:8}{row.refused:8}{row.refused_alone:8}"
            f"{row.wrong:8}{row.wrong_alone:8}  {told}"
        ).rstrip()


def _counts(title: str, table: dict[str, dict[str, int]]) -> Iterator[str]:
    columns = [
        one
        for one in ("refuse", "hold", "admit", "wrong")
        if any(one in row for row in table.values())
    ]
    yield ""
    yield f"{title}\n{'':28}" + "".join(f"{column:>8}" for column in columns)
    for name, row in table.items():
        yield f"{name:28}" + "".join(f"{row.get(column, 0):8}" for column in columns)


def _costs(report: Report, figures: Figures) -> Iterator[str]:
    yield ""
    yield f"{'Seconds per archive':28}{'count':>8}{'median':>9}{'p95':>9}{'most':>9}{'total':>10}"
    for what, table in (("CPU", figures.cpu), ("wall", figures.wall)):
        for name, row in table.items():
            yield _spread(f"{what} {name}", row)
    slowest = sorted(report.records, key=lambda record: -record.cpu_seconds)[:5]
    for record in slowest:
        yield f"  {record.cpu_seconds:7.2f}  {record.filename}"


def _spread(name: str, row: Spread) -> str:
    return f"{name:28}{row.count:8}{row.median:9.3f}{row.p95:9.3f}{row.most:9.2f}{row.total:10.1f}"


def _peers(peers: dict[str, dict[str, Any]]) -> Iterator[str]:
    for name, peer in peers.items():
        yield ""
        yield f"{name}, on the same archives; without an answer: {peer['errors']}"
        if peer["an error"]:
            yield f"  such as {one_line(peer['an error'], longest=_WIDTH)}"
        for title in ("recall", "recall recent", "false positives"):
            for threshold, row in peer[title].items():
                yield f"  {title:18}{threshold:22}{_share(row)}"
        for part, row in peer["cpu"].items():
            yield _spread(f"  CPU {part}", row)


def _lists(records: Iterable[Record]) -> Iterator[str]:
    ordered = sorted(records, key=lambda record: (record.added, record.filename))
    done = [record for record in ordered if not record.problem]
    yield from _list("Missed", (r for r in done if r.label == "malware" and not stopped(r)))
    benign = [record for record in done if record.label == "benign"]
    yield from _list("Wrongly stopped", (record for record in benign if stopped(record)))
    yield from _list("With failed checks", (record for record in done if record.failures))
    yield from _list("Not evaluated", (record for record in ordered if record.problem))


def _list(title: str, records: Iterable[Record]) -> Iterator[str]:
    listed = list(records)
    yield ""
    yield f"{title}: {len(listed)}"
    for record in listed:
        yield f"  {record.decision or '-':7} {record.filename} {record.sha256[:12]} {record.added}"
        yield from _why(record, title)


def _why(record: Record, title: str) -> Iterator[str]:
    if record.problem:
        yield f"          {record.problem}"
    elif title == "With failed checks":
        for check, reason in record.failures.items():
            yield f"          {check}: {one_line(reason, longest=_WIDTH)}"
    elif title == "Missed":
        for seen in record.findings[:_FINDINGS_SHOWN]:
            where = f"({seen.path}:{seen.line})" if seen.path else ""
            told = f"{seen.severity}/{seen.confidence} {seen.check} {seen.message} {where}"
            yield f"          {one_line(told, longest=_WIDTH)}"
    else:
        for spoke in record.reasons[:_FINDINGS_SHOWN]:
            told = f"{spoke.decision} {spoke.check or spoke.rule}: {spoke.message}"
            yield f"          {one_line(told, longest=_WIDTH)}"


def _heading(*columns: str) -> Iterator[str]:
    yield ""
    first, *rest = columns
    yield f"{first:28}" + "".join(f"{column:40}" for column in rest).rstrip()


def _share(row: Share) -> str:
    bounds = f"[{row.low:.3f}, {row.high:.3f}]"
    return f"{row.share:.3f}  {bounds}  {row.count}/{row.total}"
