"""Names that are put together from a popular one: its words moved, dropped, added or glued.

Each function yields the popular names that it finds, what was done, and how far that is believed.
"""

import itertools
from collections.abc import Iterable, Iterator

import msgspec

from airlock.names import calibration
from airlock.names.calibration import Trait, further
from airlock.names.index import Entry, NameIndex
from airlock.names.likeness import HINT
from airlock.names.looks import fold
from airlock.names.spelling import compact, ultranormalise
from airlock.names.techniques import Technique

_EMPTY_WORDS = """
    api beta cli client core darwin dev development fix fixed helper helpers latest lib library
    linux lite macos mod module modules new official patch patched platform plus pro project py py3
    pylib python python2 python3 real release sdk secure service stable test the tool tools update
    updated util utils v2 v3 win windows x
"""
EMPTY_WORDS = frozenset(_EMPTY_WORDS.split())
"""Words that say nothing about what a project would add to the one of which it has the name."""

PY_WORDS = ("python3", "python", "py3", "py")
# What is left without an affix must be a name of its own.
_SHORTEST_STEM = 4
_SHORTEST_GLUED = 3
# Of two words there is one other order, which turning them round finds; of five there are too many.
_PERMUTED_WORDS = (3, 4)


class Resemblance(msgspec.Struct, frozen=True):
    """One popular name that a name resembles, before it is weighed."""

    entry: Entry
    technique: Technique
    trait: Trait
    how: str
    """Completes "it looks like …"."""
    same: bool = False
    """Whether the public index takes the two for one name."""


def same_looks(name: str, index: NameIndex) -> Iterator[Resemblance]:
    """Yield the name that looks the same, separators aside."""
    entry = index.look(name)
    if entry is None:
        return
    if entry.name == name:
        if not entry.is_project:
            how = "what the import statement says"
            yield Resemblance(entry, Technique.IMPORT_NAME, calibration.IMPORT_NAME, how)
    elif ultranormalise(entry.spelling) == ultranormalise(name):
        how = "an index takes the two for the same name"
        technique, trait = Technique.SEPARATOR, calibration.OTHER_SEPARATORS
        if entry.spelling != compact(name):
            technique, trait = Technique.HOMOGLYPH, calibration.TWIN_LETTERS
        yield Resemblance(entry, technique, trait, how, same=True)
    elif fold(entry.spelling) == fold(name):
        how = f"it reads as {entry.name}"
        yield Resemblance(entry, Technique.HOMOGLYPH, calibration.SAME_LOOK, how)


def reordered(name: str, index: NameIndex) -> Iterator[Resemblance]:
    """Yield the names whose words follow one another in another order."""
    how = "the same words in another order"
    for entry in itertools.chain(_turned_back(name, index), _permuted(name, index)):
        words = entry.name.split("-")
        moved = calibration.PYTHON_MOVED if "python" in words else calibration.WORD_ORDER
        yield Resemblance(entry, Technique.WORD_ORDER, moved, how)


def _turned_back(name: str, index: NameIndex) -> Iterator[Entry]:
    """Yield the names that were cut between two words and put together the other way round."""
    wrote = compact(name)
    for cut in range(1, len(wrote)):
        entry = index.entry(wrote[cut:] + wrote[:cut])
        if entry and len(wrote) - cut in _word_ends(entry.name):
            yield entry


def _word_ends(name: str) -> set[int]:
    """Return the places in the compact form where a word ends, but for the last."""
    return set(itertools.accumulate(len(word) for word in name.split("-")[:-1]))


def _permuted(name: str, index: NameIndex) -> Iterator[Entry]:
    words = name.split("-")
    if len(words) not in _PERMUTED_WORDS:
        return
    for order in itertools.permutations(words):
        entry = index.entry("".join(order))
        if entry and sorted(entry.name.split("-")) == sorted(words):
            yield entry


def with_other_py(name: str, index: NameIndex) -> Iterator[Resemblance]:
    """Yield the names that differ by a ``py`` or ``python`` before or after."""
    wrote = compact(name)
    stems = {stem for stem in _py_stems(name) if len(stem) >= _SHORTEST_STEM}
    for stem in sorted(stems):
        yield from _known(stem, index, calibration.PY_ADDED, "with 'py' or 'python' added")
        for word in PY_WORDS:
            for spelling in (word + stem, stem + word):
                if spelling != wrote:
                    moved = wrote in {stem + word, word + stem}
                    trait = calibration.PY_MOVED if moved else calibration.PY_EXCHANGED
                    how = f"{word!r} is at the other end" if moved else f"without {word!r}"
                    yield from _known(spelling, index, trait, how)
    for word in PY_WORDS:
        for spelling in (word + wrote, wrote + word):
            yield from _known(spelling, index, calibration.PY_DROPPED, f"without {word!r}")


