"""What each technique weighs: the one place with numbers, and where they come from.

Of two names that are near to each other, one is an imitation or both are innocent. Innocent
neighbours are a matter of chance: the longer the list of popular names, the shorter the name and
the more ordinary the difference, the more of them there are. Imitations are a matter of profit:
nearly all are of the best known names. So each technique has a **reach**: how far down the list of
popular names an imitation is believed, as a power of ten of the rank. A swap of two letters is
believed of any target (nobody swaps letters for a name of his own), one letter put before a word
only of the first hundred.

- ``weight`` is ``HOLDS`` at the end of the reach and changes by ``_SLOPE`` with each power of ten.
- A short word has a shorter reach: one letter makes another word of it.
- Each reach lies where innocent neighbours begin to outnumber imitations, read off the legitimate
  names between the ranks 5,001 and 15,000 of April 2026 by ``evals/names.py``, which also fits the
  levels anew without each fold of the names, so that a number that fits one by chance is seen.
"""

import math
from typing import NamedTuple

from airlock.names.likeness import HINT, HOLDS
from airlock.names.techniques import Technique

_SLOPE = 0.25


class Trait(NamedTuple):
    """What is known of one way in which names resemble one another."""

    cost: float
    """How far apart it makes two names."""
    reach: float
    """How far down the list it is believed, as a power of ten: 3.0 is the first thousand."""
    least: float = 0.0
    """What it weighs however little known the target is."""


class EditTrait(NamedTuple):
    """What is known of one slip of the hand, by where in a word it happens."""

    cost: float
    inside: float
    """The reach inside a word."""
    first: float
    """The reach at its first letter, where another letter makes another word: torchx, rtoml."""
    last: float
    """The reach at its end."""


EDITS = {
    Technique.TRANSPOSITION: EditTrait(0.5, 4.2, 3.0, 4.2),
    Technique.REPETITION: EditTrait(0.4, 4.2, 4.2, 4.2),
    Technique.HOMOGLYPH: EditTrait(0.3, 4.2, 3.5, 3.5),
    Technique.OMISSION: EditTrait(0.6, 3.1, 2.0, 2.0),
    Technique.VOWEL_SWAP: EditTrait(0.6, 3.1, 2.2, 2.4),
    Technique.KEYBOARD: EditTrait(0.6, 3.7, 2.0, 2.4),
    Technique.ADDITION: EditTrait(0.8, 2.4, 2.0, 2.4),
    Technique.BITFLIP: EditTrait(0.8, 2.2, 1.7, 2.2),
    Technique.REPLACEMENT: EditTrait(0.9, 2.2, 1.7, 2.2),
    Technique.VERSION_SUFFIX: EditTrait(0.8, 1.6, 1.6, 1.6),
}
"""One slip in a word of eight letters."""

OTHER_SEPARATORS = Trait(0.0, 3.3, HINT)
TWIN_LETTERS = Trait(0.1, 4.2, HINT)
SAME_LOOK = Trait(0.4, 4.2, HINT)
WORD_ORDER = Trait(0.5, 3.0, HINT)
PYTHON_MOVED = Trait(0.5, 4.0, HINT)
PY_MOVED = Trait(0.7, 2.2, HINT)
PY_EXCHANGED = Trait(0.7, 2.5, HINT)
PY_ADDED = Trait(0.8, 1.7, HINT)
PY_DROPPED = Trait(0.7, 1.7, HINT)
PLURAL = Trait(0.5, 1.7, HINT)
IMPORT_NAME = Trait(0.3, 0.3, HINT)
EMPTY_WORD = Trait(0.9, 1.7, HINT)
EMPTY_WORDS = Trait(1.0, 1.7, HINT)
GLUED_WORD = Trait(1.0, 1.3, HINT)
COMBINATION = Trait(1.3, -1.5)

MOVED_LETTER = Trait(0.7, 3.0)
"""A letter that stands elsewhere in the word: two edits, but one slip."""
SECOND_EDIT_REACH = -1.0
"""What the other of two edits takes away from the reach."""
AFFIX_AND_EDIT_REACH = -0.5
AFFIX_COST = 0.5
EDGE_OF_TWO_REACH = -0.7
"""What it takes away besides if one of the two is at the first letter."""
IMPORT_NAME_REACH = -0.4
"""What it takes away that the likeness is to an import name, not to a project's."""
OWN_WORD_REACH = -0.9
"""The letters that differ make a word that other projects have in their names, too."""
MORE_SEPARATORS_REACH = -1.0
"""A separator that was put in makes words of its own: docker-py is no slip for dockerpty."""
FEWER_SEPARATORS_REACH = -0.3
SEVERAL_WORDS_REACH = 0.5
"""What it adds that all other words of a name are those of the target."""
SPOKEN_RANK = 100
"""The rank of what people type although no project is called so (``spoken.WORDS``)."""

_BY_LENGTH = {
    1: -4.0,
    2: -4.0,
    3: -4.0,
    4: -2.0,
    5: -1.0,
    6: -0.25,
    7: -0.1,
    8: 0.0,
    9: 0.1,
    10: 0.2,
}
_LONG = 0.3
SHORTEST_WORD = 5
"""In a shorter word one edit makes another word: mock and mack mean two things."""
TRUSTED_RANK = 5_000
"""Nobody asks whether a name up to here imitates another."""
FAR_MORE_POPULAR = 1_000
"""A listed name below that is compared with names that have this many times its downloads: a place
on the list can be had for a few machines that download all day."""
LISTED_WEIGHT = 0.4
"""The most that a likeness weighs for a name that is itself on the list: it never holds."""


def reach_of_length(letters: int) -> float:
    """Return what the length of a word adds to the reach of an edit in it."""
    return _BY_LENGTH.get(letters, _LONG)


def weight_of(trait: Trait, rank: int) -> float:
    """Return the weight of a likeness to the target of a rank, from 0 to 1."""
    weight = HOLDS + _SLOPE * (trait.reach - math.log10(rank))
    return round(min(1.0, max(trait.least, weight)), 3)


def further(trait: Trait, cost: float, reach: float) -> Trait:
    """Return a trait that costs more and reaches less far."""
    return Trait(trait.cost + cost, trait.reach + reach, trait.least)
