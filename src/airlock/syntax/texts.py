"""One unit of code with everything that is read off its text, each at most once."""

import re
from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from airlock.syntax.decoding import SourceText
from airlock.syntax.reach import Imported, Unit, imported_modules
from airlock.syntax.words import Hits

if TYPE_CHECKING:
    from airlock.syntax.machine import Machine, Scope

_LARGEST_COMPANION = 200_000
"""Bytes of a module without a word of interest that is read because one of interest imports it."""
_LONG_LINE = 1_000
# A statement that is a call, or that binds what one gives; up to where the first name ends.
_CALL = re.compile(r"(?m)^[ \t]*(?:\w+[ \t]*=[ \t]*)?(\w*)[\w.]*\(")


class Text:
    """One unit: its text, what the prefilter saw, and the machine that reads it."""

    def __init__(self, unit: Unit, source: SourceText, hits: Hits) -> None:
        self.unit = unit
        self.source = source
        self.hits = hits
        self.machine: Machine | None = None
        self.scope: Scope | None = None

    @cached_property
    def imports(self) -> tuple[Imported, ...]:
        """Everything that the text may import."""
        return tuple(imported_modules(self.source.text))

    @cached_property
    def is_companion(self) -> bool:
        """Whether a module without a word of its own may hold what another one uses.

        Addresses, alphabets and decoders are hits; a payload is a long line.
        """
        source = self.source.text
        if len(source) > _LARGEST_COMPANION:
            return False
        return bool(self.hits.lines) or max(map(len, source.split("\n"))) > _LONG_LINE

    def calls(self, names: set[str]) -> bool:
        """Tell whether a statement is a call of one of these names, or of something of it.

        Args:
            names: as imports bind them; ``*``, and an empty one that could not be read, are any.
        """
        anything = not names.isdisjoint({"*", ""})
        return any(
            anything or match.group(1) in names for match in _CALL.finditer(self.source.text)
        )


def add_names(hits: Hits, names: Collection[str], text: str) -> Hits:
    """Return hits with the lines, too, in which any of these names of the file's own stands."""
    if not names:
        return hits
    found: set[int] = set()
    line, last = 1, 0
    for place in _places(names, text):
        line += text.count("\n", last, place)
        last = place
        found.add(line)
    return msgspec.structs.replace(
        hits,
        lines=tuple(sorted(found.union(hits.lines))),
        acting=tuple(sorted(found.union(hits.acting))),
        spoken=tuple(sorted(found.union(hits.spoken))),
    )


def _places(names: Collection[str], text: str) -> list[int]:
    """Return where any of the names stands as a whole word, in order."""
    if len(names) > _FEW_NAMES:
        return [word.start() for word in _WORD.finditer(text) if word.group() in names]
    found: list[int] = []
    for name in names:
        place = text.find(name)
        while place >= 0:
            word = _WORD.match(text, place)
            if word and word.group() == name and not _WORD.match(text, place - 1, place):
                found.append(place)
            place = text.find(name, place + len(name))
    return sorted(found)


_WORD = re.compile(r"\w+")
_FEW_NAMES = 16
"""So many are each looked for faster than all words are looked at."""
