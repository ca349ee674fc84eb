"""The routes about names: to whom they belong, what was decided of them, and claims on them.

==============================  ==================================================================
``GET /api/names/{project}``    owner and verdict of a name; ``/names/{project}`` is for people
``POST /api/names``             claim a name or a prefix; only for administrators
``DELETE /api/names``           give a claim back; only for administrators
==============================  ==================================================================

Nothing here asks an upstream.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock import claiming
from airlock.gate.index import name_answers
from airlock.gate.index.bodies import answered, body
from airlock.gate.index.entrance import require
from airlock.gate.names import Names
from airlock.model import ProjectName
from airlock.model.access import Action
from airlock.model.name_patterns import NamePattern
from airlock.model.ownership import Claim, Origin
from airlock.report.names import claim_document
from airlock.store import Store


class _Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    by: str
    reason: str
    owner: str = "here"
    organisation: str = ""


class _Unwanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    by: str
    reason: str


class NameRoutes:
    """What the routes about names do.

    Args:
        store: of claims and verdicts.
        names: rules on names.
        clock: gives the time in UTC.
    """

    def __init__(self, store: Store, names: Names, clock: Callable[[], dt.datetime]) -> None:
        self._store = store
        self._names = names
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/api/names/{project}", self.document),
            Route("/api/names", self.claim, methods=["POST"]),
            Route("/api/names", self.give_back, methods=["DELETE"]),
        ]

    async def document(self, request: Request) -> Response:
        """Tell machines the owner of a name and what its checks say."""
        project = ProjectName(request.path_params["project"])
        await require(request, Action.READ, project)
        ruling = await anyio.to_thread.run_sync(self._names.ruling, project)
        return name_answers.document(ruling)

    async def claim(self, request: Request) -> Response:
        """Claim a name or a prefix."""
        await require(request, Action.ADMIN)
        return await answered(self._claimed, await body(request), _Wanted, 201)

    async def give_back(self, request: Request) -> Response:
        """Give a claim back."""
        await require(request, Action.ADMIN)
        return await answered(self._given_back, await body(request), _Unwanted, 200)

    def _claimed(self, wanted: _Wanted) -> dict[str, Any]:
        claim = Claim(
            pattern=NamePattern(wanted.name),
            origin=Origin.CLAIMED,
            owner=claiming.owner_of(wanted.owner),
            organisation=wanted.organisation,
            by=wanted.by,
            reason=wanted.reason,
            at=self._clock(),
        )
        done = claiming.claim(self._store, claim)
        return claim_document(done.claim) | {"taken": [str(name) for name in done.taken]}

    def _given_back(self, unwanted: _Unwanted) -> dict[str, Any]:
        ended = claiming.release(
            self._store,
            NamePattern(unwanted.name),
            by=unwanted.by,
            reason=unwanted.reason,
            at=self._clock(),
        )
        return {"ended": claim_document(ended)}
