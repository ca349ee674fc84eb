"""The port: which known campaigns some code is like."""

from abc import ABC, abstractmethod
from collections.abc import Collection

import msgspec

METHOD = 1
"""How grams are made; raised whenever the same text would give others."""


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """How much of one remembered campaign is in some code."""

    family: str
    """The label of the campaign."""
    shared: int
    """How many of the campaign's grams are there."""
    remembered: int
    """How many grams of it are remembered: all, or a random choice of them; 0 if it is known by
    whole files only."""
    exact: bool = False
    """One of its files is there as a whole, but for names and literals."""

    @property
    def share(self) -> float:
        """How much of the campaign is there, from 0 to 1.

        The remembered grams are the smallest hashes of all of the campaign's (Broder 1997), so that
        this is also an estimate for those that are not remembered.
        """
        return self.shared / self.remembered if self.remembered else 0.0


class Fingerprints(ABC):
    """Remembers campaigns."""

    @abstractmethod
    def likenesses(self, grams: Collection[int], wholes: Collection[int]) -> list[Likeness]:
        """Return every campaign with anything in common, the likest first.

        Args:
            grams: of all the code together.
            wholes: of its files.

        Raises:
            MalformedDocument: if what is remembered cannot be read.
        """
