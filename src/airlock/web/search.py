"""``/search`` and ``/verdicts``: lists of projects and of verdicts, with filters and pages."""

import re

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from airlock.errors import InvalidFilename, InvalidName
from airlock.gate.index.asking import readable
from airlock.gate.index.entrance import require
from airlock.model import ArtifactName, Decision, ProjectName
from airlock.model.access import Action
from airlock.report.frame import Pages
from airlock.store.browsing import Browsing
from airlock.web.answering import page
from airlock.web.reading import page_number

_SHOWN = 25
_VERDICTS_SHOWN = 50
_LONGEST = 200
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")


class ListPages:
    """Pages that list.

    Args:
        browsing: lists.
    """

    def __init__(self, browsing: Browsing) -> None:
        self._browsing = browsing

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/search", self.search), Route("/verdicts", self.verdicts)]

    async def search(self, request: Request) -> Response:
        """Find projects by name or summary, files by name, verdicts by digest."""
        await require(request, Action.READ)
        text = _asked_for(request)
        if _DIGEST.fullmatch(text):
            return RedirectResponse(f"/verdicts/{text.lower()}", 303)
        number, within = page_number(request), readable(request.scope)
        found = await anyio.to_thread.run_sync(
            lambda: self._browsing.find(
                _sought(text), offset=(number - 1) * _SHOWN, limit=_SHOWN + 1, within=within
            )
        )
        shown = found[:_SHOWN]
        pages = Pages.of(
            "/search", {"q": text}, number=number, size=len(shown), more=len(found) > _SHOWN
        )
        known = {one.project for one in shown}
        exact = _name(text)
        return page(
            request,
            "search.html",
            sought=text,
            found=shown,
            pages=pages,
            unknown=exact if exact and exact not in known and number == 1 else None,
        )

    async def verdicts(self, request: Request) -> Response:
        """List where files stand, the newest first."""
        await require(request, Action.READ)
        asked = request.query_params
        word, text = asked.get("decision", ""), _asked_for(request).lower()
        decision = Decision.of_word(word) if word in {one.word for one in Decision} else None
        given = asked.get("before", "")
        before = int(given) if _NUMBER.fullmatch(given) else None
        within = readable(request.scope)
        found = await anyio.to_thread.run_sync(
            lambda: self._browsing.standings(
                decision=decision,
                project=text,
                before=before,
                limit=_VERDICTS_SHOWN + 1,
                within=within,
            )
        )
        shown = found[:_VERDICTS_SHOWN]
        query = {"decision": decision.word if decision is not None else "", "q": text}
        last = found[_VERDICTS_SHOWN - 1].seq if len(found) > _VERDICTS_SHOWN else None
        return page(
            request,
            "verdicts.html",
            rows=[one.standing for one in shown],
            decision=query["decision"],
            text=text,
            pages=Pages.since("/verdicts", query, size=len(shown), last=last, first=before is None),
        )


def _asked_for(request: Request) -> str:
    """Return the text to look for; PostgreSQL has no NUL in text."""
    return request.query_params.get("q", "").replace("\0", "").strip()[:_LONGEST]


def _sought(text: str) -> str:
    """Return what to look for: of the name of a file, its project."""
    try:
        return ArtifactName.parse(text).project
    except InvalidFilename:
        return text


def _name(text: str) -> ProjectName | None:
    try:
        return ProjectName(text)
    except InvalidName:
        return None
