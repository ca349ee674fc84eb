"""The routes that change what this index says of projects (PEP 592, PEP 792).

================================================  =================================================
``POST /api/projects/{project}/yanks``            yank a release, or one file of it, with a reason
``DELETE /api/projects/{project}/yanks``          take that back
``PUT /api/projects/{project}/status``            mark the project, with a reason
``DELETE /api/projects/{project}/files/{name}``   offer a hosted file no more, for ever
================================================  =================================================
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from airlock import hosting
from airlock.errors import TargetNotFound
from airlock.gate.index.bodies import decoded
from airlock.gate.index.entrance import require
from airlock.model import ProjectName
from airlock.model.access import Action
from airlock.model.hosting import ProjectStatus, Remark
from airlock.store import Store

T = TypeVar("T")


class Yank(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be yanked, or no longer."""

    version: str
    filename: str = ""
    reason: str = ""


class Marking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a project is to be marked."""

    status: ProjectStatus
    reason: str = ""


class ProjectRoutes:
    """What these routes do.

    Args:
        store: of remarks.
        clock: gives the time in UTC.
    """

    def __init__(self, store: Store, clock: Callable[[], dt.datetime]) -> None:
        self._store = store
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        base = "/api/projects/{project}"
        return [
            Route(f"{base}/yanks", self.yank, methods=["POST"]),
            Route(f"{base}/yanks", self.unyank, methods=["DELETE"]),
            Route(f"{base}/status", self.mark, methods=["PUT"]),
            Route(f"{base}/files/{{filename}}", self.take_away, methods=["DELETE"]),
        ]

    async def yank(self, request: Request) -> Response:
        """Yank a release or a file."""
        return await self._yank(request, undo=False)

    async def unyank(self, request: Request) -> Response:
        """Take a yank back."""
        return await self._yank(request, undo=True)

    async def _yank(self, request: Request, *, undo: bool) -> Response:
        project = ProjectName(request.path_params["project"])
        by = await require(request, Action.YANK, project)
        wanted = await decoded(request, Yank)
        return await _done(
            lambda: hosting.yank(
                self._store,
                project,
                wanted.version,
                wanted.filename,
                undo=undo,
                reason=wanted.reason,
                by=by.label,
                at=self._clock(),
            )
        )

    async def mark(self, request: Request) -> Response:
        """Mark a project."""
        project = ProjectName(request.path_params["project"])
        by = await require(request, Action.YANK, project)
        wanted = await decoded(request, Marking)
        return await _done(
            lambda: hosting.mark(
                self._store,
                project,
                wanted.status,
                reason=wanted.reason,
                by=by.label,
                at=self._clock(),
            )
        )

    async def take_away(self, request: Request) -> Response:
        """Offer a hosted file no more."""
        project = ProjectName(request.path_params["project"])
        filename = request.path_params["filename"]
        by = await require(request, Action.ADMIN, project)
        upload = await anyio.to_thread.run_sync(self._store.upload_named, filename)
        if upload is None or upload.project != project:
            raise TargetNotFound(f"{filename[:200]} was not uploaded to {project}")
        return await _done(
            lambda: hosting.take_away(self._store, filename, by=by.label, at=self._clock())
        )


async def _done(act: Callable[[], Remark]) -> Response:
    remark = await anyio.to_thread.run_sync(act)
    told: dict[str, Any] = {
        "kind": remark.kind.value,
        "project": str(remark.project),
        "version": remark.version,
        "filename": remark.filename,
        "status": remark.status.value if remark.status is not None else None,
        "reason": remark.reason,
        "by": remark.by,
    }
    return JSONResponse(told)
