"""How people claim names, give them back and move them: the one way for command line and API.

- What this index hosts can be neither given back nor given to an upstream.
- A claim says which names it takes from an upstream that had them before, so that nobody cuts off
  a dependency without knowing.
"""

import datetime as dt
from collections.abc import Iterator

import msgspec

from airlock.errors import NameTaken, TargetNotFound
from airlock.model import ProjectName
from airlock.model.name_patterns import NamePattern
from airlock.model.ownership import HERE, Claim, Origin, Owner, Ownership
from airlock.sources.urls import index_url
from airlock.store import Store


class Claimed(msgspec.Struct, frozen=True):
    """A claim that was recorded, and what it changes."""

    claim: Claim
    taken: tuple[ProjectName, ...]
    """Names under the pattern that were served from an upstream until now, and are no longer."""


def owner_of(text: str) -> Owner:
    """Return the owner that a word names: ``here``, or the URL of an upstream.

    Raises:
        UsageError: if it is neither.
    """
    return HERE if text == HERE.word else Owner(index_url(text)[0])


def claim(store: Store, wanted: Claim) -> Claimed:
    """Record a person's claim on a name or a prefix.

    Raises:
        NameTaken: if this index hosts the name and an upstream is to have it.
    """
    before = _all(store)
    known = before.in_force_on(wanted.pattern)
    if known and known.origin is Origin.HOSTED and not wanted.owner.here:
        raise _hosted(known)
    after = Ownership([*before.claims, wanted], HERE)
    store.add_claims([wanted])
    return Claimed(wanted, tuple(_taken(before, after, wanted.pattern)))


def release(store: Store, pattern: NamePattern, *, by: str, reason: str, at: dt.datetime) -> Claim:
    """Record that a person gives a claim back; return the claim that ends.

    Raises:
        TargetNotFound: if there is no claim on this very name or prefix.
        NameTaken: if this index hosts the name.
        UsageError: if the person or the reason is missing.
    """
    known = _all(store).in_force_on(pattern)
    if known is None:
        raise TargetNotFound(f"there is no claim on {pattern}")
    if known.origin is Origin.HOSTED:
        raise _hosted(known)
    store.add_claims([_release_of(known, by=by, reason=reason, at=at)])
    return known


def move(  # noqa: PLR0913 - from where, to where, and who says so when and why
    store: Store, old: str, new: str, *, by: str, reason: str, at: dt.datetime
) -> int:
    """Record that all names of one upstream belong to another; return how many they are.

    What was only first seen at the old one counts as first seen at the new one: it still gives way
    to a reserved prefix.

    Raises:
        UsageError: if the person or the reason is missing.
    """
    moved = [one for one in _all(store).in_force() if one.owner.upstream == old]
    changes: list[Claim] = []
    for one in moved:
        told = f"{reason} (moved from {old})"
        again = msgspec.structs.replace(one, owner=Owner(new), by=by, reason=told, at=at)
        changes += [_release_of(one, by=by, reason=told, at=at), again]
    store.add_claims(changes)
    return len(moved)


def _all(store: Store) -> Ownership:
    return Ownership(store.claims(first_seen=True), HERE)


def _release_of(known: Claim, *, by: str, reason: str, at: dt.datetime) -> Claim:
    return Claim(pattern=known.pattern, origin=Origin.RELEASED, by=by, reason=reason, at=at)


def _hosted(known: Claim) -> NameTaken:
    return NameTaken(f"{known.pattern} belongs to this index, which hosts releases of it")


def _taken(before: Ownership, after: Ownership, pattern: NamePattern) -> Iterator[ProjectName]:
    for known in before.in_force():
        if known.pattern.is_prefix or known.owner.here:
            continue
        project = ProjectName(known.pattern)
        if pattern.covers(project) and after.of(project).owner != before.of(project).owner:
            yield project
