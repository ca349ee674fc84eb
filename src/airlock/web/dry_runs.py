"""``/admin/policy/runs/…``: what a policy would have decided of what was judged, so far."""

from collections.abc import Callable

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import InvalidPolicy
from airlock.gate.dry_runs import DryRuns
from airlock.gate.index.entrance import require
from airlock.model import Decision
from airlock.model.access import Action
from airlock.model.policies import RunState
from airlock.policy import InForce, Policy
from airlock.rejudging import apart
from airlock.store.policies import Policies
from airlock.web.administration import admin_page
from airlock.web.posting import see, submitted


class DryRunPages:
    """The pages of dry runs.

    Args:
        runs: that are under way, or were.
        policies: of the store.
        in_force: the policy.
        read: makes a policy of a text, or says why that cannot be.
    """

    def __init__(
        self,
        runs: DryRuns,
        policies: Policies,
        in_force: InForce,
        read: Callable[[str], Policy],
    ) -> None:
        self._runs = runs
        self._policies = policies
        self._in_force = in_force
        self._read = read

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/admin/policy/runs/{id}", self.show),
            Route("/admin/policy/runs/{id}/cancel", self.cancel, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show how far a run is, and what came of it."""
        await require(request, Action.ADMIN)
        run, found = await anyio.to_thread.run_sync(self._runs.run, request.path_params["id"])
        silent = self._runs.ended_with_its_gate(run)
        return admin_page(
            request,
            "admin-run.html",
            run=run,
            found=found,
            silent=silent,
            live=run.state is RunState.RUNNING and not silent,
            apart=await anyio.to_thread.run_sync(self._apart, run.text),
            decisions=list(Decision),
            left=max(run.total - run.looked_at, 0),
        )

    def _apart(self, text: str) -> list[str]:
        try:
            return apart(self._read(text), self._in_force.last)
        except InvalidPolicy:
            # Checks may have gone since.
            return []

    async def cancel(self, request: Request) -> Response:
        """End a run."""
        form_id = request.path_params["id"]
        await submitted(request)
        await require(request, Action.ADMIN)
        await anyio.to_thread.run_sync(self._policies.cancel_run, form_id)
        return see(f"/admin/policy/runs/{form_id}")
