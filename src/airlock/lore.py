"""What facts know of names in general: an adapter of ``phantoms.Lore``."""

from airlock.checks.name._index import index_of
from airlock.evidence import Facts
from airlock.model import ProjectName
from airlock.names import SUSPECT, compare
from airlock.phantoms import Likeness


class FactsLore:
    """What facts know of names in general (``phantoms.Lore``).

    Args:
        facts: with popularity and known names; what is missing knows nothing.
    """

    def __init__(self, facts: Facts) -> None:
        self._known = facts.known_names
        self._index = index_of(facts.popularity) if facts.popularity else None

    def looks_like(self, project: ProjectName) -> Likeness | None:
        """Return the popular project that was likely meant."""
        likenesses = compare(project, self._index) if self._index else ()
        first = next(iter(likenesses), None)
        if first is None or first.weight < SUSPECT:
            return None
        return Likeness(first.target, first.explanation)

    def history(self, project: ProjectName) -> str:
        """Return why a name is known; empty if it is not."""
        records = self._known.of(project) if self._known else ()
        return "; ".join(f"{record.kind}: {record.source}" for record in records[:1])

    def is_common(self, word: str) -> bool:
        """Tell whether a word is a popular project or in the names of several."""
        if self._index is None:
            return False
        return self._index.rank(word) is not None or self._index.is_word(word)
