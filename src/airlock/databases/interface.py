"""The port: one part of what Airlock knows from elsewhere."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from airlock.errors import UsageError
from airlock.model.database import PartStatus


class Part(ABC):
    """One part of the database."""

    name: ClassVar[str]

    def takes(self, word: str) -> bool:  # noqa: ARG002 - for those that take any
        """Tell whether a word of the command line is a source of it."""
        return False

    @abstractmethod
    def update(self, sources: Sequence[str]) -> PartStatus:
        """Fetch it from sources, paths or URLs, and keep it instead of the one before.

        Args:
            sources: without any, those of the one before, or the public ones.

        Raises:
            AirlockError: if it cannot be had or makes no sense; the one before is kept.
        """

    @abstractmethod
    def status(self) -> PartStatus:
        """Return what is known of it; never raises for what is broken."""


def chosen_parts(parts: Sequence[Part], words: Sequence[str]) -> list[tuple[Part, list[str]]]:
    """Return the parts that words name, or all, each with the words that are its sources.

    Raises:
        UsageError: if a word is neither a part nor a source of one.
    """
    names = {part.name for part in parts}
    chosen: dict[str, list[str]] = {word: [] for word in words if word in names}
    for word in (word for word in words if word not in names):
        takers = [part for part in parts if part.takes(word)]
        if not takers:
            raise UsageError(
                f"{word!r} is neither a part of the database nor a source of one",
                hint=f"Its parts: {', '.join(sorted(names))}. A source is a URL or an existing path"
                " of advisories.",
            )
        chosen.setdefault(takers[0].name, []).append(word)
    return [
        (part, chosen.get(part.name, [])) for part in parts if not chosen or part.name in chosen
    ]
