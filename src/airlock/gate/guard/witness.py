"""Sees what the guard hands out, and asks the user's hook before each file.

- A file is handed out only after the hook said yes to its very bytes; asked once for each file.
- The hook gets one JSON document on its standard input, and the path as its last argument; what it
  prints goes to the user. A hook that cannot be run refuses.
"""

import asyncio
import contextlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from airlock.archive import Limits, open_archive
from airlock.archive.core_metadata import read_core_metadata
from airlock.errors import AirlockError
from airlock.gate.index.reason import HEADER
from airlock.model import ArtifactName, ProjectName, Sha256
from airlock.report import reason_phrase

_FILE = re.compile(r"/files/(?P<sha256>[0-9a-f]{64})/(?P<filename>[^/]+)")
_PAGE = re.compile(r"/simple/([^/]+)/")
_HOOK_SECONDS = 600.0
_FORBIDDEN = 403
# A service runs for months.
_REMEMBERED = 1_000


class Refusals:
    """What was refused during a command, each said once."""

    def __init__(self) -> None:
        self._said: dict[str, None] = {}

    def note(self, message: str) -> None:
        """Remember a refusal."""
        self._said[message] = None
        if len(self._said) > _REMEMBERED:
            del self._said[next(iter(self._said))]

    @property
    def messages(self) -> list[str]:
        """What was refused, in its order."""
        return list(self._said)


class Hook:
    """A command of the user's that looks at every file before it is used.

    Args:
        command: the command and its first arguments.
        path_of: tells where the bytes with a digest are.
    """

    def __init__(self, command: Sequence[str], path_of: Callable[[Sha256], Path | None]) -> None:
        self._command = command
        self._path_of = path_of
        self._asked: dict[tuple[str, str], asyncio.Task[str]] = {}

    async def objection(self, sha256: str, filename: str) -> str:
        """Return why a file may not be used, or nothing."""
        if not self._command:
            return ""
        key = (sha256, filename)
        if key not in self._asked:
            self._asked[key] = asyncio.ensure_future(self._ask(Sha256(sha256), filename))
        return await asyncio.shield(self._asked[key])

    async def _ask(self, sha256: Sha256, filename: str) -> str:
        path = await asyncio.to_thread(self._path_of, sha256)
        if path is None:
            return "its bytes are not on this machine, so the hook cannot be asked"
        document = await asyncio.to_thread(hook_document, path, sha256, filename)
        try:
            asked = await asyncio.create_subprocess_exec(
                *self._command, str(path), stdin=asyncio.subprocess.PIPE, stdout=None
            )
        except OSError as error:
            return f"the hook {self._command[0]} cannot be run: {error.strerror}"
        try:
            async with asyncio.timeout(_HOOK_SECONDS):
                await asked.communicate(document)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                asked.kill()
            return f"the hook {self._command[0]} did not answer in {_HOOK_SECONDS:.0f} seconds"
        if asked.returncode:
            return f"the hook {self._command[0]} exited with {asked.returncode}"
        return ""


def hook_document(path: Path, sha256: Sha256, filename: str) -> bytes:
    """Return what a hook is told of a file: path, digest, size, project, version, core metadata."""
    name = ArtifactName.parse(filename)
    with open_archive(path, name, Limits()) as reading:
        metadata = read_core_metadata(reading, name).raw
    return msgspec.json.encode(
        {
            "schema": 1,
            "path": str(path),
            "filename": filename,
            "sha256": str(sha256),
            "size": path.stat().st_size,
            "project": str(name.project),
            "version": name.version,
            "metadata": metadata.decode(errors="replace"),
        }
    )


class Witness:
    """The guard's application around that of an index.

    Args:
        app: the index.
        refusals: where refusals are noted.
        hook: asked before each file.
    """

    def __init__(self, app: ASGIApp, refusals: Refusals, hook: Hook) -> None:
        self._app = app
        self._refusals = refusals
        self._hook = hook
        self._seen: dict[str, asyncio.Task[None]] = {}
        self._pages: dict[ProjectName, None] = {}

    @property
    def projects(self) -> list[ProjectName]:
        """The projects whose pages were asked for last."""
        return list(self._pages)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        asked = _FILE.fullmatch(scope.get("path", "")) if scope["type"] == "http" else None
        if asked is None or not asked["filename"].endswith(ArtifactName.INSTALLABLE_SUFFIXES):
            self._note_page(scope.get("path", ""))
            await self._app(scope, receive, self._noting(scope, send))
            return
        await self._announced(asked["filename"])
        await self._app(scope, receive, self._asking(asked["sha256"], asked["filename"], send))

    def _note_page(self, path: str) -> None:
        if page := _PAGE.fullmatch(path):
            with contextlib.suppress(AirlockError):
                self._pages[ProjectName(page[1])] = None
            if len(self._pages) > _REMEMBERED:
                del self._pages[next(iter(self._pages))]

    async def _announced(self, filename: str) -> None:
        """Ask for a project's page once: whoever installs from a lock file never does."""
        with contextlib.suppress(AirlockError):
            project = ArtifactName.parse(filename).project
            if project not in self._seen:
                self._seen[project] = asyncio.ensure_future(self._ask_for(f"/simple/{project}/"))
            await asyncio.shield(self._seen[project])

    async def _ask_for(self, path: str) -> None:
        transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://guard.invalid") as own:
            await own.get(path)

    def _noting(self, scope: Scope, send: Send) -> Send:
        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == _FORBIDDEN:
                self._refusals.note(_reason(message) or f"refused: {scope['path']}")
            await send(message)

        return noting

    def _asking(self, sha256: str, filename: str, send: Send) -> Send:
        refused = False

        async def asking(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start":
                if message["status"] == _FORBIDDEN:
                    self._refusals.note(f"{filename}: {_reason(message)}")
                elif message["status"] < 300:  # noqa: PLR2004 - a success
                    why = await self._hook.objection(sha256, filename)
                    if why:
                        refused = True
                        self._refusals.note(f"{filename}: {why}")
                        await _refuse(send, f"Airlock refuse: {why}")
            if not refused:
                await send(message)

        return asking


async def _refuse(send: Send, reason: str) -> None:
    headers = [(HEADER.encode(), reason_phrase(reason).encode("ascii")), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": _FORBIDDEN, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _reason(message: Any) -> str:
    for name, value in message.get("headers", ()):
        if bytes(name).lower() == HEADER.encode():
            return bytes(value).decode("latin-1")
    return ""
