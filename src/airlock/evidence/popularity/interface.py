"""The port: well-known names, the best known first."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

from airlock.model import ProjectName


class Popularity(ABC):
    """Knows which project names are popular, and in which order."""

    origin: str = "built in"
    """Where the names come from, for a person."""

    @property
    @abstractmethod
    def names(self) -> Sequence[ProjectName]:
        """Every popular name, the most popular first."""

    @abstractmethod
    def rank(self, name: ProjectName) -> int | None:
        """Return the place of a name, from 1, or ``None`` if it is not popular."""

    @property
    def counted(self) -> Iterable[tuple[str, int]]:
        """Every popular name, normalised, with its downloads in 30 days, 0 where nobody counted."""
        return ((name, 0) for name in self.names)
