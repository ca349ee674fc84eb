"""``/admin/policy/history``: the policies that were in force, what each changed, the way back."""

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import Forbidden, InvalidPolicy, Outdated, TargetNotFound, UsageError
from airlock.gate.index.entrance import require
from airlock.model.access import Action
from airlock.model.policies import Proposal, Revision, Source
from airlock.report.frame import Pages
from airlock.web.administration import admin_page
from airlock.web.drafting import compared, drafted, put_at
from airlock.web.policies import Sources
from airlock.web.posting import see, submitted
from airlock.web.reading import given_number

_SHOWN = 50


class RevisionPages:
    """The pages of what was in force.

    Args:
        sources: what is asked.
    """

    def __init__(self, sources: Sources) -> None:
        self._ask = sources
        self._policies = sources.policies

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/admin/policy/history", self.history),
            Route("/admin/policy/revisions/{number}", self.show),
            Route("/admin/policy/revisions/{number}", self.restore, methods=["POST"]),
        ]

    async def history(self, request: Request) -> Response:
        """Show the policies that were in force, the newest first."""
        await require(request, Action.ADMIN)
        before = given_number(request.query_params.get("before", ""), 0) or None
        found = await anyio.to_thread.run_sync(
            lambda: self._policies.history(before=before, limit=_SHOWN + 1)
        )
        shown = found[:_SHOWN]
        last = shown[-1].number if len(found) > _SHOWN else None
        pages = Pages.since(
            "/admin/policy/history", {}, size=len(shown), last=last, first=before is None
        )
        return admin_page(request, "admin-policies.html", revisions=shown, pages=pages)

    async def show(self, request: Request) -> Response:
        """Show a revision, and how it differs from the one before."""
        await require(request, Action.ADMIN)
        return await self._page(request)

    async def _page(
        self, request: Request, code: int = 200, wrong: str = "", reason: str = ""
    ) -> Response:
        number = given_number(request.path_params["number"], 0)
        found = await anyio.to_thread.run_sync(self._known, number)
        before = await anyio.to_thread.run_sync(self._policies.revision, number - 1)
        newest = await anyio.to_thread.run_sync(self._policies.newest_number)
        return admin_page(
            request,
            "admin-revision.html",
            code,
            revision=found,
            lines=compared(before.text if before else self._ask.own or "", found.text),
            newest=newest,
            wrong=wrong,
            reason=reason,
        )

    def _known(self, number: int) -> Revision:
        found = self._policies.revision(number)
        if found is None:
            raise TargetNotFound(f"there is no revision {number} of the policy")
        return found

    async def restore(self, request: Request) -> Response:
        """Put an older policy in force again; what cannot be obeyed any more stays where it is."""
        form = await submitted(request)
        principal = await require(request, Action.ADMIN)
        number, base = (
            given_number(request.path_params["number"], 0),
            given_number(form.get("base", ""), 0),
        )
        reason = form.get("reason", "").strip()
        found = await anyio.to_thread.run_sync(self._known, number)

        def act() -> Revision | Proposal:
            policy = self._ask.read(found.text)
            draft = drafted(
                found.text, policy, principal.label, reason, self._ask.clock(),
                source=Source.RESTORED, restores=number,
            )  # fmt: skip
            return self._ask.changes.put(draft, base, principal)

        try:
            put = await anyio.to_thread.run_sync(act)
        except (Forbidden, InvalidPolicy, Outdated, UsageError) as error:
            code = 409 if isinstance(error, Outdated) else 400
            return await self._page(request, code, error.in_full, reason)
        return see(put_at(put))
