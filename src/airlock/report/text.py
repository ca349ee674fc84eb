"""What a person reads in a terminal: the worst first, the reason beside it, the evidence below."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import click

from airlock.model import Decision, Finding, Severity, Verdict
from airlock.report.plain import one_line, printable
from airlock.report.results import Result, Unexamined

COLOURS = {"admit": "green", "hold": "yellow", "refuse": "red"}
_PAST = {"admit": "admitted", "hold": "held", "refuse": "refused"}
SEVERITY_COLOURS = {
    Severity.CRITICAL: "red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: None,
}
_EVIDENCE_LINES = 6
_EVIDENCE_WIDTH = 160
_FINDINGS_SHOWN = 12
_WORD_WIDTH = 8


def render_text(
    results: Sequence[Result], *, verbose: bool = False, notes: Iterable[str] = ()
) -> str:
    """Return the report; styled with ANSI codes, which ``click.echo`` takes out for files.

    Args:
        results: of the command, in the order to be shown.
        verbose: show the evidence of admitted artifacts and every outcome, too.
        notes: on suppressions that have ended or cover nothing.
    """
    lines = [line for result in results for line in _result(result, verbose=verbose)]
    lines += [click.style(f"note: {printable(note)}", dim=True) for note in notes]
    lines.append(_summary(results))
    return "\n".join(lines) + "\n"


def _result(result: Result, *, verbose: bool) -> Iterator[str]:
    if isinstance(result, Unexamined):
        yield _headline("hold", printable(result.name), "could not be examined")
        yield f"  {printable(result.reason)}"
        if result.hint:
            yield f"  {printable(result.hint)}"
        return
    artifact = result.artifact
    note = f"sha256 {artifact.sha256[:12]}…  {result.seconds:.2f} s"
    yield _headline(result.decision.word, printable(artifact.name.filename), note)
    if result.decision > Decision.ADMIT or verbose:
        yield from _explanation(result, verbose=verbose)
    suppressed = sum(bool(f.suppressed) for o in result.outcomes for f in o.findings)
    if suppressed and not verbose:
        what = "finding is" if suppressed == 1 else "findings are"
        yield click.style(f"  {suppressed} {what} suppressed; --verbose shows why", dim=True)


def _headline(word: str, name: str, note: str) -> str:
    badge = click.style(word.ljust(_WORD_WIDTH), fg=COLOURS[word], bold=True)
    return f"{badge}{click.style(name, bold=True)}  {click.style(note, dim=True)}"


def _explanation(verdict: Verdict, *, verbose: bool) -> Iterator[str]:
    for reason in verdict.reasons:
        if reason.rule != "finding":
            yield f"  {printable(reason.message)}"
    findings = _worst_first(verdict, least=Severity.INFO if verbose else Severity.LOW)
    if not verbose:
        findings = [finding for finding in findings if not finding.suppressed]
    shown = findings if verbose else findings[:_FINDINGS_SHOWN]
    for finding in shown:
        yield from _finding(finding, verbose=verbose)
    if len(findings) > len(shown):
        yield click.style(f"  … {len(findings) - len(shown)} more; --verbose shows all", dim=True)
    if verbose:
        for outcome in verdict.outcomes:
            ended = f"  {outcome.check} {outcome.version}: {outcome.status.value}"
            yield click.style(f"{ended} {printable(outcome.reason)}".rstrip(), dim=True)


def _worst_first(verdict: Verdict, *, least: Severity) -> list[Finding]:
    findings = [f for o in verdict.outcomes for f in o.findings if f.severity >= least]
    return sorted(findings, key=lambda f: (-f.severity.rank, -f.confidence.rank))


def _finding(finding: Finding, *, verbose: bool) -> Iterator[str]:
    where = printable(finding.path)
    if where and finding.line:
        where = f"{where}:{finding.line}"
    sure = f"{finding.severity.value}/{finding.confidence.value}"
    badge = click.style(sure, fg=SEVERITY_COLOURS[finding.severity])
    yield f"  {badge} {printable(finding.message)}"
    yield click.style(f"      {where}  [{finding.check}]".replace("        [", "      ["), dim=True)
    if verbose and finding.digest:
        # What a suppression of something severe has to name.
        yield click.style(f"      sha256 {finding.digest}", dim=True)
    if finding.suppressed:
        yield f"      suppressed: {printable(finding.suppressed)}"
    evidence = [line for line in finding.evidence.splitlines() if line.strip()]
    for line in evidence[:_EVIDENCE_LINES]:
        yield f"      │ {one_line(line, longest=_EVIDENCE_WIDTH)}"
    if len(evidence) > _EVIDENCE_LINES:
        yield f"      │ … {len(evidence) - _EVIDENCE_LINES} more lines"


def _summary(results: Iterable[Result]) -> str:
    words = Counter(
        "unexamined" if isinstance(result, Unexamined) else _PAST[result.decision.word]
        for result in results
    )
    total = sum(words.values())
    if not total:
        return "Nothing was examined."
    order = ("refused", "held", "unexamined", "admitted")
    parts = ", ".join(f"{words[word]} {word}" for word in order if words[word])
    return f"{total} {'file' if total == 1 else 'files'}: {parts}."
