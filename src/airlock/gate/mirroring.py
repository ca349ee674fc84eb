"""Brings in what will be asked for, before anybody asks: through the same door, without a server.

- Of each wish the highest version is taken that fits and that the door lets in; where it lets a
  version not in, the next lower one is tried, as a resolver would.
- Dependencies are followed by the core metadata of what was let in. Every wish is met by itself:
  this is no resolver, and may bring in more than one version of a project, never fewer than asked.
- What could not be brought in is told; nothing is passed over in silence.
"""

from collections import deque
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

import anyio.to_thread
import msgspec

from airlock.errors import AirlockError, TargetNotFound
from airlock.gate.catalogue import Catalogue, Offer
from airlock.gate.door import Asked, Door, Ruling
from airlock.gate.intake import Intake
from airlock.gate.names import Names
from airlock.model import ProjectName
from airlock.sources.selection import choose_version, files_of, files_to_scan
from airlock.store import Blobs, Store

if TYPE_CHECKING:
    from packaging.requirements import Requirement

# A chain of refusals is not followed for ever.
_MOST_VERSIONS = 10


class Wish(msgspec.Struct, frozen=True):
    """A requirement to be met."""

    project: ProjectName
    specifier: str = ""
    """A PEP 440 specifier set; empty for any version."""
    hashes: tuple[str, ...] = ()
    """``algorithm:digest``, where only these files may be taken; empty for any."""
    extras: tuple[str, ...] = ()

    def __str__(self) -> str:
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        return f"{self.project}{extras}{self.specifier}"


class Brought(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one file, or of a wish that led to none."""

    wish: Wish
    filename: str = ""
    """Empty if the wish led to no file."""
    ruling: Ruling | None = None
    trouble: AirlockError | None = None

    @property
    def is_in(self) -> bool:
        """Whether the file is here and may be served."""
        return self.ruling is not None and self.ruling.serves


class Mirroring:
    """Brings things in.

    Args:
        store: of core metadata.
        blobs: what is kept.
        catalogue: what is offered.
        door: that rules.
        intake: that vets.
        names: rules on names.
        every: all files of a release, not only those that an installer here would take.
        dependencies: whether they are followed.
    """

    def __init__(  # noqa: PLR0913 - these are the parts
        self,
        *,
        store: Store,
        blobs: Blobs,
        catalogue: Catalogue,
        door: Door,
        intake: Intake,
        names: Names,
        every: bool,
        dependencies: bool,
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._catalogue = catalogue
        self._door = door
        self._intake = intake
        self._names = names
        self._every = every
        self._dependencies = dependencies

    async def bring(self, wishes: Sequence[Wish]) -> AsyncIterator[Brought]:
        """Meet wishes, and yield what became of each file as soon as it is known."""
        waiting = deque(wishes)
        seen = set(wishes)
        while waiting:
            wish = waiting.popleft()
            try:
                async for brought in self._meet(wish):
                    yield brought
                    if brought.is_in and self._dependencies and brought.ruling is not None:
                        asked = brought.ruling.asked
                        more = await anyio.to_thread.run_sync(self._needs, asked, wish.extras)
                        waiting.extend(one for one in more if one not in seen)
                        seen.update(more)
            except AirlockError as error:
                yield Brought(wish=wish, trouble=error)

    async def _meet(self, wish: Wish) -> AsyncIterator[Brought]:
        offer = await self._offer(wish.project)
        for _ in range(_MOST_VERSIONS):
            version = choose_version(offer.listing, wish.specifier)
            found = await self._bring_version(wish, offer, version)
            for one in found:
                yield one
            if any(one.is_in for one in found):
                return
            offer = _without(offer, version)

    async def _offer(self, project: ProjectName) -> Offer:
        name = await anyio.to_thread.run_sync(self._names.ruling, project)
        if not name.admits:
            raise TargetNotFound(f"{project}: {name.headline}")
        offer = await self._catalogue.offer(name.holding)
        if offer.listing.source is not None and not self._names.is_noted(name):
            source = offer.listing.source
            await anyio.to_thread.run_sync(self._names.note_served, name, source)
        rulings = await anyio.to_thread.run_sync(self._door.decide_all, offer.asked)
        listed = {ruling.asked.key for ruling in rulings if ruling.lists}
        return _only(offer, {asked for asked in offer.asked if asked.key in listed})

    async def _bring_version(self, wish: Wish, offer: Offer, version: str) -> list[Brought]:
        files = files_to_scan(offer.listing, version, every=self._every)
        permitted = [
            file for file in files if not wish.hashes or f"sha256:{file.sha256}" in wish.hashes
        ]
        if wish.hashes and not permitted:
            every = files_of(offer.listing, version)
            permitted = [file for file in every if f"sha256:{file.sha256}" in wish.hashes]
        if not permitted:
            raise TargetNotFound(f"no file of {wish.project} {version} has one of the hashes")
        found = []
        for file in permitted:
            asked = next(a for a in offer.asked if a.filename == file.filename)
            try:
                ruling = await self._intake.ruling(asked)
            except AirlockError as error:
                found.append(Brought(wish=wish, filename=file.filename, trouble=error))
            else:
                found.append(Brought(wish=wish, filename=file.filename, ruling=ruling))
        return found

    def _needs(self, asked: Asked, extras: Sequence[str]) -> list[Wish]:
        """Return what an admitted file depends on here."""
        digest = self._store.core_metadata(asked.project).get((asked.sha256, asked.filename))
        if digest is None:
            return []
        from packaging.metadata import Metadata

        data = self._blobs.whole(digest)
        try:
            requires = Metadata.from_email(data, validate=False).requires_dist or []
        except (ValueError, ExceptionGroup):
            return []
        return [_wish(one) for one in requires if _applies(one, extras) and one.url is None]


def _applies(requirement: "Requirement", extras: Sequence[str]) -> bool:
    if requirement.marker is None:
        return True
    return any(requirement.marker.evaluate({"extra": extra}) for extra in (*extras, ""))


def _wish(requirement: "Requirement") -> Wish:
    extras = tuple(sorted(requirement.extras))
    return Wish(ProjectName(requirement.name), str(requirement.specifier), (), extras)


def _without(offer: Offer, version: str) -> Offer:
    gone = {file.filename for file in files_of(offer.listing, version)}
    return _only(offer, {asked for asked in offer.asked if asked.filename not in gone})


def _only(offer: Offer, kept: set[Asked]) -> Offer:
    keys = {asked.key[:2] for asked in kept}
    files = tuple(f for f in offer.listing.files if (f.sha256, f.filename) in keys)
    asked = tuple(a for a in offer.asked if a.key[:2] in keys)
    return Offer(msgspec.structs.replace(offer.listing, files=files), asked)
