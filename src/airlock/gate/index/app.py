"""The routes of the gate. Every path to a byte of a package leads through ``Intake.ruling``.

======================================  ==========================================================
``/``, ``/projects/…``, ``/names/…``    pages for people (``airlock.web``)
``/simple/…``                           projects and their files (``simple_routes``)
``/files/…``, ``/integrity/…``          the vetted bytes and what is beside them (``file_routes``)
``/pypi/…``                             projects and releases as JSON (``json_routes``)
``/openapi.json``                       what machines can ask for (``openapi``)
``/legacy/``                            uploads (``upload_routes``)
``/api/projects/…``                     yanks and statuses (``project_routes``)
``/verdicts/{sha256}``                  the verdict and its evidence, as a page or as JSON
``/api/names…``                         to whom names belong (``names``)
``/api/users``, ``/api/tokens``, …      people, roles, tokens, the log (``people``)
``/metrics``, ``/ready``                for operators (``operation``)
``/health``                             200 as long as the store answers
======================================  ==========================================================

A name is ruled on before any upstream is asked for it: one that belongs here is never asked, and of
one that its checks hold or refuse nothing is fetched (docs/decisions/0006).
"""

import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import AirlockError
from airlock.gate.access import Access
from airlock.gate.changes import Changes
from airlock.gate.following import Following
from airlock.gate.index import answers
from airlock.gate.index.entrance import Entrance
from airlock.gate.index.noting import Noting
from airlock.gate.index.operation import Measured
from airlock.gate.index.rendered import Rendered
from airlock.gate.index.swift import Swift
from airlock.gate.intake import Intake
from airlock.gate.listings import Listings
from airlock.gate.mail.sending import Sending
from airlock.gate.phantoms import Phantoms
from airlock.gate.policies import KeepingUp
from airlock.gate.servings import Servings
from airlock.gate.telling import Telling
from airlock.gate.watch.second_look import Beside
from airlock.sources.interface import Index
from airlock.store import Blobs, Store

_HANDLERS: dict[Any, Any] = {
    AirlockError: answers.of_error,
    HTTPException: answers.of_http_error,
    Exception: answers.of_failure,
}


def reviewing_alone(routes: Iterable[Route], access: Access) -> Starlette:
    """Return an application with nothing but some routes of the API, for who ``access`` knows."""
    return Starlette(
        routes=list(routes),
        middleware=[Middleware(Entrance, access=access)],
        exception_handlers=_HANDLERS,
    )


class Gate:
    """The parts of a running gate, and what its routes do.

    Args:
        indexes: the upstreams.
        store: what is known.
        blobs: what is kept.
        listings: upstream's pages.
        intake: that vets.
        following: vets what is required.
        phantoms: counts who asks for names that upstream does not have.
        servings: counts who got which file.
        telling: tells webhooks.
        sending: sends mail, if a server of it was named.
        beside: runs what is held, if the policy wants that and this host can.
        keeping_up: asks which policy is in force.
        access: knows who may do what.
        rendered: what is ready to be sent.
        changes: tell whether it still is.
        routes: of the other parts.
    """

    def __init__(  # noqa: PLR0913 - these are the parts
        self,
        *,
        indexes: Sequence[Index],
        store: Store,
        blobs: Blobs,
        listings: Listings,
        intake: Intake,
        following: Following,
        phantoms: Phantoms,
        servings: Servings,
        telling: Telling,
        sending: Sending | None,
        beside: Beside,
        keeping_up: KeepingUp,
        access: Access,
        rendered: Rendered,
        changes: Changes,
        routes: Iterable[Route],
    ) -> None:
        self._indexes = indexes
        self._store = store
        self._blobs = blobs
        self._listings = listings
        self._intake = intake
        self._following = following
        self._phantoms = phantoms
        self._servings = servings
        self._telling = telling
        self._sending = sending
        self._beside = beside
        self._keeping_up = keeping_up
        self._access = access
        self._rendered = rendered
        self._changes = changes
        self._routes = routes

    def app(self) -> Starlette:
        """Return the ASGI application."""
        return Starlette(
            routes=[
                *self._routes,
                Route("/health", self.health),
            ],
            middleware=[
                Middleware(Measured),
                Middleware(Entrance, access=self._access),
                Middleware(Noting, servings=self._servings),
                Middleware(Swift, rendered=self._rendered, changes=self._changes),
            ],
            exception_handlers=_HANDLERS,
            lifespan=self._lifespan,
        )

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as opened:
            for index in self._indexes:
                await opened.enter_async_context(index)
            self._phantoms.start()
            self._servings.start()
            self._telling.start()
            if self._sending is not None:
                self._sending.start()
            self._keeping_up.start()
            self._beside.start()
            try:
                yield
            finally:
                await self._beside.close()
                await self._keeping_up.close()
                if self._sending is not None:
                    await self._sending.close()
                await self._telling.close()
                await self._phantoms.close()
                await self._servings.close()
                await self._following.close()
                await self._intake.close()
                await self._listings.close()
                self._blobs.close()
                self._store.close()

    async def health(self, _request: Request) -> Response:
        """Answer as long as the store does."""
        await anyio.to_thread.run_sync(self._store.projects)
        return Response("ok\n", media_type="text/plain")
