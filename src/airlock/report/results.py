"""The results of a command, and the exit code they amount to."""

from collections.abc import Iterable

import msgspec

from airlock.errors import AirlockError
from airlock.model import Decision, Verdict


class Unexamined(msgspec.Struct, frozen=True):
    """A target of which no artifact could be looked at. Never clean: it counts as held."""

    name: str
    """As the user wrote it."""
    reason: str
    hint: str = ""
    exit_code: int = 3
    """The exit code it asks for; 2, 3 or 4."""

    @classmethod
    def because(cls, name: str, error: AirlockError) -> "Unexamined":
        """Return the result of a target that an error stood in the way of."""
        code = error.exit_code if error.exit_code != _REFUSED else _HELD
        return cls(name, str(error), error.hint, code)


Result = Verdict | Unexamined

_CLEAN = 0
_REFUSED = 1
_HELD = 3


def exit_code(results: Iterable[Result]) -> int:
    """Return the exit code of a command with these results.

    A refusal is 1 whatever else happened. Else the greatest of the rest speaks: 4 where Airlock
    failed, 3 where something is held or could not be examined, 2 where the call was wrong. Without
    any result there was nothing to look at, which is not clean: 3.
    """
    return exit_code_of(map(_code, results))


def exit_code_of(codes: Iterable[int]) -> int:
    """Return the exit code of a command from those that its results ask for, as ``exit_code``."""
    asked = set(codes)
    if not asked:
        return _HELD
    return _REFUSED if _REFUSED in asked else max(asked)


def _code(result: Result) -> int:
    if isinstance(result, Unexamined):
        return result.exit_code
    return code_of(result.decision)


def code_of(decision: Decision) -> int:
    """Return the exit code that a decision asks for."""
    return {Decision.ADMIT: _CLEAN, Decision.HOLD: _HELD, Decision.REFUSE: _REFUSED}[decision]
