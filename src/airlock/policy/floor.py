"""What no configuration lowers: not looked at is never clean.

The floor holds an artifact

- if any check failed: it could not look at everything, or it lacked the evidence it needs,
- if a check that should have been asked has no outcome, or has two,
- if no check was asked at all.

A waiver, which has a name, a reason and an end, is the only way round it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from airlock.model import Decision, Outcome, Reason, Status


def floor(outcomes: Sequence[Outcome], expected: Iterable[str]) -> Iterator[Reason]:
    """Yield a reason to hold for everything that was not looked at.

    Args:
        outcomes: how the checks ended.
        expected: the ids of all the checks that had to be asked.
    """
    asked = Counter(outcome.check for outcome in outcomes)
    wanted = set(expected)
    if not wanted:
        yield Reason(Decision.HOLD, "floor", "no check was asked")
    for check in sorted(wanted):
        if asked[check] != 1:
            yield Reason(
                Decision.HOLD, "floor", f"{check} has {asked[check] or 'no'} outcomes", check
            )
    for outcome in outcomes:
        if outcome.status is Status.FAILED:
            yield Reason(
                Decision.HOLD,
                "floor",
                f"not fully examined ({outcome.check}): {outcome.reason}",
                outcome.check,
            )
