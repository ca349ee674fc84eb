"""``/admin/policy/proposals/…``: a policy that waits for a second administrator."""

from collections.abc import Awaitable, Callable
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import AirlockError, Forbidden, InvalidPolicy, Outdated
from airlock.gate.index.entrance import require
from airlock.gate.policy_changes import PolicyChanges
from airlock.model.access import Action, Principal
from airlock.reviewing import person
from airlock.web.posting import see, submitted

Refused = Callable[[Request, int, str], Awaitable[Response]]


class ProposalPages:
    """What a second administrator does; what waits is shown on the page of the policy.

    Args:
        changes: puts policies in force.
        refused: shows that page with why nothing came of it.
    """

    def __init__(self, changes: PolicyChanges, refused: Refused) -> None:
        self._changes = changes
        self._refused = refused

    def routes(self) -> list[Route]:
        """Return the routes."""
        base = "/admin/policy/proposals/{id}"
        return [
            Route(f"{base}/confirm", self.confirm, methods=["POST"]),
            Route(f"{base}/withdraw", self.withdraw, methods=["POST"]),
        ]

    async def confirm(self, request: Request) -> Response:
        """Agree, which puts it in force."""
        await submitted(request)
        principal = await require(request, Action.ADMIN)
        proposal = request.path_params["id"]
        try:
            made = await anyio.to_thread.run_sync(self._changes.confirm, proposal, principal)
        except (Forbidden, InvalidPolicy, Outdated) as error:
            return await self._told(request, error)
        return see(f"/admin/policy?saved={made.number}")

    async def withdraw(self, request: Request) -> Response:
        """Let it wait no more."""
        await submitted(request)
        principal = await require(request, Action.ADMIN)
        proposal = request.path_params["id"]
        try:
            await anyio.to_thread.run_sync(self._changes.withdraw, proposal, principal)
        except Outdated as error:
            return await self._told(request, error)
        return see("/admin/policy?told=withdrawn")

    async def _told(self, request: Request, error: AirlockError) -> Response:
        code = 403 if isinstance(error, Forbidden) else 409
        return await self._refused(request, code, error.in_full)


def waiting_for(changes: PolicyChanges, by: Principal) -> dict[str, Any]:
    """Return what waits for whom, as the page of the policy shows it."""
    proposal = changes.waiting()
    mine = proposal is not None and proposal.draft.by == person(by)
    return {"proposal": proposal, "mine": mine, "seconds": changes.seconds(by)}
