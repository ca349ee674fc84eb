"""Signs what the index hands out, in batches, and keeps what is signed alive.

- A file is signed after the door let it be served, and signed no more after the door refused it.
- A page is signed as it was rendered; its bytes are kept under their digest for who verifies them.
- Snapshots are made one after the other, by one thread here and under the lock of the trust folder;
  what comes while one is made goes into the next.
- A bin that has to be signed again is signed with what the door still admits: every target is asked
  about once a day at least.
"""

import asyncio
import contextlib
import datetime as dt
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import structlog

from airlock.errors import AirlockError, StoreError
from airlock.model import ProjectName, Sha256
from airlock.trust import roles
from airlock.trust.documents import Target
from airlock.trust.states import Change
from airlock.trust.workspace import Workspace

StillAdmits = Callable[[Sha256, str], Awaitable[bool]]
"""Tells whether the door still lets a file, by digest and name, be served."""

_log = structlog.get_logger("airlock.gate")
_BATCH_SECONDS = 0.1
_RETRY_SECONDS = 5.0
_LARGEST_BATCH = 500
_AGAIN = dt.timedelta(minutes=5)
_FILES = "files/"
# What was signed last, so that it is not looked up for every request.
_REMEMBERED = 20_000


class Signing:
    """A queue in front of a trust folder.

    Args:
        workspace: the trust folder.
        still_admits: asked before a bin is signed again.
    """

    def __init__(self, workspace: Workspace, still_admits: StillAdmits) -> None:
        self._workspace = workspace
        self._still_admits = still_admits
        self._queue: dict[str, Target | None] = {}
        self._signed: dict[str, Target | None] = {}
        self._wake = asyncio.Event()
        self._pages = workspace.folder / "pages"

    @property
    def workspace(self) -> Workspace:
        """The trust folder."""
        return self._workspace

    def admitted(self, project: ProjectName, filename: str, target: Target) -> None:
        """Take note that a file was let out."""
        self._put(roles.file_target(project, filename), target)

    def refused(self, project: ProjectName, filename: str) -> None:
        """Take note that a file was not let out."""
        self._put(roles.file_target(project, filename), None)

    async def page(self, project: ProjectName, body: bytes) -> None:
        """Take note of a project's page, as JSON."""
        target = Target(Sha256(hashlib.sha256(body).hexdigest()), len(body))
        path = roles.page_target(project)
        if self._signed.get(path) != target:
            await asyncio.to_thread(self._keep, target, body)
            self._put(path, target)

    def _keep(self, target: Target, body: bytes) -> None:
        path = self.page_file(target.sha256)
        try:
            path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.write_bytes(body)
            new.replace(path)
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror}") from error

    def page_file(self, sha256: Sha256) -> Path:
        """Return where the page with a digest is kept."""
        return self._pages / sha256[:2] / sha256

    def _put(self, path: str, target: Target | None) -> None:
        for known in (self._queue, self._signed):
            if path in known:
                if known[path] == target:
                    return
                break
        self._queue[path] = target
        self._wake.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Sign in the background for as long as the block runs; sign what is left at its end."""
        tasks = [asyncio.create_task(self._sign_for_ever()), asyncio.create_task(self._live())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with contextlib.suppress(AirlockError):
                while self._queue:
                    await self._sign()

    async def _sign_for_ever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                while self._queue:
                    # Shielded: who is stopped in the middle would not know what was signed.
                    await asyncio.shield(self._sign())
                    await asyncio.sleep(_BATCH_SECONDS)
            except AirlockError as error:
                _log.error("not-signed", error=str(error), waiting=len(self._queue))
                await asyncio.sleep(_RETRY_SECONDS)
                self._wake.set()

    async def _sign(self) -> None:
        taken = dict(list(self._queue.items())[:_LARGEST_BATCH])
        changes = [Change(path, target) for path, target in taken.items()]
        number = await asyncio.to_thread(self._publish, changes)
        for path, target in taken.items():
            self._signed[path] = target
            if len(self._signed) > _REMEMBERED:
                del self._signed[next(iter(self._signed))]
            if self._queue.get(path) == target:
                del self._queue[path]
        _log.info("signed", snapshot=number, targets=len(taken))

    def _publish(self, changes: list[Change]) -> int:
        return self._workspace.repository.publish(changes, reason="the door")

    async def _live(self) -> None:
        while True:
            try:
                await self._sign_again()
            except AirlockError as error:
                _log.error("not-signed-again", error=str(error))
            await asyncio.sleep(_AGAIN.total_seconds())

    async def _sign_again(self) -> None:
        repository = self._workspace.repository
        for path, target in await asyncio.to_thread(repository.targets_due):
            filename = path.rpartition("/")[2]
            if path.startswith(_FILES) and not await self._still_admits(target.sha256, filename):
                self._queue[path] = None
        while self._queue:
            await asyncio.shield(self._sign())
        await asyncio.to_thread(repository.resign)
        await asyncio.to_thread(repository.collect_garbage)
