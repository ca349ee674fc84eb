"""Which keys lie side by side.

The layout is the American QWERTY keyboard. Names are typed on others, too (QWERTZ, AZERTY); but
most letters have the same neighbours there, and the few that differ would make innocent pairs
neighbours.
"""

_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
# How far each row is shifted to the right against the first, in widths of a key.
_SHIFTS = (0.0, 0.5, 0.75, 1.25)
# Keys touch whose middles are this near, in widths of a key: the next in the row, and two above.
_REACH = 1.3

_PLACES = {
    key: (shift + column, float(row))
    for row, (keys, shift) in enumerate(zip(_ROWS, _SHIFTS, strict=True))
    for column, key in enumerate(keys)
}


def _near(one: str, other: str) -> bool:
    (x, y), (u, v) = _PLACES[one], _PLACES[other]
    return one != other and (x - u) ** 2 + (y - v) ** 2 <= _REACH**2


NEIGHBOURS = {
    key: frozenset(other for other in _PLACES if _near(key, other)) for key in sorted(_PLACES)
}
"""Each letter and digit, with those whose keys touch its own."""


def adjacent(one: str, other: str) -> bool:
    """Return whether two different letters or digits lie side by side."""
    return other in NEIGHBOURS.get(one, ())
