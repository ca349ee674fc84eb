"""The port: well-known names, the best known first."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from airlock.model import ProjectName


class Popularity(ABC):
    """Knows which project names are popular, and in which order."""

    @property
    @abstractmethod
    def names(self) -> Sequence[ProjectName]:
        """Every popular name, the most popular first."""

    @abstractmethod
    def rank(self, name: ProjectName) -> int | None:
        """Return the place of a name, from 1, or ``None`` if it is not popular."""
