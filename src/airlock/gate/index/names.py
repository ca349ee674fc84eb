"""The routes about names: to whom they belong, what was decided of them, and claims on them.

==============================  ==================================================================
``GET /names/{project}``        owner, verdict and history of a name, for people
``GET /api/names/{project}``    the same for machines
``POST /api/names``             claim a name or a prefix; only for administrators
``DELETE /api/names``           give a claim back; only for administrators
==============================  ==================================================================

Nothing here asks an upstream.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from airlock import claiming
from airlock.errors import NameTaken, TargetNotFound, UsageError
from airlock.gate.index import name_answers
from airlock.gate.index.entrance import require
from airlock.gate.names import Names
from airlock.model import ProjectName
from airlock.model.access import Action
from airlock.model.ownership import Claim, NamePattern, Origin
from airlock.report.names import claim_document
from airlock.store import Store

T = TypeVar("T")

_LARGEST_BODY_BYTES = 64 * 1024
_TOO_LARGE = 413


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
            Route("/names/{project}", self.page),
            Route("/api/names/{project}", self.document),
            Route("/api/names", self.claim, methods=["POST"]),
            Route("/api/names", self.give_back, methods=["DELETE"]),
        ]

    async def page(self, request: Request) -> Response:
        """Show everything that is known of a name."""
        project = ProjectName(request.path_params["project"])
        ruling = await anyio.to_thread.run_sync(self._names.ruling, project)
        claims = await anyio.to_thread.run_sync(self._store.claims_on, project)
        verdicts = await anyio.to_thread.run_sync(self._store.name_verdicts, project)
        return name_answers.about(request, ruling, claims[::-1], verdicts[::-1])

    async def document(self, request: Request) -> Response:
        """Tell machines the owner of a name and what its checks say."""
        project = ProjectName(request.path_params["project"])
        ruling = await anyio.to_thread.run_sync(self._names.ruling, project)
        return name_answers.document(ruling)

    async def claim(self, request: Request) -> Response:
        """Claim a name or a prefix."""
        await require(request, Action.ADMIN)
        return await _answered(self._claimed, await _body(request), _Wanted, 201)

    async def give_back(self, request: Request) -> Response:
        """Give a claim back."""
        await require(request, Action.ADMIN)
        return await _answered(self._given_back, await _body(request), _Unwanted, 200)

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


async def _body(request: Request) -> bytes | None:
    """Return the body, or ``None`` if it is too large to be one of ours."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LARGEST_BODY_BYTES:
            return None
    return body


async def _answered(
    act: Callable[[T], dict[str, Any]], body: bytes | None, kind: type[T], status: int
) -> Response:
    if body is None:
        return JSONResponse({"error": "the body is too large"}, _TOO_LARGE)
    try:
        asked = msgspec.json.decode(body, type=kind)
        return JSONResponse(await anyio.to_thread.run_sync(act, asked), status)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return JSONResponse({"error": str(error), "hint": ""}, 400)
    except UsageError as error:
        return JSONResponse({"error": str(error), "hint": error.hint}, _status(error))


def _status(error: UsageError) -> int:
    if isinstance(error, NameTaken):
        return 409
    return 404 if isinstance(error, TargetNotFound) else 400
