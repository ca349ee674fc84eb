"""A scan in SARIF: one result for each finding, and one for each thing that holds an artifact.

A finding is inside of an artifact, which is rarely part of a checkout: its place is the artifact's
name, a slash, and the member's path, with the member's line.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from airlock.archive.interface import NESTED
from airlock.model import Confidence, Finding, Severity, Verdict
from airlock.report.plain import one_line
from airlock.report.results import Result, Unexamined
from airlock.report.sarif import Level, Rule, render_sarif
from airlock.report.sarif import Result as Shown

_LONGEST_EVIDENCE = 200
_HELD = Rule(
    id="airlock-held",
    title="A rule of the policy holds or refuses the artifact",
    text="Not a finding of a check but a rule speaks against the artifact: something could not be "
    "looked at, a fact is missing, or the policy says so.",
    tags=("policy",),
)
_UNEXAMINED = Rule(
    id="airlock-unexamined",
    title="Nothing of this target could be looked at",
    text="What was not looked at is never clean. The message says what stood in the way.",
    tags=("unexamined",),
)


def render_scan_sarif(
    results: Iterable[Result],
    *,
    root: Path,
    about: Mapping[str, str],
    notes: Iterable[str] = (),
) -> str:
    """Return a scan as a SARIF document.

    Args:
        results: of the scan.
        root: the folder that local targets are shown relative to, absolute.
        about: the documentation of each check by its id; its first line is the title.
        notes: on suppressions that have ended or cover nothing.
    """
    results = list(results)
    rules = dict(_rules(results, about))
    shown = [one for result in results for one in _shown(result, rules)]
    unseen = [one for result in results for one in _unseen(result)]
    return render_sarif(shown, root=root, unseen=unseen, notes=notes)


def _findings(result: Result) -> Iterator[Finding]:
    """Yield what speaks against an artifact; context does not."""
    if isinstance(result, Verdict):
        for outcome in result.outcomes:
            yield from (one for one in outcome.findings if one.severity > Severity.INFO)


def _rules(results: Iterable[Result], about: Mapping[str, str]) -> Iterator[tuple[str, Rule]]:
    worst: dict[str, Severity] = {}
    for result in results:
        for finding in _findings(result):
            worst[finding.check] = max(worst.get(finding.check, Severity.INFO), finding.severity)
    for check, severity in worst.items():
        text = about.get(check, "")
        title = text.partition("\n")[0] or check
        tags = ("supply-chain",)
        yield check, Rule(id=check, title=title, text=text, severity=severity, tags=tags)


def _shown(result: Result, rules: Mapping[str, Rule]) -> Iterator[Shown]:
    if isinstance(result, Unexamined):
        yield Shown(
            rule=_UNEXAMINED,
            level=Level.ERROR,
            message=f"{result.name} could not be examined: {result.reason}",
            path=result.name,
            key=(result.name,),
        )
        return
    name = result.artifact.name.filename
    for finding in _findings(result):
        yield _finding(name, finding, rules[finding.check])
    for reason in result.reasons:
        if reason.rule != "finding":
            yield Shown(
                rule=_HELD,
                level=Level.ERROR if reason.decision == result.decision else Level.WARNING,
                message=f"{name}: {reason.decision.word}: {reason.message}",
                path=name,
                key=(name, reason.rule, reason.check),
            )


def _finding(name: str, finding: Finding, rule: Rule) -> Shown:
    evidence = one_line(finding.evidence, longest=_LONGEST_EVIDENCE)
    return Shown(
        rule=rule,
        level=_level(finding),
        message=f"{finding.message} {evidence}".strip(),
        path=f"{name}{NESTED}{finding.path}" if finding.path else name,
        line=finding.line,
        key=(name, finding.path, finding.message),
        suppressed=finding.suppressed,
        properties={
            "severity": finding.severity.value,
            "confidence": finding.confidence.value,
            "sha256": finding.digest,
        },
    )


def _level(finding: Finding) -> Level:
    if finding.severity >= Severity.HIGH and finding.confidence > Confidence.LOW:
        return Level.ERROR
    return Level.WARNING if finding.severity >= Severity.MEDIUM else Level.NOTE


def _unseen(result: Result) -> Iterator[str]:
    if isinstance(result, Unexamined):
        yield f"{result.name}: {result.reason}"
        return
    for outcome in result.outcomes:
        if outcome.status == "failed":
            yield f"{result.artifact.name.filename}: {outcome.check}: {outcome.reason}"
