"""Two names beside each other, letter by letter: what differs is drawn, not described."""

import re
from typing import NamedTuple

from airlock.model import Finding

# As the check of names writes its evidence: one comparison a line.
_COMPARED = re.compile(
    r"(?P<one>[a-z0-9-]{1,214}) ~ (?P<other>[a-z0-9-]{1,214}): (?P<why>[^\n]{0,300})"
)
_MOST = 3
_COLUMN, _ROW, _LEFT = 26, 34, 6
_LONGEST = 60


class Letter(NamedTuple):
    """A letter in its place."""

    x: int
    y: int
    text: str
    same: bool


class Lettering(NamedTuple):
    """A drawing of two names."""

    one: str
    other: str
    why: str
    width: int
    height: int
    letters: tuple[Letter, ...]


def lettering(finding: Finding) -> list[Lettering]:
    """Return a drawing for each comparison that a finding on a name tells of."""
    if not finding.check.startswith("name-"):
        return []
    found = list(_COMPARED.finditer(finding.evidence))[:_MOST]
    return [_drawn(match["one"], match["other"], match["why"]) for match in found]


def _drawn(one: str, other: str, why: str) -> Lettering:
    columns = aligned(one, other)[:_LONGEST]
    letters = []
    for place, (above, below) in enumerate(columns):
        x = _LEFT + place * _COLUMN
        letters.append(Letter(x, 4, above, above == below))
        letters.append(Letter(x, 4 + _ROW, below, above == below))
    width = 2 * _LEFT + _COLUMN * len(columns)
    return Lettering(one, other, why, width, 8 + 2 * _ROW, tuple(letters))


def aligned(one: str, other: str) -> list[tuple[str, str]]:
    """Return the letters of two names in columns, with an empty text where one has none."""
    from rapidfuzz.distance import Levenshtein

    columns: list[tuple[str, str]] = []
    for step in Levenshtein.opcodes(one, other):
        above = list(one[step.src_start : step.src_end])
        below = list(other[step.dest_start : step.dest_end])
        longest = max(len(above), len(below))
        above += [""] * (longest - len(above))
        below += [""] * (longest - len(below))
        columns += zip(above, below, strict=True)
    return _swapped(columns)


def _swapped(columns: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the columns with two letters that changed places one above the other."""
    found = list(columns)
    for place in range(len(found) - 2, -1, -1):
        three = found[place : place + 3]
        if len(three) == 3 and three[1][0] == three[1][1]:  # noqa: PLR2004 - three in a row
            (a, b), (same, _), (c, d) = three
            if ((a, d) == ("", "") and b == c) or ((b, c) == ("", "") and a == d):
                moved = a or b
                found[place : place + 3] = (
                    [(moved, same), (same, moved)] if a else [(same, moved), (moved, same)]
                )
    return found
