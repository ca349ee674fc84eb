"""What a person reads of an audit: what is wrong and the cure; last, how much was looked at."""

from collections import Counter
from collections.abc import Iterator, Sequence

import click

from airlock.model import Decision
from airlock.model.advisory import Advisory
from airlock.model.audit import Audit, Audited, AuditEvidence, AuditStatus, Reach
from airlock.report.plain import one_line, printable
from airlock.report.text import COLOURS, SEVERITY_COLOURS

_COLOURS = {
    AuditStatus.CLEAN: "green",
    AuditStatus.VULNERABLE: "red",
    AuditStatus.UNAUDITABLE: "yellow",
}
_STATUS_WIDTH = 13
_SUMMARY_WIDTH = 110
_PERCENT = 100


def render_audit_text(audit: Audit, *, verbose: bool = False) -> str:
    """Return the report; styled with ANSI codes, which ``click.echo`` takes out for files.

    Args:
        audit: to be shown.
        verbose: show clean dependencies, and why nobody can tell whether one is imported, too.
    """
    shown = [
        one
        for one in audit.audited
        if verbose or one.objection or one.ignored or one.status is not AuditStatus.CLEAN
    ]
    lines = [line for one in shown for line in _audited(one, audit, verbose=verbose)]
    lines += [click.style(f"note: {printable(note)}", dim=True) for note in audit.notes]
    lines += [_summary(audit), _coverage(audit)]
    return "\n".join(lines) + "\n"


def _audited(one: Audited, audit: Audit, *, verbose: bool) -> Iterator[str]:
    dependency = one.dependency
    badge = click.style(one.status.value.ljust(_STATUS_WIDTH), fg=_COLOURS[one.status], bold=True)
    name = " ".join(filter(None, (dependency.name, dependency.version)))
    place = click.style(printable(dependency.origin), dim=True)
    yield f"{badge}{click.style(printable(name), bold=True)}  {place}"
    if one.objection:
        word = one.decision.word if one.naming is None else one.naming.decision.word
        badge = click.style(f"name: {word}", fg=COLOURS[word])
        yield f"  {badge}  {printable(one.objection)}"
    for advisory in one.advisories:
        yield from _advisory(advisory)
    for ignored in one.ignored:
        told = f"{ignored.reason} ({ignored.origin}, until {ignored.until})"
        name = printable(ignored.advisory.id)
        yield click.style(f"  ignored {name}: {printable(told)}", dim=True)
    if one.reason and one.reason != audit.trouble:
        yield f"  {printable(one.reason)}"
    if one.advisories:
        yield from _cure(one, verbose=verbose)


def _advisory(advisory: Advisory) -> Iterator[str]:
    word = "malware" if advisory.malware else advisory.severity.value if advisory.severity else ""
    score = f" {advisory.score:.1f}" if advisory.score is not None else ""
    badge = click.style(f"{word or 'unrated'}{score}", fg=SEVERITY_COLOURS[advisory.gravity])
    names = " ".join([advisory.id, *advisory.aliases[:2]])
    marks = ["exploited"] if advisory.exploited else []
    if advisory.epss is not None:
        marks.append(f"EPSS {advisory.epss * _PERCENT:.1f} %")
    fixed = f"fixed in {', '.join(advisory.fixed_in)}" if advisory.fixed_in else "no fix is known"
    yield f"  {printable(names)}  {badge}  {printable('; '.join([*marks, fixed]))}"
    if advisory.summary:
        yield click.style(f"      {one_line(advisory.summary, longest=_SUMMARY_WIDTH)}", dim=True)


def _reach(reach: Reach) -> str:
    if reach.imported is None:
        return f"whether it is imported is not known: {reach.reason}"
    if not reach.imported:
        return "nothing of it is imported by the project"
    through = f" ({reach.reason})" if reach.reason else ""
    return f"imported at {', '.join(reach.where)}{through}"


def _cure(one: Audited, *, verbose: bool) -> Iterator[str]:
    if one.decision is Decision.ADMIT:
        yield "  tolerated by the policy"
    if one.reach is not None and (verbose or one.reach.imported is not None):
        yield f"  {printable(_reach(one.reach))}"
    if one.upgrade:
        yield f"  upgrade to {click.style(printable(one.upgrade), bold=True)}"
    elif any(advisory.malware for advisory in one.advisories):
        yield "  remove it, and look at what it could reach"
    else:
        yield "  no version without known vulnerabilities is known"


def _summary(audit: Audit) -> str:
    if not audit.audited:
        return "Nothing to audit was found."
    statuses = Counter(one.status for one in audit.audited)
    known = sum(len(one.advisories) for one in audit.audited)
    each = "1 vulnerability" if known == 1 else f"{known} vulnerabilities"
    vulnerable = f"{statuses[AuditStatus.VULNERABLE]} vulnerable ({each})"
    parts = [
        vulnerable if known else "",
        _counted(statuses[AuditStatus.UNAUDITABLE], "unauditable"),
        _counted(sum(len(one.ignored) for one in audit.audited), "ignored"),
        _counted(sum(bool(one.objection) for one in audit.audited), "of a doubtful name"),
        _counted(statuses[AuditStatus.CLEAN], "clean"),
    ]
    total = _dependencies(audit.audited)
    return f"{total}: {', '.join(filter(None, parts))}."


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count else ""


def _dependencies(audited: Sequence[Audited]) -> str:
    return "1 dependency" if len(audited) == 1 else f"{len(audited)} dependencies"


def _coverage(audit: Audit) -> str:
    line = printable(audit.coverage)
    if any(one.evidence is AuditEvidence.INDEX for one in audit.audited):
        line += ", which may know less than a database"
    whole = not audit.trouble and audit.covered == len(audit.audited)
    return line if whole else click.style(line, fg="yellow")
