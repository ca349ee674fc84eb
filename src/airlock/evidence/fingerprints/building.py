"""From specimens to a memory: what is theirs alone, and little of it.

- What is *known good* counts for nothing: grams and files of the standard library, of benign
  archives, of whatever folder the maintainer names.
- A trojanised copy of a library is mostly the library. Where many files have something of their
  own, or there is more of it than an attack needs, only what runs at build time is remembered: what
  was inherited from a library that nobody named cannot be told from what was added.
- A family with fewer than ``LEAST`` grams of its own is known by whole files only, or not at all:
  anybody may have written the same three lines.
- Nothing is kept but hashes and labels.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from airlock.evidence.fingerprints.grams import Prints, prints
from airlock.evidence.fingerprints.memory import Memory, Remembered, make_memory
from airlock.evidence.fingerprints.specimen import CODE, FAMILY

LEAST = 12
_MOST_REMEMBERED = 256
_MOST_FILES = 4
_MOST_OWN = 200
_LEAST_OF_WHOLE = 4
"""Of its own in a file that is remembered as a whole: boilerplate has less."""
_BUILD_FILES = frozenset({"setup.py"})
_BUILD_DEPTH = 1


class Specimen(msgspec.Struct, frozen=True):
    """One archive, as prints."""

    family: str
    files: Mapping[str, Prints]
    """By the path of the member."""


class Unread(msgspec.Struct, frozen=True):
    """Something that could not be read."""

    name: str
    reason: str


class Built(msgspec.Struct, frozen=True):
    """A memory, and what did not get into it."""

    memory: Memory
    weak: tuple[str, ...]
    """Families of which nothing is left that is theirs alone."""
    harmless: int
    """How many harmless files were known."""
    unread: tuple[Unread, ...] = ()


class KnownGood:
    """What counts for nothing."""

    def __init__(self) -> None:
        self.grams: set[int] = set()
        self.wholes: set[int] = set()
        self.files = 0

    def add(self, one: Prints) -> None:
        """Take note of one harmless file."""
        self.grams |= one.grams
        self.wholes.add(one.whole)
        self.files += 1


def build(specimens: Iterable[Specimen], good: KnownGood, *, made_on: str) -> Built:
    """Return the memory of some specimens.

    Args:
        specimens: those of one family together are what is known of it.
        good: what is not theirs.
        made_on: the day, ``YYYY-MM-DD``.
    """
    grams: dict[str, set[int]] = defaultdict(set)
    wholes: dict[str, set[int]] = defaultdict(set)
    count = 0
    for specimen in (*specimens, Specimen(FAMILY, {"specimen.py": prints(CODE)})):
        count += specimen.family != FAMILY
        for own in _own(specimen, good):
            grams[specimen.family] |= own.grams
            wholes[specimen.family] |= {own.whole} - {0}
        grams[specimen.family] |= set()
    kept = {family: _kept(grams[family], wholes[family]) for family in grams}
    strong = {family: one for family, one in kept.items() if one.grams or one.wholes}
    memory = make_memory(strong, made_on=made_on, specimens=count)
    return Built(memory, tuple(sorted(kept.keys() - strong.keys())), good.files)


def _own(specimen: Specimen, good: KnownGood) -> Iterator[Prints]:
    """Yield what is left of the specimen's files without what is known good."""
    own = {path: _without(one, good) for path, one in specimen.files.items()}
    files = [path for path, one in own.items() if one.grams]
    inherits = len(files) > _MOST_FILES or sum(len(one.grams) for one in own.values()) > _MOST_OWN
    for path, one in own.items():
        if not inherits or _at_build(path):
            yield one


def _without(one: Prints, good: KnownGood) -> Prints:
    own = one.grams - good.grams
    told = one.whole not in good.wholes and len(own) >= _LEAST_OF_WHOLE
    return Prints(own, one.whole if told else 0)


def _at_build(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return name in _BUILD_FILES and folder.count("/") < _BUILD_DEPTH


def _kept(grams: set[int], wholes: set[int]) -> Remembered:
    """Return a random choice of grams that is the same for everybody: the smallest hashes."""
    chosen = sorted(grams)[:_MOST_REMEMBERED] if len(grams) >= LEAST else []
    return Remembered(frozenset(chosen), frozenset(wholes))
