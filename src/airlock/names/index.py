"""Popular names, filed so that a look-up meets a handful of candidates instead of all of them.

- ``k`` edits cannot touch all of ``k + 1`` parts of a name: each name is filed under its halves
  (short names, one edit) or thirds (long names, two edits), and found by the part that was spared.
  This is the pigeonhole filter of Navarro (2001); it needs no neighbourhood of deletions, and is
  made ten times as fast as one.
- What has one size is filed when it is first asked for: an index is there in a few milliseconds.
- A swap across the border of two parts harms both; each part is therefore also asked for with its
  last letter exchanged for the next one. With that, no name within the distance is missed.
- Names of modules that are imported and words that people type lead to a project, too (``Spoken``).
"""

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from airlock.names.looks import fold
from airlock.names.spelling import compact

# From this length on, two edits leave enough of a name to be recognised.
TWO_EDITS_FROM = 8
# Two edits replace, drop or add at most four different letters.
_MOST_STRANGERS = {1: 2, 2: 4}

# The borders of a part, and the spellings that have it there.
_Shelf = tuple[int, int, Mapping[str, list[str]]]


class Entry(msgspec.Struct, frozen=True):
    """One name that may be imitated."""

    name: str
    """As it is typed; normalised."""
    spelling: str
    """Without separators."""
    target: str
    """The project that is meant: the name itself, or the distribution of an import name."""
    rank: int
    """The place of the target among all, from 1: the most popular."""
    downloads: int
    """Of the target in 30 days; 0 where nobody counted."""

    @property
    def is_project(self) -> bool:
        """Whether the name is that of the project, not an import name of it."""
        return self.name == self.target


class NameIndex:
    """Names, filed for look-up by spelling.

    Args:
        names: normalised, with their downloads (0 where nobody counted); the most popular first.
            Of two names with one spelling, the first is kept.
        spoken: what people type or import, and the project that they mean. A spelling that a name
            has already is not filed again; nor is what leads to a project that is not popular,
            unless it leads to itself.
        spoken_rank: the rank of words that lead to themselves.
    """

    def __init__(
        self,
        names: Iterable[tuple[str, int]],
        spoken: Mapping[str, str] | None = None,
        *,
        spoken_rank: int = 1,
    ) -> None:
        self._downloads = dict(names)
        self._ranks = {name: rank for rank, name in enumerate(self._downloads, start=1)}
        self._spoken_rank = spoken_rank
        self._meant = {
            word: target
            for word, target in (spoken or {}).items()
            if word == target or target in self._ranks
        }
        filed = [*self._ranks, *self._meant]
        filed.reverse()  # of two names with one spelling, the first is kept
        spellings = _all_at_once(compact, filed)
        self._by_spelling = dict(zip(spellings, filed, strict=True))
        self._by_look = dict(zip(_all_at_once(fold, spellings), spellings, strict=True))
        self._by_size: dict[int, list[str]] = defaultdict(list)
        for spelling in self._by_spelling:
            self._by_size[len(spelling)].append(spelling)
        self._shelves: dict[int, list[_Shelf]] = {}

    def __len__(self) -> int:
        """Return how many projects are filed."""
        return len(self._ranks)

    def rank(self, name: str) -> int | None:
        """Return the place of a project, from 1, or ``None`` if it is not filed."""
        return self._ranks.get(name)

    def downloads(self, name: str) -> int:
        """Return the downloads of a project in 30 days; 0 where nobody counted."""
        return self._downloads.get(name, 0)

    def entry(self, spelling: str) -> Entry | None:
        """Return what has exactly this compact spelling."""
        name = self._by_spelling.get(spelling)
        return self._entry(spelling, name) if name else None

    def look(self, name: str) -> Entry | None:
        """Return what looks the same, separators aside."""
        spelling = self._by_look.get(fold(name))
        return self.entry(spelling) if spelling else None

    def is_word(self, word: str) -> bool:
        """Return whether several popular names have this word: it is one of its own."""
        return word in self._words

    def near(self, spelling: str) -> list[str]:
        """Return the spellings that may be one edit away, or two if they are long, sorted."""
        letters = frozenset(spelling)
        found: list[str] = []
        for size in range(len(spelling) - 2, len(spelling) + 3):
            edits = edits_within(size)
            strangers = _MOST_STRANGERS[edits]
            found.extend(
                other
                for other in self._sharing(spelling, size, edits)
                if len(letters.symmetric_difference(other)) <= strangers
            )
        return sorted(found)

    def _sharing(self, spelling: str, size: int, edits: int) -> set[str]:
        """Return the other spellings of a size that share a part, perhaps moved by the edits."""
        found: set[str] = set()
        shifts = _shifts(len(spelling) - size, edits)
        for start, end, shelf in self._shelves_of(size):
            for shift in shifts:
                first, last = start + shift, end + shift
                if first < 0 or last > len(spelling):
                    continue
                part = spelling[first:last]
                if part in shelf:
                    found.update(shelf[part])
                if last < len(spelling) and (part := part[:-1] + spelling[last]) in shelf:
                    found.update(shelf[part])
        found.discard(spelling)
        return found

    def _shelves_of(self, size: int) -> list[_Shelf]:
        """Return the spellings of a size, filed under their parts; filed when first asked for."""
        if size not in self._shelves:
            self._shelves[size] = list(_shelves(size, self._by_size.get(size, ())))
        return self._shelves[size]

    def _entry(self, spelling: str, name: str) -> Entry:
        target = name if name in self._ranks else self._meant[name]
        rank = self._ranks.get(target, self._spoken_rank)
        if self._meant.get(name) == name:
            rank = min(rank, self._spoken_rank)
        return Entry(name, spelling, target, rank, self._downloads.get(target, 0))

    @functools.cached_property
    def _words(self) -> frozenset[str]:
        once: set[str] = set()
        again: set[str] = set()
        for name in self._ranks:
            for word in name.split("-"):
                (again if word in once else once).add(word)
        return frozenset(again)


def edits_within(size: int) -> int:
    """Return how many edits are looked for around a compact spelling of a size."""
    return 2 if size >= TWO_EDITS_FROM else 1


def _shelves(size: int, spellings: Iterable[str]) -> Iterator[_Shelf]:
    parts = edits_within(size) + 1
    for number in range(parts):
        start, end = size * number // parts, size * (number + 1) // parts
        shelf: dict[str, list[str]] = defaultdict(list)
        for spelling in spellings:
            shelf[spelling[start:end]].append(spelling)
        yield start, end, shelf


def _all_at_once(function: Callable[[str], str], names: Iterable[str]) -> list[str]:
    """Apply a function that works letter by letter to many names in one call."""
    return function("\n".join(names)).split("\n")


@functools.cache
def _shifts(longer: int, edits: int) -> range:
    """Return how far a part that no edit touched may have moved to the right.

    Args:
        longer: by how many letters what was written is longer than what was meant.
        edits: how many there are; those before the part move it, all of them make the difference.
    """
    spare = (edits - abs(longer)) // 2
    return range(min(longer, 0) - spare, max(longer, 0) + spare + 1) if spare >= 0 else range(0)
