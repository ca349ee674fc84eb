"""Histories in memory: the one that a process was given, and the one of who knows nothing."""

from typing import TYPE_CHECKING

from airlock.errors import NotExamined
from airlock.evidence.history.interface import History
from airlock.model import Artifact
from airlock.profiles import Profile

if TYPE_CHECKING:
    from airlock.profiles.source.tree import Tree


class NoHistory(History):
    """Knows nothing: the offline twin, and the default."""

    def previous(self, artifact: Artifact) -> None:
        """Return nothing."""

    def sibling(self, artifact: Artifact) -> None:
        """Return nothing."""


class KnownHistory(History):
    """Knows the past of one artifact, as somebody looked it up beforehand.

    Args:
        previous: of the release before.
        sibling: of the other form.
        trouble: why what was asked for could not be had; empty if it could.
        source: the tree that it is said to be built from.
    """

    def __init__(
        self,
        previous: Profile | None = None,
        sibling: Profile | None = None,
        trouble: str = "",
        source: "Tree | None" = None,
    ) -> None:
        self._previous = previous
        self._sibling = sibling
        self._trouble = trouble
        self._source = source

    def previous(self, artifact: Artifact) -> Profile | None:  # noqa: ARG002 - the port's signature
        """Return the profile that was given.

        Raises:
            NotExamined: if there was trouble in getting it.
        """
        if self._trouble:
            raise NotExamined(self._trouble)
        return self._previous

    def sibling(self, artifact: Artifact) -> Profile | None:  # noqa: ARG002 - the port's signature
        """Return the profile that was given.

        Raises:
            NotExamined: if there was trouble in getting it.
        """
        if self._trouble:
            raise NotExamined(self._trouble)
        return self._sibling

    def source(self, artifact: Artifact) -> "Tree | None":  # noqa: ARG002 - the port's signature
        """Return the tree that was given.

        Raises:
            NotExamined: if there was trouble in getting it.
        """
        if self._trouble:
            raise NotExamined(self._trouble)
        return self._source
