"""The ways in which one name comes to be taken for another, in the words of the literature.

Tschacher (2016), Taylor et al. (TypoGard, 2020) and Neupane et al. (USENIX Security 2023) call them
so; a report that uses the same words can be compared with theirs.
"""

import enum


class Technique(enum.StrEnum):
    """What was done to the name that is imitated."""

    OMISSION = "omission"
    """A letter is missing: ``reqests``."""
    REPETITION = "repetition"
    """A letter stands twice, or one of a double is missing: ``aiohttpp``."""
    TRANSPOSITION = "transposition"
    """Two neighbouring letters are swapped: ``djnago``."""
    KEYBOARD = "keyboard"
    """A letter of a neighbouring key instead of, or beside, the right one: ``requesta``."""
    VOWEL_SWAP = "vowel-swap"
    """Another vowel, as it is mispronounced or misremembered: ``requists``."""
    REPLACEMENT = "replacement"
    """Another letter: ``requesfs``."""
    ADDITION = "addition"
    """A letter too many: ``fairseqn``."""
    HOMOGLYPH = "homoglyph"
    """What looks alike: ``0`` for ``o``, ``rn`` for ``m``: ``r3quests``, ``nurnpy``."""
    BITFLIP = "bitflip"
    """A letter of which one bit is flipped, as faulty memory does: ``requusts``."""
    SEVERAL = "several-edits"
    """Two of the above in one long name."""
    SEPARATOR = "separator"
    """Separators added, dropped or moved: ``prompt-tool-kit``."""
    WORD_ORDER = "word-order"
    """The same words in another order: ``nmap-python``."""
    PY_AFFIX = "py-affix"
    """``py``, ``python`` or ``python3`` added, dropped, moved or exchanged: ``python-mongo``."""
    AFFIX = "affix"
    """A word that says nothing, before or after: ``requests-lite``."""
    COMBINATION = "combination"
    """Two popular names in one: ``beautifulsoup-requests``."""
    VERSION_SUFFIX = "version-suffix"
    """A number added, dropped or changed at the end: ``mitmproxy2``."""
    PLURAL = "plural"
    """The plural for the singular, or the other way round: ``request``."""
    IMPORT_NAME = "import-name"
    """What the import statement says, not what the project is called: ``cv2``."""
