"""``/``: what came in, what waits, whether the feeds are well, and how to use this gate.

Figures count everything: who reads only some projects is shown none.
"""

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.gate.index.answers import base
from airlock.gate.index.asking import readable, reads_everything
from airlock.gate.index.entrance import require
from airlock.model import Decision
from airlock.model.access import Action, Within
from airlock.model.name_verdict import NameVerdict
from airlock.store import Standing, Store
from airlock.store.browsing import Browsing
from airlock.web.answering import page
from airlock.web.figures import Counted
from airlock.web.reading import readable as reads_of

# Of each table.
_SHOWN = 8
_STRICT_SHOWN = 5
_TRIED = 50


class HomePages:
    """The first page.

    Args:
        store: what is known.
        browsing: lists it.
        counted: the figures.
    """

    def __init__(self, store: Store, browsing: Browsing, counted: Counted) -> None:
        self._store = store
        self._browsing = browsing
        self._counted = counted

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/", self.home)]

    async def home(self, request: Request) -> Response:
        """Show how things are."""
        await require(request, Action.READ)
        figures = await anyio.to_thread.run_sync(self._counted.figures)
        within, reads = readable(request.scope), reads_of(request)
        lists = await anyio.to_thread.run_sync(self._lists, within)
        latest, strict, names = ([one for one in rows if reads(one.project)] for rows in lists)
        return page(
            request,
            "home.html",
            base=base(request),
            figures=figures,
            whole=reads_everything(request.scope),
            latest=latest[:_SHOWN],
            strict=strict[:_STRICT_SHOWN],
            names=names[:_SHOWN],
        )

    def _lists(self, within: Within) -> tuple[list[Standing], list[Standing], list[NameVerdict]]:
        strict = (Decision.REFUSE, Decision.HOLD)
        kept_out = [one for decision in strict for one in self._newest(decision, within)]
        names = [name for one in strict for name in self._store.names_decided(one, limit=_TRIED)]
        kept_out.sort(key=lambda one: one.decided_at, reverse=True)
        names.sort(key=lambda one: one.decided_at, reverse=True)
        return self._newest(None, within), kept_out, names

    def _newest(self, decision: Decision | None, within: Within) -> list[Standing]:
        found = self._browsing.standings(
            decision=decision, project="", before=None, limit=_SHOWN, within=within
        )
        return [one.standing for one in found]
