"""The policy that is obeyed at this moment.

Whoever judges asks for it each time, for people may put another one in force meanwhile
(``gate.policies``). One judgement goes by one policy: ask once, and keep what is returned.
"""

from collections.abc import Callable

from airlock.policy.rules import Policy


class InForce:
    """A policy that stays the same as long as the process runs.

    Args:
        policy: that is obeyed.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    @property
    def policy(self) -> Policy:
        """What is obeyed."""
        return self._policy

    @property
    def last(self) -> Policy:
        """What was obeyed when it was last asked for: for event loops, which may not wait."""
        return self._policy

    @property
    def trouble(self) -> str:
        """Why nothing may be let in by it; empty if it is in force without doubt."""
        return ""

    def look(self) -> None:
        """Ask at once which policy is in force."""

    @property
    def mark(self) -> str:
        """What changes whenever what is let in may; nobody is asked."""
        return ""

    def whenever(self, do: Callable[[Policy], None]) -> None:
        """Do something with the policy now, and with each that comes into force later."""
        do(self._policy)
