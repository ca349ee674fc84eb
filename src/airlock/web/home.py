"""``/``: what came in lately, and how to use this gate."""

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.gate.index.answers import base
from airlock.gate.index.entrance import require
from airlock.model import Decision
from airlock.model.access import Action
from airlock.model.name_verdict import NameVerdict
from airlock.store import Store
from airlock.web.answering import page

# Of each table.
_SHOWN = 50


class HomePages:
    """The first page.

    Args:
        store: what is known.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/", self.home)]

    async def home(self, request: Request) -> Response:
        """Tell how to use this gate, and what it refused and held lately."""
        await require(request, Action.READ)
        standings = await anyio.to_thread.run_sync(
            lambda: self._store.recent_verdicts(decision=None, limit=_SHOWN)
        )
        held = await anyio.to_thread.run_sync(self._held_names)
        return page(request, "home.html", base=base(request), standings=standings, held=held)

    def _held_names(self) -> list[NameVerdict]:
        strict = (Decision.REFUSE, Decision.HOLD)
        return [name for one in strict for name in self._store.names_decided(one, limit=_SHOWN)]
