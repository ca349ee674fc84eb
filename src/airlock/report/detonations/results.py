"""What came of a detonation, and what a shell is to be told of it."""

from collections.abc import Iterable

import msgspec

from airlock.behaviour import Comparison, Judgement, Trace
from airlock.model import Decision, Verdict
from airlock.report.results import Unexamined

_CODES = {Decision.ADMIT: 0, Decision.HOLD: 3, Decision.REFUSE: 1}


class Detonated(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact that was run."""

    trace: Trace
    judgement: Judgement
    verdict: Verdict | None = None
    """On everything that is known; none for a trace that is judged again."""
    comparison: Comparison | None = None
    """With the release before, if it was asked for."""
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    """What was missing around it, as dependencies that were not to be had."""


def decision_of(result: Detonated | Unexamined) -> Decision:
    """Return the strictest decision on a result."""
    if isinstance(result, Unexamined):
        return Decision.HOLD
    verdict = result.verdict.decision if result.verdict else Decision.ADMIT
    return max(verdict, result.judgement.decision)


def exit_code(results: Iterable[Detonated | Unexamined]) -> int:
    """Return the exit code for the strictest of all results; for none at all, that of a hold."""
    return _CODES[max((decision_of(result) for result in results), default=Decision.HOLD)]
