"""The slips of the hand between two spellings (the optimal string alignment distance).

- A slip is a letter missing, one too many, another one, or two neighbours swapped.
- Everything here is pure arithmetic on compact spellings, in time proportional to their length: at
  most two slips are looked for.
"""

import enum

import msgspec


class Slip(enum.StrEnum):
    """What one edit does; the text completes "the name has …"."""

    MISSING = "a letter missing"
    EXTRA = "a letter too many"
    OTHER = "another letter"
    SWAPPED = "two letters swapped"


class Edit(msgspec.Struct, frozen=True):
    """One edit between what was written and what was meant, both compact."""

    slip: Slip
    place: int
    """In the compact form of what was meant, from 0."""
    wrote: str
    """The letters in question as written; empty for a missing letter."""
    meant: str
    """The letters in question as meant; empty for one too many."""


def one_edit(wrote: str, meant: str) -> Edit | None:
    """Return the edit that makes one of the other, or ``None`` if it takes none or several."""
    return _single(wrote, meant, 0)


def two_edits(wrote: str, meant: str) -> tuple[Edit, Edit] | None:
    """Return two edits that make one of the other, or ``None`` if it takes fewer or more.

    Of several ways, the first is told in which the earlier edit swaps, replaces, drops or adds.
    """
    if wrote == meant or _single(wrote, meant, 0):
        return None
    start = _common(wrote, meant)
    odd, even = wrote[start:], meant[start:]
    for slip, taken, given in _first_slips(odd, even):
        first = Edit(slip, start, odd[:taken], even[:given])
        if second := _single(odd[taken:], even[given:], start + given):
            return first, second
    return None


def _first_slips(odd: str, even: str) -> list[tuple[Slip, int, int]]:
    """Return what may have happened where two spellings part: letters written and letters meant."""
    slips = [(Slip.SWAPPED, 2, 2), (Slip.OTHER, 1, 1), (Slip.MISSING, 0, 1), (Slip.EXTRA, 1, 0)]
    return [
        (slip, taken, given)
        for slip, taken, given in slips
        if taken <= len(odd)
        and given <= len(even)
        and (slip is not Slip.SWAPPED or odd[:2] == even[1::-1])
    ]


def _single(wrote: str, meant: str, offset: int) -> Edit | None:
    if not -1 <= len(wrote) - len(meant) <= 1:
        return None
    start = _common(wrote, meant)
    shortest = min(len(wrote), len(meant)) - start
    end = min(_common(wrote[::-1], meant[::-1]), shortest)
    odd, even = wrote[start : len(wrote) - end], meant[start : len(meant) - end]
    slip = _slip(odd, even)
    return Edit(slip, offset + start, odd, even) if slip else None


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
