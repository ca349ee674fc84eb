"""The index with signatures: notes what it hands out, and serves metadata and targets for TUF.

=================================================  ==============================================
``/tuf/metadata/{name}``                           the metadata
``/tuf/targets/files/{project}/{sha256}.{name}``   a file, by the way of ``/files/``: the door again
``/tuf/targets/simple/{project}/{sha256}.{name}``  a signed page, if its reader may have the page
``/tuf/targets/{folder}/{sha256}.{name}``          what an operator published, such as databases
=================================================  ==============================================

Wraps the whole application, so that nothing is signed that was not let out, and nothing is let out
here that is not let out there: every target is asked for inside with the reader's own headers.
"""

import asyncio
import contextlib
import gzip
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from airlock.errors import AirlockError
from airlock.gate.index.reason import HEADER
from airlock.gate.signing import Signing, StillAdmits
from airlock.model import ArtifactName, ProjectName, Sha256
from airlock.trust.documents import Target
from airlock.trust.metadata import MetadataStore

_METADATA = re.compile(r"/tuf/metadata/((?:[0-9]+\.)?[a-z][a-z0-9-]*\.json)")
_FILE_TARGET = re.compile(r"/tuf/targets/files/[^/]+/([0-9a-f]{64})\.([^/]+)")
_PAGE_TARGET = re.compile(r"/tuf/targets/simple/([^/]+)/([0-9a-f]{64})\.index\.json")
_OTHER_TARGET = re.compile(r"/tuf/targets/([a-z][a-z0-9-]*)/([0-9a-f]{64}\.[A-Za-z0-9._+-]+)")
_FILE = re.compile(r"/files/([0-9a-f]{64})/([^/]+)")
_PAGE = re.compile(r"/simple/([^/]+)/")
_OK = 200
_WHO = 401
_FORBIDDEN = 403
_REFUSALS = ("Airlock refuse:", "Airlock hold:")
_JSON = b"application/vnd.pypi.simple.v1+json"
_NOT_INSIDE = {b"accept", b"accept-encoding", b"if-none-match", b"range", b"if-modified-since"}
_REMEMBERED = 64
_IMMUTABLE = "public, max-age=86400, immutable"
_SMALL_BYTES = 1024


