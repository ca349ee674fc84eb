"""``/admin/…``: names, upstreams, trust, workers and the log, for those who run the gate.

These pages only show; names are claimed at ``/admin/names``. Each asks for ``Action.ADMIN``.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock import claiming
from airlock.errors import AirlockError, InvalidName, UsageError
from airlock.gate.index.entrance import require
from airlock.model.access import Action
from airlock.model.log import Anchor, Verification
from airlock.model.name_patterns import NamePattern
from airlock.model.ownership import Claim, Origin
from airlock.report.frame import Pages
from airlock.store import Records
from airlock.web.administration import admin_page
from airlock.web.posting import see, submitted

_ENTRIES = 100
_LETTERS = 100
_LIVES = dt.timedelta(minutes=5)


class Trust(NamedTuple):
    """What is so with the metadata that a gate signs."""

    documents: tuple[tuple[str, int, dt.datetime], ...]
    """Role, version and end of each, the first to end first."""
    answers: tuple[tuple[bool, str, str], ...]
    """Whether it is good, what it is, and the cure."""
    waiting: tuple[tuple[str, str], ...]
    """Documents that wait for signatures, and what they lack."""


class OperationPages:
    """Pages for those who run the gate.

    Args:
        records: of everything.
        upstreams: their URLs, without credentials, in their order.
        trust: tells what is so with the metadata; ``None`` where nothing is signed.
        clock: gives the time in UTC.
    """

    def __init__(
        self,
        records: Records,
        upstreams: tuple[str, ...],
        trust: Callable[[], Trust] | None,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._records = records
        self._upstreams = upstreams
        self._trust = trust
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/admin/names", self.names),
            Route("/admin/names", self.claim, methods=["POST"]),
            Route("/admin/upstreams", self.upstreams),
            Route("/admin/trust", self.trust),
            Route("/admin/workers", self.workers),
            Route("/admin/workers/revive", self.revive, methods=["POST"]),
            Route("/admin/log", self.log),
            Route("/admin/log/verify", self.verify, methods=["POST"]),
        ]

    async def names(self, request: Request) -> Response:
        """Show who has claimed which names."""
        await require(request, Action.ADMIN)
        return await self._names(request)

    async def _names(
        self,
        request: Request,
        code: int = 200,
        wrong: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Response:
        store = self._records.store
        claims = await anyio.to_thread.run_sync(lambda: store.claims(first_seen=False))
        return admin_page(
            request,
            "admin-names.html",
            code,
            claims=_with_ends(claims[::-1]),
            upstreams=self._upstreams,
            wrong=wrong or {},
            form=form or {},
        )

    async def claim(self, request: Request) -> Response:
        """Claim a name or a prefix, or give it back."""
        form = await submitted(request)
        principal = await require(request, Action.ADMIN)
        try:
            await anyio.to_thread.run_sync(self._claim, form, principal.label)
        except UsageError as error:
            # What is wrong with a name is an error of names; the rest is about the claim.
            field = "name" if isinstance(error, InvalidName) else "reason"
            if form.get("what") == "release":
                field = "release"
            return await self._names(request, 400, {field: error.in_full}, form)
        return see("/admin/names")

    def _claim(self, form: Mapping[str, str], by: str) -> None:
        pattern = NamePattern(form.get("name", "").strip())
        reason, now, store = form.get("reason", ""), self._clock(), self._records.store
        if form.get("what") == "release":
            claiming.release(store, pattern, by=by, reason=reason, at=now)
            return
        owner = claiming.owner_of(form.get("owner", "here"))
        wanted = Claim(
            pattern=pattern, owner=owner, origin=Origin.CLAIMED, by=by, reason=reason, at=now
        )
        claiming.claim(store, wanted)

    async def upstreams(self, request: Request) -> Response:
        """Show which indexes are asked, and how far they are followed."""
        await require(request, Action.ADMIN)
        following = self._records.following
        sources = await anyio.to_thread.run_sync(following.sources)
        by_url = {source.url: source for source in sources}
        rows = [(url, by_url.get(url)) for url in self._upstreams]
        others = [(one.url, one) for one in sources if one.url not in self._upstreams]
        return admin_page(request, "admin-upstreams.html", rows=[*rows, *others])

    async def trust(self, request: Request) -> Response:
        """Show the signed metadata, and the ceremonies to come."""
        await require(request, Action.ADMIN)
        told, problem = None, ""
        if self._trust is not None:
            try:
                told = await anyio.to_thread.run_sync(self._trust)
            except AirlockError as error:
                problem = str(error)
        return admin_page(
            request, "admin-trust.html", trust=told, problem=problem, now=self._clock()
        )

    async def workers(self, request: Request) -> Response:
        """Show who works, how much is to be done, and what was given up."""
        await require(request, Action.ADMIN)
        values = await anyio.to_thread.run_sync(self._works)
        return admin_page(request, "admin-workers.html", now=self._clock(), **values)

    def _works(self) -> dict[str, Any]:
        works, now = self._records.works, self._clock()
        return {
            "workers": works.workers(now - _LIVES),
            "backlog": works.backlog(now),
            "dead": works.letters(dead=True, limit=_LETTERS),
            "failed": works.letters(dead=False, limit=_LETTERS),
        }

    async def revive(self, request: Request) -> Response:
        """Queue dead letters again, one or all."""
        form = await submitted(request)
        await require(request, Action.ADMIN)
        text = form.get("id", "")
        only = (
            [int(text)] if text.isascii() and text.isdigit() and len(text) < len("9" * 18) else None
        )
        if text and only is None:
            raise UsageError("that is the number of no work")
        works, now = self._records.works, self._clock()
        await anyio.to_thread.run_sync(works.revive, only, now)
        return see("/admin/workers")

    async def log(self, request: Request) -> Response:
        """Show the log, the newest first; of a kind, or about something."""
        await require(request, Action.ADMIN)
        return await self._log(request)

    async def _log(
        self,
        request: Request,
        found: Verification | None = None,
        problem: str = "",
        code: int = 200,
    ) -> Response:
        given = request.query_params
        kind, about = given.get("kind", "").strip(), given.get("q", "").strip()
        number = _number(given.get("page", ""))
        log = self._records.log
        shown = await anyio.to_thread.run_sync(
            lambda: log.latest(number * _ENTRIES + 1, kind=kind, subject=about)
        )
        entries = shown[(number - 1) * _ENTRIES : number * _ENTRIES]
        more = len(shown) > number * _ENTRIES
        query = {"kind": kind, "q": about}
        return admin_page(
            request,
            "admin-log.html",
            code,
            entries=entries,
            head=await anyio.to_thread.run_sync(log.head),
            kind=kind,
            about=about,
            found=found,
            problem=problem,
            pages=Pages.of("/admin/log", query, number=number, size=len(entries), more=more),
        )

    async def verify(self, request: Request) -> Response:
        """Look through all of the log, and hold it against anchors that were kept elsewhere."""
        form = await submitted(request)
        await require(request, Action.ADMIN)
        try:
            anchors = [Anchor.parse(text) for text in form.get("anchor", "").split()]
        except UsageError as error:
            return await self._log(request, problem=str(error), code=400)
        found = await anyio.to_thread.run_sync(self._records.log.verify, anchors)
        return await self._log(request, found)


def _with_ends(claims: Sequence[Claim]) -> list[tuple[Claim, bool]]:
    """Return claims, the newest first, and whether each can be given back: it is the last word."""
    seen: set[str] = set()
    found = []
    for claim in claims:
        last = str(claim.pattern) not in seen
        seen.add(str(claim.pattern))
        found.append((claim, last and claim.origin is Origin.CLAIMED))
    return found


def _number(text: str) -> int:
    # The log is shown from its end: far pages are slow, and asked for by number (`q`).
    usable = text.isascii() and text.isdigit() and len(text) <= len("999")
    return max(int(text), 1) if usable else 1
