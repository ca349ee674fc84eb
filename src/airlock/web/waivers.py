"""``/review/waivers``: every decision above a verdict, where it was made, and the way to end it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import Forbidden, TargetNotFound, UsageError
from airlock.gate.index.entrance import require
from airlock.gate.index.review_asking import hide, reviewer
from airlock.gate.review import Reviewing
from airlock.gate.waivers import Waivers
from airlock.model.access import Action
from airlock.policy import InForce
from airlock.report.frame import Pages
from airlock.store.reviews import Sought
from airlock.web.answering import page
from airlock.web.posting import see, submitted

_PAGE = 50
_LONGEST_NUMBER = 6


class WaiverPages:
    """Pages of what was decided above verdicts.

    Args:
        waivers: finds and ends them.
        reviewing: knows whose they are.
        in_force: the policy, in which suppressions are written.
        clock: gives the time in UTC.
    """

    def __init__(
        self,
        waivers: Waivers,
        reviewing: Reviewing,
        in_force: InForce,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._waivers = waivers
        self._reviewing = reviewing
        self._in_force = in_force
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/review/waivers", self.show),
            Route("/review/waivers/{id}/revoke", self.revoke, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show what is in force, or what was."""
        return await self._page(request)

    async def _page(self, request: Request, code: int = 200, problem: str = "") -> Response:
        principal = await reviewer(request)
        given = request.query_params
        ended, text = given.get("state") == "ended", given.get("q", "")
        number = _number(given.get("page", ""))

        def read() -> dict[str, Any]:
            found = self._waivers.found(
                Sought(ended=ended, text=text, limit=_PAGE, offset=(number - 1) * _PAGE), principal
            )
            whole = principal.may(Action.REVIEW)
            return {
                "total": found.total,
                "rows": found.items,
                "endable": {
                    one.waiver.id
                    for one in found.items
                    if not ended and self._reviewing.may_end(one.waiver, principal)
                },
                "written": self._in_force.policy.suppress if whole else (),
            }

        values = await anyio.to_thread.run_sync(read)
        size, more = len(values["rows"]), values["total"] > number * _PAGE
        query = {name: value for name, value in given.items() if name not in {"page", "told"}}
        return page(
            request,
            "waivers.html",
            code,
            **values,
            ended=ended,
            text=text,
            now=self._clock(),
            administrates=principal.may(Action.ADMIN),
            told="Ended: the verdict counts again." if given.get("told") else "",
            problem=problem,
            pages=Pages.of("/review/waivers", query, number=number, size=size, more=more),
        )

    async def revoke(self, request: Request) -> Response:
        """End one before its time."""
        form = await submitted(request)
        principal = await reviewer(request)
        waiver_id = request.path_params["id"]
        waiver = await anyio.to_thread.run_sync(self._reviewing.waiver, waiver_id)
        project = await anyio.to_thread.run_sync(self._reviewing.project_of_waiver, waiver)
        hide(request, principal, project, TargetNotFound(f"there is no waiver {waiver_id[:80]}"))
        await require(request, Action.REVIEW, project)
        reason = form.get("reason", "")
        try:
            await anyio.to_thread.run_sync(self._waivers.end, waiver, reason, principal)
        except (UsageError, Forbidden) as error:
            return await self._page(request, 400, error.in_full)
        return see("/review/waivers?told=ended")


def _number(text: str) -> int:
    usable = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return max(int(text), 1) if usable else 1