class SignedIndex:
    """An index whose files and pages are signed.

    Args:
        app: the index.
        signing: the queue.
        open_to_all: whether whoever can connect may read.
        ahead: run once in the background.
    """

    def __init__(
        self,
        app: ASGIApp,
        signing: Signing,
        *,
        open_to_all: bool,
        ahead: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._app = app
        self._signing = signing
        self._open_to_all = open_to_all
        self._ahead = ahead
        self._metadata = Compressed(signing.workspace.metadata)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            async with self._signing.running(), self._running_ahead():
                await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"].startswith("/tuf/"):
            await self._of_tuf(scope, receive, send)
        else:
            await self._noted(scope, receive, send)

    @contextlib.asynccontextmanager
    async def _running_ahead(self) -> AsyncIterator[None]:
        task = asyncio.ensure_future(self._ahead()) if self._ahead else None
        try:
            yield
        finally:
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def _noted(self, scope: Scope, receive: Receive, send: Send) -> None:
        seen = _Seen(send)
        await self._app(scope, receive, seen)
        if found := _FILE.fullmatch(scope["path"]):
            self._note_file(Sha256(found[1]), found[2], seen)
        elif seen.status == _OK and (found := _PAGE.fullmatch(scope["path"])):
            await self._note_page(scope, ProjectName(found[1]))

    def _note_file(self, sha256: Sha256, filename: str, seen: "_Seen") -> None:
        try:
            project = ArtifactName.parse(filename).project
        except AirlockError:
            return
        if seen.status == _OK:
            length = int(seen.headers.get("content-length", "0"))
            self._signing.admitted(project, filename, Target(sha256, length))
        elif seen.status == _FORBIDDEN and seen.headers.get(HEADER, "").startswith(_REFUSALS):
            self._signing.refused(project, filename)

    async def _note_page(self, scope: Scope, project: ProjectName) -> None:
        """Sign the page as JSON, whichever form was asked for."""
        inside = await self._inside(scope, f"/simple/{project}/", accept=_JSON)
        if inside.status == _OK:
            await self._signing.page(project, bytes(inside.body))

    async def _inside(self, scope: Scope, path: str, *, accept: bytes = b"*/*") -> "_Seen":
        """Ask the index as the reader of a request would."""
        kept = [pair for pair in scope["headers"] if pair[0].lower() not in _NOT_INSIDE]
        inner = {
            **scope,
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [*kept, (b"accept", accept)],
        }
        seen = _Seen(None)
        await self._app(inner, _nothing, seen)
        return seen

    async def _of_tuf(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in {"GET", "HEAD"}:
            await PlainTextResponse("Only GET.\n", 405)(scope, receive, send)
        elif found := _METADATA.fullmatch(scope["path"]):
            await (await self._document(scope, found[1]))(scope, receive, send)
        elif found := _FILE_TARGET.fullmatch(scope["path"]):
            path = f"/files/{found[1]}/{found[2]}"
            inner = {**scope, "path": path, "raw_path": path.encode()}
            await self._noted(inner, receive, send)
        elif found := _PAGE_TARGET.fullmatch(scope["path"]):
            await self._page(found[1], Sha256(found[2]), scope, receive, send)
        elif found := _OTHER_TARGET.fullmatch(scope["path"]):
            await (await self._other(scope, found[1], found[2]))(scope, receive, send)
        else:
            await _NOT_THERE(scope, receive, send)

    async def _other(self, scope: Scope, folder: str, name: str) -> Response:
        if refusal := await self._refusal(scope):
            return refusal
        path = self._signing.workspace.folder / "targets" / folder / name
        if not path.is_file():
            return _NOT_THERE
        return FileResponse(path, headers={"cache-control": _IMMUTABLE})

    async def _refusal(self, scope: Scope) -> Response | None:
        """Return why a reader may not have what belongs to no project."""
        if self._open_to_all:
            return None
        allowed = await self._inside(scope, "/simple/")
        if allowed.status == _OK:
            return None
        headers = {"www-authenticate": "Basic"} if allowed.status == _WHO else {}
        return PlainTextResponse("Who asks?\n", allowed.status, headers)

    async def _document(self, scope: Scope, name: str) -> Response:
        if refusal := await self._refusal(scope):
            return refusal
        wants_gzip = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        data = await anyio.to_thread.run_sync(self._metadata.get, name, wants_gzip)
        if data is None:
            return _NOT_THERE
        headers = {"cache-control": _IMMUTABLE if name[0].isdigit() else "no-cache"}
        headers["vary"] = "accept-encoding"
        if wants_gzip and data[:2] == b"\x1f\x8b":
            headers["content-encoding"] = "gzip"
        return Response(data, headers=headers, media_type="application/json")

    async def _page(
        self, project: str, sha256: Sha256, scope: Scope, receive: Receive, send: Send
    ) -> None:
        inside = await self._inside(scope, f"/simple/{project}/", accept=_JSON)
        path = self._signing.page_file(sha256)
        if inside.status != _OK or not path.is_file():
            await _NOT_THERE(scope, receive, send)
            return
        await FileResponse(path, media_type=_JSON.decode())(scope, receive, send)


class Compressed:
    """Metadata, compressed once for each version.

    Args:
        store: of metadata.
    """

    def __init__(self, store: MetadataStore) -> None:
        self._store = store
        self._known: OrderedDict[str, bytes] = OrderedDict()

    def get(self, name: str, compressed: bool) -> bytes | None:  # noqa: FBT001 - run in a thread
        """Return a document, compressed if that is wanted and worth it."""
        if compressed and name in self._known:
            return self._known[name]
        data = self._store.get(name)
        if data is None or not compressed or len(data) < _SMALL_BYTES:
            return data
        made = gzip.compress(data, 6, mtime=0)
        if name[0].isdigit():
            self._known[name] = made
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return made


class _Seen:
    """Passes an answer on, if there is anybody, and remembers how it began."""

    def __init__(self, send: Send | None) -> None:
        self._send = send
        self.status = 0
        self.headers = Headers()
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = Headers(raw=_pairs(message.get("headers", ())))
        elif message["type"] == "http.response.body" and self._send is None:
            self.body += message.get("body", b"")
        if self._send is not None:
            await self._send(message)


def admits(app: ASGIApp) -> StillAdmits:
    """Return what asks an index whether it still lets a file out; only a clear no is one."""

    async def still_admits(sha256: Sha256, filename: str) -> bool:
        seen = await _head(app, sha256, filename)
        refused = seen.headers.get(HEADER, "").startswith(_REFUSALS)
        return not (seen.status == _FORBIDDEN and refused)

    return still_admits


def lets_out(app: ASGIApp) -> StillAdmits:
    """Return what asks an index whether it lets a file out to anybody; only a clear yes is one."""

    async def asked(sha256: Sha256, filename: str) -> bool:
        return (await _head(app, sha256, filename)).status == _OK

    return asked


async def _head(app: ASGIApp, sha256: Sha256, filename: str) -> "_Seen":
    """Ask for the head of a file, as nobody in particular."""
    path = f"/files/{sha256}/{filename}"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "HEAD",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"gate.invalid")],
        "client": None,
        "server": ("gate.invalid", 80),
        "state": {},
    }
    seen = _Seen(None)
    await app(scope, _nothing, seen)
    return seen


def _pairs(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(bytes(name), bytes(value)) for name, value in headers]


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


_NOT_THERE = PlainTextResponse("There is no such document.\n", 404)
