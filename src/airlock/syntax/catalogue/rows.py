"""The shape of a row of the catalogue."""

import msgspec

from airlock.syntax.facts import Deed, Origin

RECEIVER = -1
"""In ``at``: the text is that of the object whose method is called."""


class Effect(msgspec.Struct, frozen=True):
    """What one call does."""

    deed: Deed
    at: tuple[int, ...] = (0,)
    """Positions of the arguments that make the text, or ``RECEIVER``."""
    keywords: tuple[str, ...] = ()
    """Their names, where they are given by name."""
    options: frozenset[str] = frozenset()
    gives: Origin | None = None
    """What the result is made of."""


def row(
    deed: Deed,
    *at: int,
    keywords: str = "",
    options: str = "",
    gives: Origin | None = None,
) -> Effect:
    """Return a row; words in ``keywords`` and ``options`` are separated by spaces."""
    return Effect(deed, at or (0,), tuple(keywords.split()), frozenset(options.split()), gives)
