"""``/admin/policy/suppressions/{key}/end``: what a policy suppresses counts again."""

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import Forbidden, InvalidPolicy, MissingExtra, Outdated, UsageError
from airlock.gate.index.entrance import require
from airlock.model.access import Action, Principal
from airlock.model.policies import Proposal, Revision
from airlock.policy.rewriting import without_suppression
from airlock.web.drafting import drafted, put_at
from airlock.web.policies import Sources
from airlock.web.policy_proposals import Refused
from airlock.web.posting import see, submitted


class SuppressionPages:
    """Ends what is suppressed, by a revision of the policy without it.

    Args:
        sources: what the pages of the policy are made of.
        refused: shows the page of the policy with why nothing came of it.
    """

    def __init__(self, sources: Sources, refused: Refused) -> None:
        self._ask = sources
        self._refused = refused

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/admin/policy/suppressions/{key}/end", self.end, methods=["POST"])]

    async def end(self, request: Request) -> Response:
        """Put the policy in force without it."""
        form = await submitted(request)
        principal = await require(request, Action.ADMIN)
        key, reason = request.path_params["key"], form.get("reason", "").strip()
        try:
            put = await anyio.to_thread.run_sync(self._end, key, reason, principal)
        except (Forbidden, InvalidPolicy, MissingExtra, UsageError) as error:
            code = 409 if isinstance(error, Outdated) else 400
            return await self._refused(request, code, error.in_full)
        return see(put_at(put))

    def _end(self, key: str, reason: str, by: Principal) -> Revision | Proposal:
        policies = self._ask.policies
        number = policies.newest_number()
        newest = policies.revision(number) if number else None
        text = without_suppression(newest.text if newest else self._ask.own or "", key)
        draft = drafted(text, self._ask.read(text), by.label, reason, self._ask.clock())
        return self._ask.changes.put(draft, number, by)
