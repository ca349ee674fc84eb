"""An audit in SARIF: one result for each vulnerability of each dependency, where it is written.

What nobody could look up is a result, too, and makes the run unsuccessful.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from airlock.model import Decision, Severity
from airlock.model.advisory import Advisory
from airlock.model.audit import Audit, Audited, AuditStatus
from airlock.report.sarif import Level, Result, Rule, render_sarif

_LEVELS = {
    Severity.CRITICAL: Level.ERROR,
    Severity.HIGH: Level.ERROR,
    Severity.MEDIUM: Level.WARNING,
    Severity.LOW: Level.NOTE,
    Severity.INFO: Level.NOTE,
}
_UNAUDITABLE = Rule(
    id="airlock-unauditable",
    title="Nobody could look up whether this dependency is vulnerable",
    text="What was not looked at is not known to be free of vulnerabilities. The message says what "
    "is missing: a version, an advisory database, a source that an index knows.",
    tags=("unauditable",),
)
_DOUBTFUL = Rule(
    id="airlock-doubtful-name",
    title="The name of this dependency imitates another, or is known to be misused",
    text="A name that looks like that of a popular project, that of a module of Python, or one "
    "that attacks were known to use. The message says which; `airlock name check` tells more.",
    tags=("name",),
)
_WORST_SCORE = 10.0


def render_audit_sarif(audit: Audit, root: Path) -> str:
    """Return an audit as a SARIF document.

    Args:
        audit: to be shown.
        root: the root of the sources, absolute.
    """
    unseen = [audit.trouble] if audit.trouble else []
    if audit.count(AuditStatus.UNAUDITABLE) or not audit.audited:
        unseen.append(audit.coverage)
    return render_sarif(
        [result for one in audit.audited for result in _results(one)],
        root=root,
        unseen=unseen,
        notes=[audit.coverage, *audit.notes],
    )


def _results(one: Audited) -> Iterator[Result]:
    for advisory in one.advisories:
        yield _result(one, advisory, "")
    for ignored in one.ignored:
        yield _result(one, ignored.advisory, f"{ignored.reason} ({ignored.origin})")
    place = one.dependency
    if one.objection:
        yield Result(
            rule=_DOUBTFUL,
            level=Level.WARNING,
            message=f"{place.name}: {one.objection}",
            path=place.path,
            line=place.line,
            key=(place.name, place.path),
        )
    if one.reason and one.status is not AuditStatus.CLEAN:
        yield Result(
            rule=_UNAUDITABLE,
            level=Level.WARNING,
            message=f"{place.name} could not be audited: {one.reason}",
            path=place.path,
            line=place.line,
            key=(place.name, place.path),
        )


def _result(one: Audited, advisory: Advisory, suppressed: str) -> Result:
    place = one.dependency
    return Result(
        rule=rule_of(advisory),
        level=_level(one, advisory),
        message=" ".join(_sentences(one, advisory)),
        path=place.path,
        line=place.line,
        key=(place.name, place.path),
        suppressed=suppressed,
        properties=_properties(one, advisory),
    )


def rule_of(advisory: Advisory) -> Rule:
    """Return the rule that an advisory is."""
    return Rule(
        id=advisory.id,
        title=advisory.summary or advisory.id,
        text=advisory.details or advisory.summary,
        uri=advisory.references[0] if advisory.references else "",
        severity=Severity.CRITICAL if advisory.malware else advisory.severity,
        score=_WORST_SCORE if advisory.malware else advisory.score,
        tags=("malware",) if advisory.malware else ("vulnerability",),
    )


def _level(one: Audited, advisory: Advisory) -> Level:
    if advisory.malware:
        return Level.ERROR
    if one.decision is Decision.ADMIT:
        return Level.NOTE
    return _LEVELS[advisory.severity] if advisory.severity is not None else Level.WARNING


def _sentences(one: Audited, advisory: Advisory) -> Iterator[str]:
    what = "is known malware" if advisory.malware else "is vulnerable"
    summary = f": {advisory.summary}" if advisory.summary else ""
    yield f"{one.dependency.name} {one.dependency.version} {what}, {advisory.id}{summary}."
    if one.upgrade:
        yield f"Version {one.upgrade} has none of the known vulnerabilities."
    elif advisory.fixed_in:
        yield f"Fixed in {', '.join(advisory.fixed_in)}."
    elif not advisory.malware:
        yield "No fix is known."
    if one.reach is not None and one.reach.imported is not None:
        where = ", ".join(one.reach.where)
        yield f"It is imported at {where}." if one.reach.imported else "It is not imported."


def _properties(one: Audited, advisory: Advisory) -> dict[str, Any]:
    said: dict[str, Any] = {
        "package": one.dependency.name,
        "version": one.dependency.version,
        "aliases": list(advisory.aliases),
        "fixedIn": list(advisory.fixed_in),
        "decision": one.decision.word,
    }
    if advisory.vector:
        said["cvss"] = advisory.vector
    if advisory.epss is not None:
        said["epss"] = advisory.epss
    if advisory.exploited:
        said["knownExploited"] = True
    return said
