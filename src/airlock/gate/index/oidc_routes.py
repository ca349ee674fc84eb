"""The routes of trusted publishing, as the public index has them, and of publishers.

==================================  =========================================================
``GET /_/oidc/audience``            for whom a workflow has to ask its issuer for a token
``POST /_/oidc/mint-token``         ``{"token": …}`` of the issuer for a short-lived one of ours
``GET, POST /api/publishers``       publishers; owners for what they own
``DELETE /api/publishers/{id}``     the same
==================================  =========================================================
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from airlock.accounts.publishing import new_publisher
from airlock.errors import AirlockError, Forbidden, TargetNotFound, TooManyAttempts, UsageError
from airlock.gate.access.minting import Minting
from airlock.gate.index.bodies import answered, body, done
from airlock.gate.index.entrance import known
from airlock.model import ProjectName
from airlock.model.access import Action
from airlock.model.people import Stamp
from airlock.model.publishing import Provider
from airlock.report.people import publisher_document
from airlock.store.publishers import Publishers

_NOT_MINTED = 422
_OFF = "this gate does no trusted publishing: it has no --oidc-audience"


class _Assertion(msgspec.Struct, frozen=True):
    token: str


class _Publisher(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    project: str
    provider: Provider
    repository: str
    workflow: str
    environment: str = ""
    owner_id: str = ""
    issuer: str = ""


class OidcRoutes:
    """What the routes of trusted publishing do.

    Args:
        publishers: that are known.
        minting: makes tokens; ``None`` if this gate makes none.
        clock: gives the time in UTC.
    """

    def __init__(
        self, publishers: Publishers, minting: Minting | None, clock: Callable[[], dt.datetime]
    ) -> None:
        self._publishers = publishers
        self._minting = minting
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/_/oidc/audience", self.audience),
            Route("/_/oidc/mint-token", self.mint, methods=["POST"]),
            Route("/api/publishers", self.publishers),
            Route("/api/publishers", self.add, methods=["POST"]),
            Route("/api/publishers/{id}", self.remove, methods=["DELETE"]),
        ]

    async def audience(self, _request: Request) -> Response:
        """Tell for whom a workflow has to ask its issuer for a token."""
        if self._minting is None:
            raise TargetNotFound(_OFF)
        return JSONResponse({"audience": self._minting.issuers.audience})

    async def mint(self, request: Request) -> Response:
        """Give a token for an assertion."""
        if self._minting is None:
            raise TargetNotFound(_OFF)
        address = request.client.host if request.client else ""
        try:
            asked = msgspec.json.decode(await body(request) or b"", type=_Assertion)
            minted = await anyio.to_thread.run_sync(self._minting.mint, asked.token, address)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            return _not_minted("invalid-payload", str(error))
        except TooManyAttempts:
            raise
        except Forbidden as error:
            return _not_minted("invalid-publisher", str(error))
        except AirlockError as error:
            return _not_minted("invalid-token", str(error))
        expires = minted.token.expires_at
        document = {
            "success": True,
            "token": minted.text,
            "expires": int(expires.timestamp()) if expires else None,
        }
        return JSONResponse(document, headers={"cache-control": "no-store"})

    async def publishers(self, request: Request) -> Response:
        """List the publishers of the projects that whoever asks owns."""
        principal = await known(request)
        return await done(
            lambda: [
                publisher_document(one)
                for one in self._publishers.every()
                if principal.may(Action.ADMIN, one.project)
            ]
        )

    async def add(self, request: Request) -> Response:
        """Add a publisher of a project."""
        principal = await known(request)

        def add(asked: _Publisher) -> dict[str, Any]:
            project = ProjectName(asked.project)
            if not principal.may(Action.ADMIN, project):
                raise Forbidden(f"{principal.label} does not say who publishes {project}")
            publisher = new_publisher(
                project=project,
                provider=asked.provider,
                issuer=asked.issuer,
                repository=asked.repository,
                workflow=asked.workflow,
                environment=asked.environment,
                owner_id=asked.owner_id,
                now=self._clock(),
            )
            if self._minting is None or not self._minting.issuers.believes(publisher.issuer):
                raise UsageError(
                    f"{publisher.issuer} is not believed here",
                    hint="The operator names issuers with airlock serve --oidc-issuer.",
                )
            self._publishers.add(publisher, Stamp(principal.label, self._clock()))
            return publisher_document(publisher)

        return await answered(add, await body(request), _Publisher, 201)

    async def remove(self, request: Request) -> Response:
        """Take a publisher away."""
        principal = await known(request)
        publisher_id = request.path_params["id"]

        def remove() -> None:
            found = next((p for p in self._publishers.every() if p.id == publisher_id), None)
            if found is None or not principal.may(Action.ADMIN, found.project):
                raise TargetNotFound(f"{principal.label} has no publisher {publisher_id[:80]}")
            self._publishers.remove(publisher_id, Stamp(principal.label, self._clock()))

        return await done(remove)


def _not_minted(code: str, why: str) -> Response:
    errors = [{"code": code, "description": why}]
    document = {"success": False, "message": "Token request failed", "errors": errors}
    return JSONResponse(document, _NOT_MINTED)
