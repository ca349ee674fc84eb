"""The port: what an artifact did when it was run in a sandbox.

Promises of every adapter:

- Nobody watched it: that is ``NotApplicable`` to a check, with the reason. It is never a quiet
  artifact.
- It was watched, but not whole: the judgement says so in its gaps, and what was seen counts.
"""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from airlock.behaviour import Judgement


class Behaviour(ABC):
    """Knows what one artifact did."""

    unwatched: str = ""
    """Why nobody watched it; empty if somebody did."""

    @abstractmethod
    def judgement(self) -> "Judgement | None":
        """Return what it did; ``None`` if nobody watched it."""
