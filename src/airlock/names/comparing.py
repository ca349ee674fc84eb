"""Compares a name with the popular ones: ``compare`` is all that most callers need.

- The result depends on the name and the index alone; nothing is asked, read or remembered.
- A popular name is never taken for an imitation, nor a less popular one for what is imitated.
- At most one likeness for each target: what an index takes for the same, else the heaviest.
"""

from collections.abc import Iterator

from airlock.model import ProjectName
from airlock.names import wordplay
from airlock.names.calibration import (
    AFFIX_AND_EDIT_REACH,
    AFFIX_COST,
    FAR_MORE_POPULAR,
    IMPORT_NAME_REACH,
    LISTED_WEIGHT,
    OWN_WORD_REACH,
    TRUSTED_RANK,
    Trait,
    further,
    weight_of,
)
from airlock.names.edits import Edit, one_edit, two_edits
from airlock.names.index import Entry, NameIndex, edits_within
from airlock.names.likeness import Likeness
from airlock.names.slips import told, trait_of
from airlock.names.spelling import compact
from airlock.names.wordplay import Resemblance

_SHORTEST_TARGET = 5


def compare(name: ProjectName, index: NameIndex) -> tuple[Likeness, ...]:
    """Return every popular name that a name looks like, the weightiest first.

    Of two that weigh the same, the nearer comes first, then the more popular.
    """
    rank = index.rank(name)
    if rank is not None and rank <= TRUSTED_RANK:
        return ()
    heaviest: dict[ProjectName, Likeness] = {}
    for found in _resemblances(name, index):
        if found.entry.target == name or not _far_more_popular(found.entry, name, index):
            continue
        likeness = _weighed(found, listed=rank is not None)
        other = heaviest.get(likeness.target)
        if other is None or (not likeness.same, _order(likeness)) < (not other.same, _order(other)):
            heaviest[likeness.target] = likeness
    return tuple(sorted(heaviest.values(), key=_order))


def near(name: ProjectName, index: NameIndex) -> tuple[Likeness, ...]:
    """Return every name of the index that could be confused with one, the nearest first.

    Nothing is said of who imitates whom: popular names have neighbours, too.
    """
    found = [_weighed(one, listed=False) for one in _resemblances(name, index)]
    nearest: dict[ProjectName, Likeness] = {}
    for likeness in sorted(found, key=lambda one: (one.cost, one.rank)):
        if likeness.target != name:
            nearest.setdefault(likeness.target, likeness)
    return tuple(nearest.values())


def _order(likeness: Likeness) -> tuple[float, float, int]:
    return -likeness.weight, likeness.cost, likeness.rank


def _far_more_popular(target: Entry, name: str, index: NameIndex) -> bool:
    """Return whether a target is so popular that a name on the list may imitate it."""
    rank = index.rank(name)
    if rank is None:
        return True
    if target.downloads and (downloads := index.downloads(name)):
        return target.downloads >= FAR_MORE_POPULAR * downloads
    return target.rank <= TRUSTED_RANK < rank


def _weighed(found: Resemblance, *, listed: bool) -> Likeness:
    entry, trait = found.entry, found.trait
    weight = weight_of(
        trait if entry.is_project else further(trait, 0, IMPORT_NAME_REACH), entry.rank
    )
    how = found.how if entry.is_project else f"{found.how} (the import name {entry.name})"
    return Likeness(
        target=ProjectName(entry.target),
        technique=found.technique,
        cost=round(trait.cost, 2),
        weight=min(weight, LISTED_WEIGHT) if listed else weight,
        explanation=how,
        rank=entry.rank,
        same=found.same,
    )


def _resemblances(name: str, index: NameIndex) -> Iterator[Resemblance]:
    for way in _WAYS:
        for found in way(name, index):
            if len(found.entry.spelling) >= _SHORTEST_TARGET or not found.entry.is_project:
                yield found


def _edited(name: str, index: NameIndex) -> Iterator[Resemblance]:
    """Yield the names that are one slip away, or two if they are long."""
    wrote = compact(name)
    for spelling in index.near(wrote):
        edits = _edits(wrote, spelling)
        entry = index.entry(spelling) if edits else None
        if edits and entry and entry.name != name:
            technique, trait = trait_of(edits, name, entry.name)
            how = " and ".join(map(told, edits))
            yield Resemblance(entry, technique, _unless_a_word(trait, name, entry, index), how)


def _edits(wrote: str, meant: str) -> tuple[Edit, ...]:
    """Return the one or two edits between two compact spellings; none if there are more.

    A plural is none: it is told by itself.
    """
    if edit := one_edit(wrote, meant):
        return () if _is_of_number(wrote, meant) else (edit,)
    return (edits_within(len(meant)) > 1 and two_edits(wrote, meant)) or ()


def _is_of_number(one: str, other: str) -> bool:
    """Return whether one is the other with an s at its end, which is its plural."""
    short, long = sorted((one, other), key=len)
    return long == short + "s" and not short.endswith("s")


def _unless_a_word(trait: Trait, name: str, entry: Entry, index: NameIndex) -> Trait:
    """Return a shorter reach if the words that differ are words of other projects, too."""
    other = set(name.split("-")) - set(entry.name.split("-"))
    if other and all(index.is_word(word) for word in other):
        return further(trait, 0, OWN_WORD_REACH)
    return trait


def _edited_with_additions(name: str, index: NameIndex) -> Iterator[Resemblance]:
    """Yield the names of which one has a slip in it and an addition that says nothing."""
    for rest, _ in wordplay.without_empty_words(name):
        if len(compact(rest)) < _SHORTEST_TARGET:
            continue
        for found in _edited(rest, index):
            trait = further(found.trait, AFFIX_COST, AFFIX_AND_EDIT_REACH)
            how = f"{found.how}, and an addition that says nothing"
            yield Resemblance(found.entry, found.technique, trait, how)


_WAYS = (
    wordplay.same_looks,
    wordplay.reordered,
    wordplay.with_other_py,
    wordplay.with_additions,
    wordplay.in_other_number,
    wordplay.in_other_version,
    wordplay.combined,
    _edited,
    _edited_with_additions,
)
