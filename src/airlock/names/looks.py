"""Letters that are taken for one another by the eye (the part of UTS 39 that ASCII names can use).

A project's name has ASCII letters and digits only (PEP 508), so that Cyrillic or Greek twins need
no table: such a name is refused before it gets here.
"""

# Read as the same by the public index; nothing else is taken for the same by a machine.
_TWINS = ("o0", "il1")
# Read as the same by a person who is in a hurry.
_ALIKE = ("s5", "e3", "a4", "t7", "b8", "z2", "g9", "gq", "ij", "lj", "uv", "b6")
_FOLDED_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("c1", "d"))
_FOLD = str.maketrans("013457ij8", "oleastllb", "-_.")

RESEMBLES: dict[str, frozenset[str]] = {}
"""A letter, or two, with those that it is taken for."""
for _group in (*_TWINS, *_ALIKE):
    for _letter in _group:
        _others = frozenset(_group) - {_letter}
        RESEMBLES[_letter] = RESEMBLES.get(_letter, frozenset()) | _others
for _pair, _one in _FOLDED_PAIRS:
    RESEMBLES[_pair] = frozenset({_one})
    RESEMBLES[_one] = RESEMBLES.get(_one, frozenset()) | {_pair}


def resembles(one: str, other: str) -> bool:
    """Return whether a letter, or two, looks like another, or two."""
    return other in RESEMBLES.get(one, ())


def fold(name: str) -> str:
    """Return a form that is the same for names that look the same, separators aside."""
    folded = name.lower()
    for pair, one in _FOLDED_PAIRS:
        folded = folded.replace(pair, one)
    return folded.translate(_FOLD)
