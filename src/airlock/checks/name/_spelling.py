"""How two names may be mistaken for one another: pure arithmetic on spellings.

- Separators say nothing: names are compared without ``-``, so that a dropped one is no edit.
- An edit is what one slip of the hand does: a letter missing, one too many, another one, or two
  swapped (the optimal string alignment distance of 1).
"""

import enum

import msgspec


def compact(name: str) -> str:
    """Return a name in lower case without separators."""
    return name.lower().replace("-", "").replace("_", "").replace(".", "")


def ultranormalise(name: str) -> str:
    """Return the form in which the public index compares names: one form, one project.

    Separators are dropped, ``o`` is read as ``0``, ``i`` and ``l`` as ``1`` (the function of that
    name in the index's database).
    """
    return compact(name).replace("o", "0").replace("i", "1").replace("l", "1")


class Slip(enum.StrEnum):
    """What one edit does; the text completes "the name has …"."""

    MISSING = "a letter missing"
    EXTRA = "a letter too many"
    OTHER = "another letter"
    SWAPPED = "two letters swapped"


class Edit(msgspec.Struct, frozen=True):
    """The one edit between what was written and what was meant, both compact."""

    slip: Slip
    place: int
    """In the compact form of what was meant, from 0."""
    wrote: str
    """The letters in question as written; empty for a missing letter."""
    meant: str
    """The letters in question as meant; empty for one too many."""


def one_edit(wrote: str, meant: str) -> Edit | None:
    """Return the edit that makes one of the other, or ``None`` if it takes none or several."""
    start = _common(wrote, meant)
    shortest = min(len(wrote), len(meant)) - start
    end = min(_common(wrote[::-1], meant[::-1]), shortest)
    odd, even = wrote[start : len(wrote) - end], meant[start : len(meant) - end]
    slip = _slip(odd, even)
    return Edit(slip, start, odd, even) if slip else None


def _slip(odd: str, even: str) -> Slip | None:
    match len(odd), len(even):
        case 0, 1:
            return Slip.MISSING
        case 1, 0:
            return Slip.EXTRA
        case 1, 1:
            return Slip.OTHER
        case 2, 2 if odd == even[::-1]:
            return Slip.SWAPPED
        case _:
            return None


def _common(left: str, right: str) -> int:
    for place, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return place
    return min(len(left), len(right))
