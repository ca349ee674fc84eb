"""The routes about webhooks; only for administrators.

==================================  ==============================================================
``GET, POST /api/webhooks``         who is told of entries of the log; tell somebody, whose secret
                                    is shown this once
``DELETE /api/webhooks/{id}``       tell somebody nothing more
``GET /api/webhooks/deliveries``    the last attempts to deliver, the newest first
==================================  ==============================================================
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.gate.index.bodies import answered, body, done
from airlock.gate.index.entrance import require
from airlock.model.access import Action
from airlock.model.hooks import new_hook, new_secret
from airlock.model.people import Stamp
from airlock.report.people import delivery_document, hook_document
from airlock.store import Records

_DELIVERIES = 100


class _Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: str
    kinds: list[str] = []


class HookRoutes:
    """What the routes about webhooks do.

    Args:
        records: of webhooks, and the log.
        clock: gives the time in UTC.
    """

    def __init__(self, records: Records, clock: Callable[[], dt.datetime]) -> None:
        self._hooks = records.hooks
        self._log = records.log
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/api/webhooks", self.every),
            Route("/api/webhooks", self.add, methods=["POST"]),
            Route("/api/webhooks/deliveries", self.deliveries),
            Route("/api/webhooks/{id}", self.remove, methods=["DELETE"]),
        ]

    async def every(self, request: Request) -> Response:
        """List the webhooks."""
        await require(request, Action.ADMIN)
        return await done(lambda: [hook_document(hook) for hook in self._hooks.every()])

    async def add(self, request: Request) -> Response:
        """Add a webhook, to be told of everything from now on."""
        stamp = Stamp((await require(request, Action.ADMIN)).label, self._clock())

        def add(wanted: _Wanted) -> dict[str, Any]:
            head, secret = self._log.head(), new_secret()
            cursor = head.seq if head else 0
            hook = new_hook(wanted.url, wanted.kinds, now=stamp.at, cursor=cursor)
            self._hooks.add(hook, secret, stamp)
            return hook_document(hook) | {"secret": secret}

        answer = await answered(add, await body(request), _Wanted, 201)
        answer.headers["cache-control"] = "no-store"
        return answer

    async def remove(self, request: Request) -> Response:
        """Take a webhook away."""
        stamp = Stamp((await require(request, Action.ADMIN)).label, self._clock())
        hook_id = request.path_params["id"]
        return await done(lambda: self._hooks.remove(hook_id, stamp))

    async def deliveries(self, request: Request) -> Response:
        """List the last attempts to deliver."""
        await require(request, Action.ADMIN)
        return await done(
            lambda: [delivery_document(one) for one in self._hooks.deliveries(_DELIVERIES)]
        )
