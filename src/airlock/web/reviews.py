"""``/review``: what waits for a person, one file of it, and the forms by which they decide.

The rules are those of ``gate.review``; these pages only show, and hand on what was filled in.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import Forbidden, Outdated, UsageError
from airlock.gate.index.review_asking import (
    PLACES,
    may_review,
    may_review_step,
    reviewer,
    selection_of,
    subject_of,
)
from airlock.gate.review import Reviewing
from airlock.model import Finding, Outcome, Status
from airlock.model.access import Principal
from airlock.model.review import Held, Selection, StepKind, Subject, place_of
from airlock.model.waiver import Reach
from airlock.report.frame import Line, Pages, highlighted
from airlock.report.lettering import Lettering, lettering
from airlock.report.order import worst_first
from airlock.reviewing import Wish
from airlock.store.people import People
from airlock.web.answering import in_thread, page
from airlock.web.posting import see, submitted
from airlock.web.review_shown import shown

_PAGE = 50
# Of what speaks against one file; the page of its verdict has all of it.
_FINDINGS = 20
_LONGEST_EVIDENCE = 4_000
_EVIDENCE = 12_000
_TOLD = {
    "approve": "Approved: the door lets it in.",
    "refuse": "Refused: the door keeps it out.",
    "waive": "Waived: what the check found counts for nothing there.",
    "propose": "Proposed. Nothing changes before a second person confirms it.",
    "confirm": "Confirmed.",
    "undo": "Undone: it is as it was before.",
    "ask": "Asked.",
}


class _Finding(NamedTuple):
    """A finding as the page shows it."""

    told: Finding
    excerpt: list[Line]
    drawings: list[Lettering]


class ReviewPages:
    """Pages of the review.

    Args:
        reviewing: decides.
        people: who may be asked.
    """

    def __init__(self, reviewing: Reviewing, people: People) -> None:
        self._reviewing = reviewing
        self._people = people

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/review", self.queue),
            Route("/review/steps/{id}/confirm", self.confirm, methods=["POST"]),
            Route("/review/steps/{id}/undo", self.undo, methods=["POST"]),
            *(
                Route(f"/review/{place}{rest}", act, methods=[method])
                for place in PLACES
                for method, rest, act in (
                    ("GET", "", self.show),
                    ("POST", "/decide", self.decide),
                    ("POST", "/ask", self.ask),
                )
            ),
        ]

    async def queue(self, request: Request) -> Response:
        """Show what waits, or the campaigns in it."""
        principal = await reviewer(request)
        number = _page_of(request)
        chosen = msgspec.structs.replace(
            selection_of(request, principal),
            text=request.query_params.get("q", ""),
            limit=_PAGE,
            offset=(number - 1) * _PAGE,
        )
        groups = None
        items: tuple[Held, ...] = ()
        total = 0
        if request.query_params.get("view") == "groups":
            groups = await in_thread(lambda: self._reviewing.groups(chosen))
        else:
            items, total = await in_thread(lambda: self._reviewing.queue(chosen))
        query = {name: value for name, value in request.query_params.items() if name != "page"}
        more = number * _PAGE < total
        return page(
            request,
            "review.html",
            tabs=_tabs(request, chosen),
            groups=groups,
            items=items,
            total=total,
            selection=chosen,
            longest=await in_thread(self._longest),
            decision="any" if chosen.decision is None else chosen.decision.word,
            pages=Pages.of("/review", query, number=number, size=len(items), more=more),
        )

    async def show(self, request: Request) -> Response:
        """Show one file or name, with the forms."""
        return await self._page(request, subject_of(request))

    async def _page(
        self, request: Request, subject: Subject, code: int = 200, problem: str = ""
    ) -> Response:
        principal = await may_review(request, self._reviewing, subject)
        opened = await in_thread(lambda: self._reviewing.opened(subject))
        review = await in_thread(
            lambda: shown(opened, principal, self._people, self._reviewing.rules)
        )
        findings = worst_first(opened.verdict)
        return page(
            request,
            "reviewed.html",
            code,
            review=review,
            findings=_first(findings),
            left=max(len(findings) - _FINDINGS, 0),
            failed=_failed(opened.verdict.outcomes),
            problem=problem,
            told=_TOLD.get(request.query_params.get("told", ""), "") if code == 200 else "",  # noqa: PLR2004
        )

    def _longest(self) -> int:
        return self._reviewing.rules.longest.days

    async def decide(self, request: Request) -> Response:
        """Approve, refuse or waive."""
        form = await submitted(request)
        subject = subject_of(request)

        def act(principal: Principal) -> str:
            wish = Wish(
                kind=_word(StepKind, form.get("decision", ""), "a decision"),
                reason=form.get("reason", ""),
                days=days_of(form.get("days", "")),
                reach=_word(Reach, form["scope"], "a scope") if form.get("scope") else None,
                check=form.get("check", ""),
            )
            step = self._reviewing.decide(subject, wish, principal)
            return step.kind.value if step.waiver else "propose"

        return await self._acted(request, subject, act)

    async def ask(self, request: Request) -> Response:
        """Ask a colleague."""
        form = await submitted(request)
        subject = subject_of(request)

        def act(principal: Principal) -> str:
            self._reviewing.ask(subject, form.get("to", ""), form.get("reason", ""), principal)
            return "ask"

        return await self._acted(request, subject, act)

    async def confirm(self, request: Request) -> Response:
        """Agree, as the second person."""
        return await self._on_step(request, "confirm", self._reviewing.confirm)

    async def undo(self, request: Request) -> Response:
        """Take a step back."""
        return await self._on_step(request, "undo", self._reviewing.undo)

    async def _on_step(
        self, request: Request, told: str, do: Callable[[str, str, Principal], object]
    ) -> Response:
        """Do something about a step that was taken."""
        form = await submitted(request)
        step_id = request.path_params["id"]

        def act(principal: Principal) -> str:
            do(step_id, form.get("reason", ""), principal)
            return told

        subject, _ = await may_review_step(request, self._reviewing, step_id)
        return await self._acted(request, subject, act)

    async def _acted(
        self, request: Request, subject: Subject, act: Callable[[Principal], str]
    ) -> Response:
        """Do what was asked, if they may; show the page with what came of it."""
        principal = await may_review(request, self._reviewing, subject)
        try:
            told = await in_thread(lambda: act(principal))
        except (UsageError, Forbidden) as error:
            code = 409 if isinstance(error, Outdated) else 400
            return await self._page(request, subject, code, error.in_full)
        return see(f"/review/{place_of(subject)}?told={told}")


def _tabs(request: Request, chosen: Selection) -> list[tuple[str, str, bool]]:
    groups = request.query_params.get("view") == "groups"
    mine, proposed = bool(chosen.assignee), chosen.proposed
    return [
        ("Queue", "/review", not (groups or mine or proposed)),
        ("Asked of you", f"/review?{urlencode({'assignee': 'me', 'decision': 'any'})}", mine),
        ("Waits for a second person", "/review?proposed=yes&decision=any", proposed),
        ("Campaigns", "/review?view=groups&decision=any", groups),
        ("Decisions", "/review/waivers", False),
    ]


def _failed(outcomes: Iterable[Outcome]) -> dict[str, list[str]]:
    """Return which checks could not look at everything, by why: what ends one often ends all."""
    found: dict[str, list[str]] = {}
    for one in outcomes:
        if one.status is Status.FAILED:
            found.setdefault(one.reason, []).append(one.check)
    return found


def _first(findings: Sequence[Finding]) -> list[_Finding]:
    """Return the worst findings, with as much of their evidence as one page has room for."""
    found, room = [], _EVIDENCE
    for one in findings[:_FINDINGS]:
        evidence = one.evidence[: min(_LONGEST_EVIDENCE, room)]
        room -= len(evidence)
        found.append(_Finding(one, highlighted(evidence, path=one.path), lettering(one)))
    return found


def _page_of(request: Request) -> int:
    text = request.query_params.get("page", "1")
    usable = text.isascii() and text.isdigit() and len(text) <= len("9999999")
    return max(int(text), 1) if usable else 1


def days_of(text: str) -> float:
    """Return after how many days a decision ends.

    Raises:
        UsageError: if it is no number.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len("9999")):
        raise UsageError("say after how many days it ends")
    return float(text)


def _word(kind: Any, text: str, what: str) -> Any:
    try:
        return kind(text)
    except ValueError as error:
        raise UsageError(f"{text[:40]!r} is not {what}") from error
