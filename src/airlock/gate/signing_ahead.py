"""Signs what was admitted before anybody signed here: once, in the background, after the start.

A file of which there is no verdict is not looked at for this: it is signed when it is asked for.
Only what the index hands out at this moment is signed, by the same door as ever.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import structlog

from airlock.errors import AirlockError
from airlock.gate.signing import Signing
from airlock.model import Decision, ProjectName, Sha256
from airlock.store import Store
from airlock.store.interface import StoredArtifact
from airlock.trust import roles
from airlock.trust.documents import Target

LetsOut = Callable[[Sha256, str], Awaitable[bool]]
"""Tells whether the index hands a file out to whoever asks, by digest and name."""

_log = structlog.get_logger("airlock.gate")
_PAUSE_SECONDS = 0.02
_AFTER_START_SECONDS = 1.0


class SigningAhead:
    """Signs what was admitted before.

    Args:
        store: of artifacts and verdicts.
        signing: the queue.
        lets_out: asks the index.
    """

    def __init__(self, store: Store, signing: Signing, lets_out: LetsOut) -> None:
        self._store = store
        self._signing = signing
        self._lets_out = lets_out

    async def run(self) -> None:
        """Look through all artifacts once."""
        await asyncio.sleep(_AFTER_START_SECONDS)
        try:
            count = await self._all()
        except AirlockError as error:
            _log.error("not-signed-ahead", error=str(error))
        else:
            if count:
                _log.info("signed-ahead", files=count)

    async def _all(self) -> int:
        signed = await asyncio.to_thread(self._signed)
        count = 0
        for project in await asyncio.to_thread(self._store.projects):
            for one in await asyncio.to_thread(self._admitted, project):
                name, sha256 = one.artifact.name.filename, one.artifact.sha256
                path = roles.file_target(project, name)
                if path in signed or not await self._lets_out(sha256, name):
                    continue
                self._signing.admitted(project, name, Target(sha256, one.artifact.size))
                count += 1
                # Whoever asks for a page meanwhile comes first.
                await asyncio.sleep(_PAUSE_SECONDS)
        return count

    def _signed(self) -> set[str]:
        return {path for path, _ in self._signing.workspace.repository.targets()}

    def _admitted(self, project: ProjectName) -> list[StoredArtifact]:
        return list(self._with_verdict(project))

    def _with_verdict(self, project: ProjectName) -> Iterator[StoredArtifact]:
        found = self._store.artifacts_of(project)
        standings = self._store.latest_verdicts([one.artifact.sha256 for one in found])
        for one in found:
            standing = standings.get(one.artifact.sha256)
            if standing is not None and standing.decision is Decision.ADMIT:
                yield one
