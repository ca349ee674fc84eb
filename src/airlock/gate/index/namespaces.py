"""The routes of reserved prefixes in the simple API (PEP 752).

===============================  =================================================================
``/simple/namespaces``           every reserved prefix
``/simple/namespace/{name}``     one, with the prefix above it and those right below it
===============================  =================================================================
"""

from collections.abc import Iterable
from typing import Any

import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import TargetNotFound
from airlock.gate.index.entrance import require
from airlock.gate.index.negotiation import Form
from airlock.gate.names import Names
from airlock.model import ProjectName
from airlock.model.access import Action
from airlock.model.ownership import Claim
from airlock.store import Store


class NamespaceRoutes:
    """What the routes of reserved prefixes do.

    Args:
        store: of claims.
        names: know which are in force.
    """

    def __init__(self, store: Store, names: Names) -> None:
        self._store = store
        self._names = names

    def routes(self) -> list[Route]:
        """Return the routes; they come before those of projects."""
        return [
            Route("/simple/namespaces", self.every),
            Route("/simple/namespace/{name}", self.one),
        ]

    async def every(self, request: Request) -> Response:
        """List the reserved prefixes."""
        await require(request, Action.READ)
        reserved = await anyio.to_thread.run_sync(self._reserved)
        return _json([{"name": name} for name in sorted(reserved)])

    async def one(self, request: Request) -> Response:
        """Tell of a reserved prefix what stands above and below it."""
        await require(request, Action.READ)
        name = ProjectName(request.path_params["name"])
        reserved = await anyio.to_thread.run_sync(self._reserved)
        if name not in reserved:
            raise TargetNotFound(f"{name} is no reserved prefix")
        parents = {child: _parent(child, reserved) for child in reserved}
        document: dict[str, Any] = {
            "name": str(name),
            "parent": parents[name],
            "children": sorted(child for child, parent in parents.items() if parent == name),
        }
        if organisation := reserved[name].organisation:
            document["owner"] = organisation
        return _json(document)

    def _reserved(self) -> dict[str, Claim]:
        claims = self._store.claims(first_seen=False)
        found = self._names.in_force(claims)
        return {claim.pattern.stem: claim for claim in found if claim.pattern.is_prefix}


def _parent(name: str, reserved: Iterable[str]) -> str | None:
    above = (other for other in reserved if name.startswith(f"{other}-"))
    return max(above, key=len, default=None)


def _json(document: object) -> Response:
    return Response(msgspec.json.encode(document), media_type=Form.JSON.content_type)
