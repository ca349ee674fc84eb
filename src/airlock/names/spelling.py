"""The forms in which names are compared.

- Separators say nothing: names are compared without ``-``, so that a dropped one is no edit.
- What the public index takes for the same name is the same name.
"""

_COMPACT = str.maketrans("", "", "-_.")
_ULTRANORMAL = str.maketrans({"-": None, "_": None, ".": None, "o": "0", "i": "1", "l": "1"})


def compact(name: str) -> str:
    """Return a name in lower case without separators."""
    return name.lower().translate(_COMPACT)


def ultranormalise(name: str) -> str:
    """Return the form in which the public index compares names: one form, one project.

    Separators are dropped, ``o`` is read as ``0``, ``i`` and ``l`` as ``1`` (the function of that
    name in the index's database).
    """
    return name.lower().translate(_ULTRANORMAL)


def word_at(name: str, place: int) -> tuple[str, int]:
    """Return the word of a normalised name that holds a place of its compact form.

    Args:
        name: words joined by ``-``.
        place: in the compact form, from 0; its length means: after the last letter.

    Returns:
        The word, and the place in it.
    """
    words = name.split("-")
    for word in words[:-1]:
        if place < len(word):
            return word, place
        place -= len(word)
    return words[-1], place
