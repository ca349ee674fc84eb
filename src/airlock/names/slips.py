"""Which slip an edit is, and how far down the list of popular names it is believed."""

from collections.abc import Sequence

from airlock.names.calibration import (
    EDGE_OF_TWO_REACH,
    EDITS,
    FEWER_SEPARATORS_REACH,
    MORE_SEPARATORS_REACH,
    MOVED_LETTER,
    SECOND_EDIT_REACH,
    SEVERAL_WORDS_REACH,
    SHORTEST_WORD,
    Trait,
    further,
    reach_of_length,
)
from airlock.names.edits import Edit, Slip
from airlock.names.keyboard import adjacent
from airlock.names.likeness import HINT
from airlock.names.looks import resembles
from airlock.names.spelling import word_at
from airlock.names.techniques import Technique

_VOWELS = frozenset("aeiouy")
_BIT_FLIPS = frozenset(1 << bit for bit in range(8))


def technique_of(edit: Edit, meant: str) -> Technique:
    """Return the technique of one edit to a compact spelling."""
    match edit.slip:
        case Slip.SWAPPED:
            return Technique.TRANSPOSITION
        case Slip.OTHER:
            return _replaced(edit.wrote, edit.meant)
        case Slip.MISSING:
            beside = {meant[edit.place - 1 : edit.place], meant[edit.place + 1 : edit.place + 2]}
            return _come_or_gone(edit.meant, beside, Technique.OMISSION)
        case Slip.EXTRA:
            beside = {meant[edit.place - 1 : edit.place], meant[edit.place : edit.place + 1]}
            technique = _come_or_gone(edit.wrote, beside, Technique.ADDITION)
            slipped = any(adjacent(edit.wrote, key) for key in beside)
            return Technique.KEYBOARD if technique is Technique.ADDITION and slipped else technique


def _replaced(wrote: str, meant: str) -> Technique:
    if resembles(wrote, meant):
        return Technique.HOMOGLYPH
    if wrote.isdigit() and meant.isdigit():
        return Technique.VERSION_SUFFIX
    if wrote in _VOWELS and meant in _VOWELS:
        return Technique.VOWEL_SWAP
    if adjacent(wrote, meant):
        return Technique.KEYBOARD
    if ord(wrote) ^ ord(meant) in _BIT_FLIPS:
        return Technique.BITFLIP
    return Technique.REPLACEMENT


def _has_digit(edit: Edit) -> bool:
    return edit.wrote.isdigit() or edit.meant.isdigit()


def _come_or_gone(letter: str, beside: set[str], otherwise: Technique) -> Technique:
    """Return the technique of a letter that came or went; a digit is a version."""
    if letter.isdigit():
        return Technique.VERSION_SUFFIX
    return Technique.REPETITION if letter in beside else otherwise


def trait_of(edits: Sequence[Edit], wrote: str, meant: str) -> tuple[Technique, Trait]:
    """Return what one edit or two are, and how far they are believed.

    Args:
        edits: between the compact forms of the two names, in order.
        wrote: the name in question, with its separators.
        meant: the popular name, with its separators.
    """
    (technique, trait), *others = (_trait_of_one(edit, wrote, meant) for edit in edits)
    if not others:
        return technique, trait
    ((other, second),) = others
    if _moves_a_letter(edits):
        words = _separators(wrote.count("-"), meant.count("-"))
        return Technique.TRANSPOSITION, further(MOVED_LETTER, 0, words)
    reach = min(trait.reach, second.reach) + SECOND_EDIT_REACH
    if not edits[0].place:
        reach += EDGE_OF_TWO_REACH
    both = technique if technique is other else Technique.SEVERAL
    return both, Trait(trait.cost + second.cost, reach)


def _trait_of_one(edit: Edit, wrote: str, meant: str) -> tuple[Technique, Trait]:
    words, words_meant = wrote.count("-"), meant.count("-")
    # Without its separators a name is one word: scikitlern is a slip for scikit-learn.
    plain = meant.replace("-", "")
    word, place = word_at(plain if words < words_meant else meant, edit.place)
    technique = technique_of(edit, plain)
    last = place >= len(word) - (edit.slip is not Slip.EXTRA)
    if last and technique is Technique.REPLACEMENT and _has_digit(edit):
        technique = Technique.VERSION_SUFFIX
    trait = EDITS[technique]
    reach = trait.first if place == 0 else trait.last if last else trait.inside
    reach += reach_of_length(len(word)) + _separators(words, words_meant)
    if words == words_meant and words and len(word) >= SHORTEST_WORD:
        reach += SEVERAL_WORDS_REACH
    return technique, Trait(trait.cost, reach, HINT if len(word) > SHORTEST_WORD else 0.0)


def _separators(words: int, words_meant: int) -> float:
    if words > words_meant:
        return MORE_SEPARATORS_REACH
    return FEWER_SEPARATORS_REACH if words < words_meant else 0.0


def _moves_a_letter(edits: Sequence[Edit]) -> bool:
    """Return whether two edits are one: a letter that is gone here stands there."""
    slips = {edit.slip for edit in edits}
    letters = {edit.wrote + edit.meant for edit in edits}
    return slips == {Slip.EXTRA, Slip.MISSING} and len(letters) == 1


def told(edit: Edit) -> str:
    """Return an edit in words, to stand after "it has"."""
    if edit.wrote and edit.meant:
        return f"{edit.slip}: {edit.wrote!r} for {edit.meant!r}"
    return f"{edit.slip}: {edit.wrote or edit.meant!r}"
