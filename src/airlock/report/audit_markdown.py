"""An audit for a review: what a job writes into its summary or a comment.

What an advisory says is text of strangers: it can become neither a link nor HTML.
"""

import re
from collections.abc import Iterable, Iterator

from airlock.model.advisory import Advisory
from airlock.model.audit import Audit, Audited, AuditStatus
from airlock.report.markdown import code, escaped

_SUMMARY_WIDTH = 100
# A comment on a code host takes 65,536 characters; what does not fit is in the other formats.
_TABLE_CHARACTERS = 50_000
_LINK = re.compile(r"https://[A-Za-z0-9./_%?=#-]+")


def render_audit_markdown(audit: Audit) -> str:
    """Return an audit as Markdown, in the dialect of GitHub."""
    lines = [line for part in _parts(audit) for line in part]
    return "\n".join(lines).rstrip("\n") + "\n"


def _parts(audit: Audit) -> Iterator[Iterable[str]]:
    vulnerable = [one for one in audit.audited if one.advisories]
    doubtful = [one for one in audit.audited if one.objection]
    unauditable = [one for one in audit.audited if one.status is AuditStatus.UNAUDITABLE]
    ignored = [one for one in audit.audited if one.ignored]
    yield [f"## Airlock audit: {audit.decision.word}", "", escaped(audit.coverage), ""]
    if vulnerable:
        yield _vulnerable(vulnerable)
    if doubtful:
        yield _doubtful(doubtful)
    if unauditable:
        yield _unauditable(unauditable)
    if ignored:
        yield _ignored(ignored)
    if audit.notes:
        yield [*(f"- {escaped(note)}" for note in audit.notes), ""]


def _vulnerable(audited: Iterable[Audited]) -> Iterator[str]:
    yield "| package | version | vulnerability | severity | fixed in | upgrade to | imported |"
    yield "|---|---|---|---|---|---|---|"
    rows = [_row(one, advisory) for one in audited for advisory in one.advisories]
    left = _TABLE_CHARACTERS
    for number, row in enumerate(rows):
        left -= len(row)
        if left < 0:
            yield f"\n… and {len(rows) - number} more; the other formats have all of them."
            break
        yield row
    yield ""


def _row(one: Audited, advisory: Advisory) -> str:
    cells = (
        code(one.dependency.name),
        code(one.dependency.version or ""),
        f"{_linked(advisory)} {escaped(advisory.summary[:_SUMMARY_WIDTH])}".strip(),
        _severity(advisory),
        escaped(", ".join(advisory.fixed_in)) or "none known",
        code(one.upgrade),
        _reach(one),
    )
    return f"| {' | '.join(cells)} |"


def _linked(advisory: Advisory) -> str:
    first = advisory.references[0] if advisory.references else ""
    name = escaped(advisory.id)
    return f"[{name}]({first})" if _LINK.fullmatch(first) else name


def _severity(advisory: Advisory) -> str:
    if advisory.malware:
        return "**malware**"
    word = advisory.severity.value if advisory.severity is not None else "not rated"
    score = f" {advisory.score:.1f}" if advisory.score is not None else ""
    exploited = ", **exploited**" if advisory.exploited else ""
    epss = f", EPSS {advisory.epss:.1%}" if advisory.epss is not None else ""
    return f"{word}{score}{epss}{exploited}"


def _reach(one: Audited) -> str:
    if one.reach is None:
        return ""
    if one.reach.imported is None:
        return "unknown"
    return code(", ".join(one.reach.where)) if one.reach.imported else "no"


def _doubtful(audited: Iterable[Audited]) -> Iterator[str]:
    yield "### Doubtful names\n"
    yield "| package | where | why |"
    yield "|---|---|---|"
    for one in audited:
        place = one.dependency
        yield f"| {code(place.name)} | {code(place.origin)} | {escaped(one.objection)} |"
    yield ""


def _unauditable(audited: Iterable[Audited]) -> Iterator[str]:
    yield "### Could not be audited\n"
    yield "| package | where | why |"
    yield "|---|---|---|"
    for one in audited:
        place = one.dependency
        yield f"| {code(place.name)} | {code(place.origin)} | {escaped(one.reason)} |"
    yield ""


def _ignored(audited: Iterable[Audited]) -> Iterator[str]:
    yield "### Ignored\n"
    yield "| package | vulnerability | reason | until |"
    yield "|---|---|---|---|"
    for one in audited:
        for ignored in one.ignored:
            name = f"{one.dependency.name} {one.dependency.version}"
            reason = f"{ignored.reason} ({ignored.origin})"
            cells = (code(name), _linked(ignored.advisory), escaped(reason), escaped(ignored.until))
            yield f"| {' | '.join(cells)} |"
    yield ""
