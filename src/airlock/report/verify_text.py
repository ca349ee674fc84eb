"""What a person reads of a verification: one line for each kind of proof, then what changed."""

from collections.abc import Iterator, Sequence

import click

from airlock.model import Finding, Severity, Status
from airlock.report.plain import one_line, printable
from airlock.report.proofs import Proof, ProofState, Verification, Vouched
from airlock.report.results import Unexamined
from airlock.report.text import SEVERITY_COLOURS

_COLOURS = {
    ProofState.VERIFIED: "green",
    ProofState.INVALID: "red",
    ProofState.UNEXPECTED: "yellow",
    ProofState.ABSENT: None,
    ProofState.UNKNOWN: None,
}
_WIDTH = 160
_LINES = 10
_KIND = 13
_NAME = 12


def render_verify_text(results: Sequence[Verification], *, verbose: bool = False) -> str:
    """Return the report; styled with ANSI codes, which ``click.echo`` takes out for files.

    Args:
        results: of the command.
        verbose: how every check of the provenance ended, too.
    """
    lines = [line for result in results for line in _result(result, verbose=verbose)]
    return "\n".join(lines) + "\n" if lines else "Nothing was verified.\n"


def _result(result: Verification, *, verbose: bool) -> Iterator[str]:
    if isinstance(result, Unexamined):
        yield f"{click.style(printable(result.name), bold=True)}: {printable(result.reason)}"
        if result.hint:
            yield f"  {printable(result.hint)}"
        return
    artifact = result.artifact
    name = click.style(printable(artifact.name.filename), bold=True)
    yield f"{name}  {click.style(f'sha256 {artifact.sha256}', dim=True)}"
    for proof in result.proofs:
        yield from _proof(proof)
    yield from _changes(result, verbose=verbose)
    yield f"  {_word(result)}"


def _proof(proof: Proof) -> Iterator[str]:
    state = click.style(proof.state.value, fg=_COLOURS[proof.state])
    yield f"  {proof.kind.ljust(_KIND)} {state}: {one_line(proof.summary, longest=4 * _WIDTH)}"
    for name, value in proof.facts:
        yield f"      {name.ljust(_NAME)} {one_line(value, longest=_WIDTH)}"


def _changes(result: Vouched, *, verbose: bool) -> Iterator[str]:
    outcomes = result.verdict.outcomes
    findings = [f for o in outcomes for f in o.findings if f.severity > Severity.INFO]
    failed = [o for o in outcomes if o.status is Status.FAILED]
    compared = any(
        o.status is Status.SAW and not o.check.endswith("-attestations") for o in outcomes
    )
    label = "changes".ljust(_KIND)
    if failed:
        yield f"  {label} unknown: {one_line(failed[0].reason, longest=_WIDTH)}"
    elif findings:
        yield f"  {label} {len(findings)} since the releases before"
    elif compared:
        yield f"  {label} none of note since the releases before"
    else:
        # Each is skipped for want of a history; the last of them looks at nothing but that.
        why = [o.reason for o in outcomes if o.status is Status.SKIPPED][-1]
        yield f"  {label} unknown: {one_line(why, longest=_WIDTH)}"
    for finding in findings:
        yield from _finding(finding)
    for reason in result.verdict.reasons:
        if reason.rule == "provenance":
            yield f"  {'policy'.ljust(_KIND)} {reason.decision.word}: {printable(reason.message)}"
    if verbose:
        for outcome in outcomes:
            ended = f"      {outcome.check} {outcome.version}: {outcome.status.value}"
            yield click.style(f"{ended} {printable(outcome.reason)}".rstrip(), dim=True)


def _finding(finding: Finding) -> Iterator[str]:
    sure = f"{finding.severity.value}/{finding.confidence.value}"
    badge = click.style(sure, fg=SEVERITY_COLOURS[finding.severity])
    yield f"      {badge} {printable(finding.message)}  [{finding.check}]"
    for line in finding.evidence.splitlines()[:_LINES]:
        yield f"        │ {one_line(line, longest=_WIDTH)}"


def _word(result: Vouched) -> str:
    if result.code == 0:
        return click.style("verified", fg="green", bold=True)
    if result.code == 1:
        return click.style("refused", fg="red", bold=True)
    return click.style(f"not verified: {_why(result)}", fg="yellow", bold=True)


def _why(result: Vouched) -> str:
    if any(proof.state is ProofState.VERIFIED for proof in result.proofs):
        return printable(result.verdict.headline)
    return "nothing vouches for this file"
