"""Behaviour in memory: of an artifact that was just watched, and of one that nobody watched."""

from typing import TYPE_CHECKING

from airlock.evidence.behaviour.interface import Behaviour

if TYPE_CHECKING:
    from airlock.behaviour import Judgement


class NotWatched(Behaviour):
    """Nobody watched it: the offline twin, and the default.

    Args:
        unwatched: why.
    """

    def __init__(self, unwatched: str = "it was not run in a sandbox") -> None:
        self.unwatched = unwatched

    def judgement(self) -> None:
        """Return nothing."""


class Watched(Behaviour):
    """Somebody watched it.

    Args:
        judgement: of what was seen.
    """

    def __init__(self, judgement: "Judgement") -> None:
        self._judgement = judgement

    def judgement(self) -> "Judgement":
        """Return what it did."""
        return self._judgement
