"""Makes sense of names that are asked for and that nobody has, so that they can be reserved.

Such a name is a typo, the name of something private that leaked into a requirement, or an invention
of a language model. Whichever it is, whoever publishes it is installed by all who go on asking.

- What a name is taken for is a guess, and says why; the counts are not.
- A name that an upstream has by now is never reserved over its head: it is shown as what it is, a
  name that somebody published after people had been asking for it.
"""

import datetime as dt
import enum
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple, Protocol

import msgspec

from airlock.errors import TargetNotFound
from airlock.model import ProjectName
from airlock.model.name_patterns import NamePattern
from airlock.model.ownership import Claim, Holding, Origin, Ownership
from airlock.model.phantom import Sighting
from airlock.store import Store

_PRIVATE_WORDS = frozenset({"company", "corp", "inhouse", "internal", "intranet", "private"})
# So many names that nobody has and that begin with the same word are a family.
_FAMILY = 3


class Label(enum.StrEnum):
    """What a name is taken for."""

    KNOWN = "known"
    """It has a history: it was fished on, or is what remains of a mistyped command."""
    PRIVATE = "private"
    """It looks like the name of something that is not public."""
    TYPO = "typo"
    UNKNOWN = "unknown"


class Fate(enum.StrEnum):
    """What became of a name since it was asked for."""

    OPEN = "open"
    """Anybody can publish it at the upstream."""
    RESERVED = "reserved"
    """It belongs to this index, and is not asked of any upstream any more."""
    PUBLISHED = "published"
    """The upstream has it now."""


class Likeness(NamedTuple):
    """A project that a name looks like."""

    target: ProjectName
    how: str
    """Completes "it looks like the target: …"."""


class Lore(Protocol):
    """What is known of names in general."""

    def looks_like(self, project: ProjectName) -> Likeness | None:
        """Return the project that was likely meant."""

    def history(self, project: ProjectName) -> str:
        """Return the history of a name in a few words; empty for nearly all."""

    def is_common(self, word: str) -> bool:
        """Tell whether a word is found in the names of many projects."""


class Phantom(msgspec.Struct, frozen=True, kw_only=True):
    """A name that nobody has: how often it was asked for, by whom, and what it is taken for."""

    project: ProjectName
    count: int
    networks: int
    """How many different ones are known to have asked."""
    clients: tuple[str, ...]
    """The kinds of clients, sorted."""
    askers: int
    """How many different pairs of network and kind of client asked."""
    first_asked: dt.datetime
    """In UTC."""
    last_asked: dt.datetime
    """In UTC."""
    label: Label
    why: str
    """What the label rests on; completes the name's mention, such as "like requests: …"."""
    target: ProjectName | None = None
    """What was likely meant, for a typo."""
    fate: Fate


def phantoms(
    sightings: Iterable[Sighting], ownership: Ownership, lore: Lore
) -> tuple[Phantom, ...]:
    """Return the names that were asked for, most often first, of equals those with most askers.

    Args:
        sightings: counts.
        ownership: with every claim in force.
        lore: what is known of names in general.
    """
    asked: dict[ProjectName, list[Sighting]] = defaultdict(list)
    for sighting in sightings:
        asked[sighting.project].append(sighting)
    guess = _Guess(asked, ownership, lore)
    found = [
        _phantom(mine, ownership.of(project), *guess(project)) for project, mine in asked.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, -one.askers, one.project)))


class Reserved(NamedTuple):
    """What came of reserving names."""

    reserved: tuple[ProjectName, ...]
    published: tuple[ProjectName, ...]
    """Left alone: the upstream has them by now."""


def reserve(
    store: Store, chosen: Iterable[Phantom], *, by: str, reason: str, at: dt.datetime
) -> Reserved:
    """Claim names for this index, so that they never fall through to an upstream again.

    Raises:
        UsageError: if the person or the reason is missing.
    """
    chosen = tuple(chosen)
    free = tuple(one.project for one in chosen if one.fate is Fate.OPEN)
    store.add_claims(
        Claim(pattern=NamePattern(project), origin=Origin.CLAIMED, by=by, reason=reason, at=at)
        for project in free
    )
    published = tuple(one.project for one in chosen if one.fate is Fate.PUBLISHED)
    return Reserved(free, published)


def choose(known: Iterable[Phantom], projects: Collection[ProjectName]) -> tuple[Phantom, ...]:
    """Return those of the names that are wanted.

    Raises:
        TargetNotFound: if nobody asked for one of them.
    """
    by_name = {one.project: one for one in known}
    for project in projects:
        if project not in by_name:
            raise TargetNotFound(
                f"nobody asked for {project} in vain",
                hint=f"To reserve it nevertheless: airlock name owner claim {project}",
            )
    return tuple(by_name[project] for project in projects)


def _phantom(
    mine: list[Sighting], holding: Holding, label: Label, why: str, target: ProjectName | None
) -> Phantom:
    return Phantom(
        project=holding.project,
        count=sum(one.count for one in mine),
        networks=len({one.network for one in mine} - {""}),
        clients=tuple(sorted({one.client for one in mine})),
        askers=len(mine),
        first_asked=min(one.first_asked for one in mine),
        last_asked=max(one.last_asked for one in mine),
        label=label,
        why=why,
        target=target,
        fate=_fate(holding),
    )


def _fate(holding: Holding) -> Fate:
    if holding.owner.here:
        return Fate.RESERVED
    return Fate.OPEN if holding.claim is None else Fate.PUBLISHED


class _Guess:
    """Guesses what a name is; the guess that says most comes first."""

    def __init__(self, asked: Collection[ProjectName], ownership: Ownership, lore: Lore) -> None:
        self._lore = lore
        self._ours = {_first(one.pattern) for one in ownership.in_force() if one.owner.here}
        self._families = Counter(_first(project) for project in asked)

    def __call__(self, project: ProjectName) -> tuple[Label, str, ProjectName | None]:
        if told := self._lore.history(project):
            return Label.KNOWN, told, None
        first = _first(project)
        if first in self._ours and not self._lore.is_common(first):
            return Label.PRIVATE, f"other names of this index begin with {first}", None
        if likeness := self._lore.looks_like(project):
            return Label.TYPO, f"like {likeness.target}: {likeness.how}", likeness.target
        if words := sorted(_PRIVATE_WORDS.intersection(project.split("-"))):
            return Label.PRIVATE, f"it says {words[0]}", None
        if self._families[first] >= _FAMILY and not self._lore.is_common(first):
            told = f"{self._families[first]} names that nobody has begin with {first}"
            return Label.PRIVATE, told, None
        return Label.UNKNOWN, "", None


def _first(name: str) -> str:
    return name.partition("-")[0]