def _known(spelling: str, index: NameIndex, trait: Trait, how: str) -> Iterator[Resemblance]:
    entry = index.entry(spelling)
    if entry:
        yield Resemblance(entry, Technique.PY_AFFIX, trait, how)


def _py_stems(name: str) -> Iterator[str]:
    """Yield what is left of a compact name without its "py" before or after."""
    wrote = compact(name)
    for word in PY_WORDS:
        if wrote.startswith(word):
            yield wrote.removeprefix(word)
        if wrote.endswith(word):
            yield wrote.removesuffix(word)


def without_empty_words(name: str) -> Iterator[tuple[str, int]]:
    """Yield a name with fewer of the words before and after that say nothing, and how many fewer.

    The fewest are dropped first: the name in question may itself end in such a word.
    """
    words = name.split("-")
    before = _count(itertools.takewhile(EMPTY_WORDS.__contains__, words[:-1]))
    after = _count(itertools.takewhile(EMPTY_WORDS.__contains__, reversed(words[1:])))
    for dropped in range(1, min(before + after, len(words) - 1) + 1):
        for first in range(max(0, dropped - after), min(before, dropped) + 1):
            yield "-".join(words[first : len(words) - (dropped - first)]), dropped


def _count(words: Iterable[str]) -> int:
    return sum(1 for _ in words)


def with_additions(name: str, index: NameIndex) -> Iterator[Resemblance]:
    """Yield the names to which words were added that say nothing, with or without separators."""
    for rest, dropped in without_empty_words(name):
        spelling = compact(rest)
        if len(spelling) >= _SHORTEST_STEM and (entry := index.entry(spelling)):
            trait = calibration.EMPTY_WORDS if dropped > 1 else calibration.EMPTY_WORD
            yield Resemblance(entry, Technique.AFFIX, trait, "with an addition that says nothing")
    if "-" in name:
        return
    for word in EMPTY_WORDS:
        if len(word) < _SHORTEST_GLUED or word not in name:
            continue
        for stem in (name.removesuffix(word), name.removeprefix(word)):
            if _SHORTEST_STEM <= len(stem) < len(name) and (entry := index.entry(stem)):
                how = f"with {word!r} attached"
                yield Resemblance(entry, Technique.AFFIX, calibration.GLUED_WORD, how)


def in_other_number(name: str, index: NameIndex) -> Iterator[Resemblance]:
    """Yield the names in which one word is in the plural here and in the singular there."""
    words = name.split("-")
    for place, word in enumerate(words):
        for other in _other_number(word):
            spelling = "".join([*words[:place], other, *words[place + 1 :]])
            if entry := index.entry(spelling):
                trait = further(calibration.PLURAL, 0, calibration.reach_of_length(len(other)))
                how = f"{word!r} for {other!r}"
                yield Resemblance(entry, Technique.PLURAL, trait, how)


def _other_number(word: str) -> Iterator[str]:
    if word.endswith("s"):
        yield word[:-1]
    else:
        yield word + "s"
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("y"):
        yield word[:-1] + "ies"


def in_other_version(name: str, index: NameIndex) -> Iterator[Resemblance]:
    """Yield the names that end in another number, or in none."""
    wrote = compact(name)
    stem = wrote.rstrip("0123456789")
    if len(stem) < _SHORTEST_STEM:
        return
    version = calibration.EDITS[Technique.VERSION_SUFFIX]
    trait = Trait(version.cost, version.last, HINT)
    for number in ("", *"23456789"):
        if stem + number != wrote and (entry := index.entry(stem + number)):
            how = f"the number {number!r} at its end is another" if number else "with a number"
            yield Resemblance(entry, Technique.VERSION_SUFFIX, trait, how)


def combined(name: str, index: NameIndex) -> Iterator[Resemblance]:
    """Yield the two popular names of which one name is made; many plugins are called so."""
    words = name.split("-")
    if len(words) > 1:
        cuts = [("".join(words[:cut]), "".join(words[cut:])) for cut in range(1, len(words))]
    else:
        cuts = [(name[:cut], name[cut:]) for cut in range(_SHORTEST_STEM, len(name) - 3)]
    for pair in cuts:
        entries = [index.entry(spelling) for spelling in pair if len(spelling) >= _SHORTEST_STEM]
        known = [entry for entry in entries if entry]
        if len(known) == len(pair):
            for entry in known:
                how = " and ".join(repr(str(part.name)) for part in known) + " in one"
                yield Resemblance(entry, Technique.COMBINATION, calibration.COMBINATION, how)
