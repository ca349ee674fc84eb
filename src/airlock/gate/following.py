"""Follows what a release requires, so that it is vetted by the time that a client asks for it.

A resolver learns what a release requires only from its metadata, and asks for one project after the
other: here they are fetched and examined at the same time, as long as the client fetches the rest.

- Only names, specifiers and markers are read, of releases that the door let in for a client that
  says what it runs on; what its markers or extras leave out is not followed.
- Each project is looked at once in a while, few at a time, and at most so many at once in waiting:
  what somebody wrote into their metadata must not keep the gate busy.
- Nothing is asked for that a client would not ask for next, under the same rules: a name that is
  held is not followed, and of a project that is hosted here nothing is fetched.
"""

import asyncio
import contextlib
import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import anyio.to_thread
import structlog

from airlock.errors import AirlockError, InvalidName
from airlock.gate.ahead import Ahead, Begun
from airlock.gate.catalogue import Catalogue
from airlock.gate.clients import Client
from airlock.gate.core_metadata import raw_metadata
from airlock.gate.door import Door
from airlock.gate.names import Names
from airlock.gate.ruling import Asked, Ruling
from airlock.model import ProjectName
from airlock.policy.in_force import InForce
from airlock.store import Blobs, Store

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

_log = structlog.get_logger("airlock.gate")
_AT_ONCE = 3
_MOST_WAITING = 200
# The largest real ones require some hundred, nearly all of them for extras.
_MOST_REQUIRED = 60
_LARGEST_METADATA_BYTES = 1 << 20
_AGAIN_AFTER = dt.timedelta(minutes=10)
_REMEMBERED = 5_000


class Following:
    """Follows requirements.

    Args:
        store: of digests of core metadata.
        blobs: with the metadata.
        names: rule on names.
        catalogue: knows what is offered.
        door: rules on files.
        ahead: vets.
        in_force: the policy, which says whether to follow at all.
        clock: gives the time in UTC.
    """

    def __init__(  # noqa: PLR0913 - it goes the whole way that a client goes
        self,
        *,
        store: Store,
        blobs: Blobs,
        names: Names,
        catalogue: Catalogue,
        door: Door,
        ahead: Ahead,
        in_force: InForce,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._names = names
        self._catalogue = catalogue
        self._door = door
        self._ahead = ahead
        self._in_force = in_force
        self._clock = clock
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._looked: OrderedDict[ProjectName, dt.datetime] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, begun: Begun, client: Client) -> None:
        """Follow what a release requires as soon as it is let in; nobody waits for it.

        Args:
            begun: releases that are being vetted for a client; the first that is let in counts.
            client: who asks.
        """
        wanted = (
            begun and self._in_force.last.vet_ahead.dependencies and client.environment is not None
        )
        if wanted and len(self._tasks) < _MOST_WAITING:
            task = asyncio.create_task(self._follow(begun, client))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _follow(self, begun: Begun, client: Client) -> None:
        for task in begun:
            with contextlib.suppress(AirlockError):
                ruling: Ruling = await asyncio.shield(task)
                if ruling.serves:
                    await self._follow_requirements(ruling.asked, client)
                    return

    async def _follow_requirements(self, asked: Asked, client: Client) -> None:
        required = await anyio.to_thread.run_sync(self._required, asked, client)
        await asyncio.gather(
            *(self._look(project, fitting, client) for project, fitting in required)
        )

    def _required(self, asked: Asked, client: Client) -> "list[tuple[ProjectName, SpecifierSet]]":
        digest = self._store.core_metadata(asked.project).get((asked.sha256, asked.filename))
        if digest is None or self._blobs.size(digest) > _LARGEST_METADATA_BYTES:
            return []
        data = b"".join(self._blobs.stream(digest))
        return list(_requirements(data, client.environment or {}))[:_MOST_REQUIRED]

    async def _look(self, project: ProjectName, fitting: "SpecifierSet", client: Client) -> None:
        if self._was_looked_at(project):
            return
        try:
            async with self._places:
                begun = await self._vetted(project, fitting, client)
        except AirlockError as error:
            _log.debug("not-followed", project=project, error=str(error))
            return
        self.begin(begun, client)

    async def _vetted(self, project: ProjectName, fitting: "SpecifierSet", client: Client) -> Begun:
        ruling = await anyio.to_thread.run_sync(self._names.ruling, project)
        if not ruling.admits or ruling.holding.owner.here:
            return []
        offer = await self._catalogue.offer(ruling.holding)
        rulings = await anyio.to_thread.run_sync(self._door.decide_all, offer.asked)
        ruled = list(zip(offer.listing.files, rulings, strict=True))
        return await self._ahead.vet(ruled, client, fitting)

    def _was_looked_at(self, project: ProjectName) -> bool:
        now = self._clock()
        before = self._looked.get(project)
        if before is not None and now - before < _AGAIN_AFTER:
            return True
        self._looked[project] = now
        if len(self._looked) > _REMEMBERED:
            self._looked.popitem(last=False)
        return False

    async def close(self) -> None:
        """Stop what is under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _requirements(
    metadata: bytes, environment: dict[str, str]
) -> "Iterator[tuple[ProjectName, SpecifierSet]]":
    """Yield what core metadata require in an environment; what cannot be read is passed over."""
    from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
    from packaging.requirements import InvalidRequirement, Requirement

    for text in (raw_metadata(metadata) or {}).get("requires_dist", []):
        try:
            requirement = Requirement(text)
            wanted = requirement.marker is None or requirement.marker.evaluate(environment)
            if wanted and requirement.url is None:
                yield ProjectName(requirement.name), requirement.specifier
        except (InvalidRequirement, InvalidName, UndefinedComparison, UndefinedEnvironmentName):
            continue
