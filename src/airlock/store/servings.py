"""What the store knows of servings: who got which file."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from airlock.model.serving import Serving


class ServingRecords(ABC):
    """Counts of what was served to whom."""

    @abstractmethod
    def add_servings(self, servings: Iterable[Serving], *, most: int) -> None:
        """Add counts to those with the same key.

        Args:
            servings: counts since the last call.
            most: how many different keys are kept; of those beyond, the ones go that were served
                longest ago.
        """

    @abstractmethod
    def servings(self) -> tuple[Serving, ...]:
        """Return all servings, sorted by key."""
