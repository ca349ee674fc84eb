"""The short way to bytes that are ready: no routing, no thread, no rendering.

Stands behind the entrance, so that who asks is known, and asks for the right to read the very
project. Whatever is not ready goes the long way, which makes it ready.
"""

import functools
from pathlib import Path
from urllib.parse import unquote

import anyio.to_thread
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from airlock.errors import InvalidName, StoreError
from airlock.gate.changes import Changes
from airlock.gate.index.encodings import Encoding, best_encoding
from airlock.gate.index.entrance import read_by
from airlock.gate.index.negotiation import Form, choose
from airlock.gate.index.rendered import Body, Rendered, Served
from airlock.model import ProjectName

_SIMPLE = "/simple/"
_FILES = "/files/"
_PIECE_BYTES = 1024**2
_RULED_EACH_TIME = b"private, no-cache"
_CHOICES = 512


class Swift:
    """Sends what is ready.

    Args:
        app: the long way.
        rendered: what is ready.
        changes: tell whether it still is.
    """

    def __init__(self, app: ASGIApp, rendered: Rendered, changes: Changes) -> None:
        self._app = app
        self._rendered = rendered
        self._changes = changes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand the request on."""
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            path: str = scope["path"]
            if path.startswith(_SIMPLE):
                if await self._page(path[len(_SIMPLE) :], scope, send):
                    return
            elif path.startswith(_FILES) and await self._file(path[len(_FILES) :], scope, send):
                return
        await self._app(scope, receive, send)

    async def _page(self, rest: str, scope: Scope, send: Send) -> bool:
        project = _project(rest)
        if project is None or not await self._is_current():
            return False
        page = self._rendered.page(project)
        if page is None or not read_by(scope, project):
            return False
        accept, coding, match = _asked(scope)
        form = _form(accept)
        if form is None:
            return False
        before = page.size
        body = page.body(form, _encoding(coding))
        if body is None:
            return False
        if page.size != before:
            self._rendered.note_size(project)
        await _send(body, match, scope["method"], send)
        return True

    async def _file(self, rest: str, scope: Scope, send: Send) -> bool:
        sha256, _, filename = rest.partition("/")
        if any(name == b"range" for name, _ in scope["headers"]) or not await self._is_current():
            return False
        served = self._rendered.file(sha256, filename)
        if served is None or not read_by(scope, served.project):
            return False
        return await _send_file(served, scope, send)

    async def _is_current(self) -> bool:
        try:
            if not self._changes.are_known():
                await self._changes.catch_up()
        except StoreError:
            # The long way says so.
            return False
        return True


@functools.lru_cache(_CHOICES)
def _project(rest: str) -> ProjectName | None:
    """Return the project whose page a path names in its one spelling, or ``None``."""
    spelled = rest.removesuffix("/")
    if spelled == rest or "/" in spelled:
        return None
    try:
        project = ProjectName(unquote(spelled))
    except InvalidName:
        return None
    return project if project == spelled else None


@functools.lru_cache(_CHOICES)
def _form(accept: bytes) -> Form | None:
    return choose(accept.decode("latin-1"))


@functools.lru_cache(_CHOICES)
def _encoding(accept: bytes) -> Encoding:
    return best_encoding(accept.decode("latin-1"))


def _asked(scope: Scope) -> tuple[bytes, bytes, bytes]:
    """Return ``Accept``, ``Accept-Encoding`` and ``If-None-Match``."""
    accept = coding = match = b""
    for name, value in scope["headers"]:
        if name == b"accept":
            accept = value if not accept else accept + b"," + value
        elif name == b"accept-encoding":
            coding = value
        elif name == b"if-none-match":
            match = value
    return accept, coding, match


def matches(match: bytes, etag: bytes) -> bool:
    """Tell whether ``If-None-Match`` names a tag (RFC 9110, 13.1.2)."""
    return match == b"*" or etag in {one.strip().removeprefix(b"W/") for one in match.split(b",")}


async def _send(body: Body, match: bytes, method: str, send: Send) -> None:
    if match and matches(match, body.etag):
        headers = [pair for pair in body.headers if pair[0] != b"content-length"]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": body.headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body.data})


async def send_page(body: Body, request: Request, send: Send) -> None:
    """Send a page that was just made ready."""
    match = request.headers.get("if-none-match", "").encode("latin-1")
    await _send(body, match, request.method, send)


async def _send_file(served: Served, scope: Scope, send: Send) -> bool:
    etag = f'"{served.etag}"'.encode()
    headers = [
        (b"content-type", served.kind),
        (b"accept-ranges", b"bytes"),
        (b"cache-control", _RULED_EACH_TIME),
        (b"etag", etag),
    ]
    match = _asked(scope)[2]
    if match and matches(match, etag):
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return True
    try:
        first = await anyio.to_thread.run_sync(_piece, served.path, 0)
    except OSError:
        # The bytes are gone; the long way fetches them again.
        return False
    headers.append((b"content-length", b"%d" % served.size))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if scope["method"] == "HEAD":
        await send({"type": "http.response.body", "body": b""})
        return True
    sent = len(first)
    await send({"type": "http.response.body", "body": first, "more_body": sent < served.size})
    while sent < served.size:
        piece = await anyio.to_thread.run_sync(_piece, served.path, sent)
        if not piece:
            break
        sent += len(piece)
        await send({"type": "http.response.body", "body": piece, "more_body": sent < served.size})
    return True


def _piece(path: Path, start: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(_PIECE_BYTES)
