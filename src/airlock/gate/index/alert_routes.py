"""Feeds of what was held and refused: ``/alerts/<severity>.atom``, of what a reader may read."""

import datetime as dt
from collections.abc import Callable

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import TargetNotFound
from airlock.gate.index.asking import reads_everything
from airlock.gate.index.entrance import read_by, require
from airlock.model import Severity
from airlock.model.access import Action
from airlock.report.alerts import atom
from airlock.report.newest_alerts import newest_alerts
from airlock.store.log import Log

_MOST = 100
_LOOKED_THROUGH = 2_000
"""For who reads only some projects."""


class AlertRoutes:
    """What the routes of alerts do.

    Args:
        log: of the alerts.
        clock: gives the time in UTC.
    """

    def __init__(self, log: Log, clock: Callable[[], dt.datetime]) -> None:
        self._log = log
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/alerts/{severity}.atom", self.feed)]

    async def feed(self, request: Request) -> Response:
        """Tell the newest alerts of a severity and those that are worse."""
        await require(request, Action.READ)
        word = request.path_params["severity"]
        if word not in list(Severity):
            raise TargetNotFound(f"there is no feed of {word[:40]!r}")
        severity = Severity(word)
        most = _MOST if reads_everything(request.scope) else _LOOKED_THROUGH
        alerts = await anyio.to_thread.run_sync(newest_alerts, self._log, severity, most)
        readable = [one for one in alerts if read_by(request.scope, one.project)]
        body = atom(readable[:_MOST], severity, str(request.url), self._clock())
        return Response(body, media_type="application/atom+xml")
