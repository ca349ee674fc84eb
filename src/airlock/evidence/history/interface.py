"""The port: what is known of an artifact's predecessors and siblings.

Promises of every adapter:

- What is not known is ``None``: a first release has no past, and that says nothing against it.
- What should be known and cannot be had is ``NotExamined``, never ``None``.
- A past that was not admitted is no measure: what is compared with it would look harmless.
"""

from abc import ABC, abstractmethod

from airlock.model import Artifact
from airlock.profiles import Profile


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
