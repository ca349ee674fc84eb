"""The port: what is known of an artifact's predecessors and siblings, and of its source.

Promises of every adapter:

- What is not known is ``None``: a first release has no past, and that says nothing against it.
- What should be known and cannot be had is ``NotExamined``, never ``None``.
- A past that was not admitted is no measure: what is compared with it would look harmless.
"""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from airlock.model import Artifact
from airlock.profiles import Profile

if TYPE_CHECKING:
    from airlock.profiles.source.tree import Tree


class History(ABC):
    """Knows what came before an artifact."""

    @abstractmethod
    def previous(self, artifact: Artifact) -> Profile | None:
        """Return the profile of the newest older release's file in the same form.

        Raises:
            NotExamined: if it was asked for and cannot be had.
        """

    @abstractmethod
    def sibling(self, artifact: Artifact) -> Profile | None:
        """Return the profile of the other form: for a wheel its source distribution, or reversed.

        Raises:
            NotExamined: if it was asked for and cannot be had.
        """

    def both(self, artifact: Artifact) -> tuple[Profile | None, Profile | None]:
        """Return ``previous`` and ``sibling``.

        Raises:
            NotExamined: if one was asked for and cannot be had.
        """
        return self.previous(artifact), self.sibling(artifact)

    def source(self, artifact: Artifact) -> "Tree | None":  # noqa: ARG002 - what adapters may use
        """Return the source tree that the artifact is said to be built from: by default, nothing.

        Raises:
            NotExamined: if it was asked for and cannot be had.
        """
        return None
