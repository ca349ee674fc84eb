"""What operators see of a running gate: metrics, readiness, and a line in the log for what matters.

================  ================================================================================
``/metrics``      for Prometheus; for whoever may read
``/ready``        200 while store and blobs answer, else 503: whether to send requests here
================  ================================================================================

Of a request, its kind is counted, not its path. Logged is what changed something, was refused for
lack of a right, or failed; who only reads is not written down.
"""

import datetime as dt
import time
from collections.abc import Iterable

import anyio.to_thread
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from airlock.errors import StoreError
from airlock.gate import metrics
from airlock.gate.index.entrance import label, require
from airlock.gate.watch import metrics as watch_metrics
from airlock.model import Sha256
from airlock.model.access import Action
from airlock.store import Blobs
from airlock.store.log import Log
from airlock.store.works import Following, Works

_log = structlog.get_logger("airlock.gate")
_PARTS = frozenset(
    {"simple", "files", "legacy", "api", "pypi", "names", "verdicts", "_", "integrity"}
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_FAILED = 500
_REFUSED = frozenset({401, 403, 429})
_NOBODYS = Sha256("0" * 64)
_LONGEST_PATH = 200
# Whatever a package wrote into a file or a document, it is no page.
_NEVER_GUESS = (b"x-content-type-options", b"nosniff")


class Measured:
    """Counts requests and their time, and says of every answer that it is what it says.

    Stands in front of everything.

    Args:
        app: what is measured.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and note what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        status = _FAILED

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": _never_guessed(message["headers"])}
            await send(message)

        metrics.UNDER_WAY.inc()
        try:
            await self._app(scope, receive, noting)
        finally:
            metrics.UNDER_WAY.dec()
            _note(scope, status, time.perf_counter() - begun)


def _never_guessed(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return headers that keep browsers from taking an answer for another kind than it is."""
    return [*(one for one in headers if one[0] != _NEVER_GUESS[0]), _NEVER_GUESS]


def _note(scope: Scope, status: int, seconds: float) -> None:
    path: str = scope["path"]
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    part = first if first in _PARTS else "other"
    method = scope["method"] if scope["method"] in _METHODS else "other"
    metrics.REQUESTS.labels(part, method, str(status)).inc()
    metrics.SECONDS.labels(part).observe(seconds)
    if method not in {"GET", "HEAD"} or status in _REFUSED or status >= _FAILED:
        _log.info(
            "request",
            method=method,
            path=path[:_LONGEST_PATH],
            status=status,
            seconds=round(seconds, 4),
            by=label(scope),
            address=scope["client"][0] if scope.get("client") else "",
        )


class OperationRoutes:
    """What the routes for operators do.

    Args:
        log: whose length is a metric, and which says whether the store answers.
        blobs: that have to answer, too.
        works: of a watch on the same data.
        following: how far that is.
    """

    def __init__(self, log: Log, blobs: Blobs, works: Works, following: Following) -> None:
        self._log = log
        self._blobs = blobs
        self._works = works
        self._following = following

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/metrics", self.metrics), Route("/ready", self.ready)]

    async def metrics(self, request: Request) -> Response:
        """Tell what was counted."""
        await require(request, Action.READ)
        head = await anyio.to_thread.run_sync(self._log.head)
        metrics.LOG_ENTRIES.set(head.seq if head else 0)
        await anyio.to_thread.run_sync(self._note_watch)
        return Response(metrics.exposition(), headers={"content-type": metrics.CONTENT_TYPE})

    def _note_watch(self) -> None:
        sources = self._following.sources()
        if sources:
            watch_metrics.note(self._works.backlog(dt.datetime.now(dt.UTC)), sources)

    async def ready(self, _request: Request) -> Response:
        """Tell whether store and blobs answer."""
        try:
            await anyio.to_thread.run_sync(self._answer)
        except StoreError as error:
            _log.warning("not-ready", error=str(error))
            return Response("not ready\n", 503, media_type="text/plain")
        return Response("ready\n", media_type="text/plain")

    def _answer(self) -> None:
        self._log.head()
        self._blobs.has(_NOBODYS)
