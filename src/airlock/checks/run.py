"""Asks every check and records how each ended. Nothing that a check raises gets past this module.

- Every check has exactly one outcome.
- What was found before a failure is kept: a decoy that cannot be parsed must not erase a refusal.
- A failure at one member does not keep the check from the next.
- The id of a finding is the id of the check that gave it, whatever the check wrote there; its
  digest is that of the member which it names.
"""

from collections.abc import Iterator

import msgspec

from airlock.checks.interface import Check, NotApplicable, Step, Subject
from airlock.checks.registry import CheckSet
from airlock.errors import AirlockError
from airlock.model import Finding, Outcome, Status

# More findings of one check tell a reader nothing; the outcome says that there were more.
_MOST_FINDINGS = 200
# A generator that hostile input made endless.
_ENDLESS = 20_000
_LONGEST_EVIDENCE = 4_000
_LONGEST_MESSAGE = 1_000
_LONGEST_PATH = 4_000


def run_checks(checks: CheckSet, subject: Subject) -> Iterator[Outcome]:
    """Ask every check; yield its outcome as soon as it is known."""
    for check in checks.checks:
        yield _ask(check, subject)


def _ask(check: Check, subject: Subject) -> Outcome:
    missing = subject.facts.missing(check.needs)
    if missing:
        return _ended(check, Status.FAILED, f"nobody could say: {', '.join(missing)}", [])
    tally = _Tally()
    try:
        for step in check.steps(subject):
            _drain(check, step, subject, tally)
    except Exception as error:  # noqa: BLE001 - the edge: a defect in a check is a failed outcome
        tally.failures.append(_describe(error))
    if tally.failures:
        more = f" (and {len(tally.failures) - 1} more)" if len(tally.failures) > 1 else ""
        return _ended(check, Status.FAILED, tally.failures[0] + more, tally.findings)
    if tally.skips and not tally.looked:
        return _ended(check, Status.SKIPPED, tally.skips[0], tally.findings)
    return _ended(check, Status.SAW, "", tally.findings)


class _Tally:
    """What came of the steps of one check."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.failures: list[str] = []
        self.skips: list[str] = []
        self.looked = 0


def _drain(check: Check, step: Step, subject: Subject, tally: _Tally) -> None:
    try:
        for finding in step():
            tally.findings.append(_signed(check, finding, subject))
            if len(tally.findings) >= _ENDLESS:
                tally.failures.append(f"stopped at {_ENDLESS} findings")
                return
        tally.looked += 1
    except NotApplicable as answer:
        tally.skips.append(str(answer))
    except Exception as error:  # noqa: BLE001 - the edge: a defect in a check is a failed outcome
        tally.failures.append(_describe(error))


def _signed(check: Check, finding: Finding, subject: Subject) -> Finding:
    return msgspec.structs.replace(
        finding,
        check=check.id,
        message=_told(finding.message, _LONGEST_MESSAGE),
        path=_told(finding.path, _LONGEST_PATH),
        evidence=_told(finding.evidence, _LONGEST_EVIDENCE),
        digest=subject.digest(finding.path),
        suppressed="",
    )


def _told(text: str, longest: int) -> str:
    """Return the text, cut; lone surrogates, which no encoding has, become escapes.

    A package can write them into a name or a string literal. A finding that could not be sent or
    stored because of one would be lost.
    """
    return text[:longest].encode("utf-8", "backslashreplace").decode()[:longest]


def _describe(error: Exception) -> str:
    if isinstance(error, AirlockError):
        return str(error) or type(error).__name__
    return f"{type(error).__name__}: {error}"[:_LONGEST_MESSAGE]


def _ended(check: Check, status: Status, reason: str, findings: list[Finding]) -> Outcome:
    kept = findings
    if len(findings) > _MOST_FINDINGS:
        kept = sorted(findings, key=lambda f: (-f.severity.rank, -f.confidence.rank))
        kept = kept[:_MOST_FINDINGS]
        reason = f"{reason}; {len(findings)} findings, the worst are kept".lstrip("; ")
    return Outcome(
        check=check.id,
        version=check.version,
        status=status,
        reason=_told(reason, _LONGEST_MESSAGE),
        findings=tuple(kept),
    )
