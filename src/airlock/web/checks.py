"""``/checks`` and ``/checks/{id}``: what every check asks, as its documentation says."""

from collections.abc import Callable, Mapping

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import TargetNotFound
from airlock.gate.index.entrance import require
from airlock.model.access import Action
from airlock.web.answering import page
from airlock.web.prose import Renderer

Documentation = Callable[[], Mapping[str, str]]


class CheckPages:
    """Pages about checks.

    Args:
        about: gives the documentation of every check by its id.
    """

    def __init__(self, about: Documentation) -> None:
        self._about = about
        self._renderer = Renderer()

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/checks", self.every), Route("/checks/{id}", self.one)]

    async def every(self, request: Request) -> Response:
        """List the checks by family."""
        await require(request, Action.READ)
        about = await anyio.to_thread.run_sync(self._about)
        families: dict[str, list[tuple[str, str]]] = {}
        for check, text in sorted(about.items()):
            families.setdefault(check.partition("-")[0], []).append(
                (check, text.partition("\n")[0])
            )
        return page(request, "checks.html", families=families)

    async def one(self, request: Request) -> Response:
        """Show what a check asks."""
        await require(request, Action.READ)
        about = await anyio.to_thread.run_sync(self._about)
        check = request.path_params["id"]
        if check not in about:
            raise TargetNotFound("there is no such check in this version of Airlock")
        title, _, text = about[check].partition("\n")
        prose = await self._renderer.prose(text.strip() or title, "text/markdown")
        return page(request, "check.html", check=check, title=title, prose=prose)
