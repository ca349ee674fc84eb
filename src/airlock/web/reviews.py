"""``/review``: what waits for a person, one file of it, and the forms by which they decide.

The rules are those of ``gate.review``; these pages only show, and hand on what was filled in.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import Forbidden, Outdated, UsageError
from airlock.gate.index.entrance import known, require
from airlock.gate.index.review_routes import reviewer, reviews, selection_of
from airlock.gate.review import Opened, Reviewing
from airlock.model import Artifact, Finding, Sha256, Status
from airlock.model.access import Action, Principal, Role
from airlock.model.people import AccountKind
from airlock.model.review import Held, Selection, Step, StepKind
from airlock.model.waiver import Reach, Waiver
from airlock.report.frame import Line, Pages, highlighted
from airlock.report.order import worst_first
from airlock.reviewing import Wish, person
from airlock.reviewing.cases import closed
from airlock.store.people import People
from airlock.web.answering import page
from airlock.web.posting import see, submitted

_PAGE = 50
_MOST_COLLEAGUES = 200
_TOLD = {
    "approve": "Approved: the door lets it in.",
    "refuse": "Refused: the door keeps it out.",
    "waive": "Waived: what the check found counts for nothing there.",
    "propose": "Proposed. Nothing changes before a second person confirms it.",
    "confirm": "Confirmed.",
    "undo": "Undone: it is as it was before.",
    "ask": "Asked.",
}


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One file under review, as its page shows it (``decisions.html``)."""

    sha256: Sha256
    artifact: Artifact
    word: str
    headline: str
    until: Any
    held: Held | None
    waivers: tuple[Waiver, ...]
    steps: tuple[Step, ...]
    """The newest first."""
    undoable: frozenset[str]
    """The ids of the steps that can be taken back."""
    proposal: Step | None
    own_proposal: bool
    checks: tuple[str, ...]
    """Whose findings can be waived."""
    colleagues: tuple[str, ...]
    longest: int
    """Days that a decision may hold."""


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
            Route("/review/{sha256}", self.show),
            Route("/review/{sha256}/decide", self.decide, methods=["POST"]),
            Route("/review/{sha256}/ask", self.ask, methods=["POST"]),
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
            await require(request, Action.REVIEW)
            groups = await _in_thread(lambda: self._reviewing.groups(chosen))
        else:
            items, total = await _in_thread(lambda: self._reviewing.queue(chosen))
            items = tuple(one for one in items if reviews(principal, one.project))
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
            decision="any" if chosen.decision is None else chosen.decision.word,
            pages=Pages.of("/review", query, number=number, size=len(items), more=more),
        )

    async def show(self, request: Request) -> Response:
        """Show one file, with the forms."""
        return await self._page(request, Sha256(request.path_params["sha256"]))

    async def _page(
        self, request: Request, sha256: Sha256, code: int = 200, problem: str = ""
    ) -> Response:
        opened = await _in_thread(lambda: self._reviewing.opened(sha256))
        project = opened.case.artifact.release.project
        principal = await require(request, Action.REVIEW, project)
        review = await _in_thread(lambda: self._shown(opened, principal))
        findings = worst_first(opened.verdict)
        return page(
            request,
            "reviewed.html",
            code,
            review=review,
            findings=findings,
            excerpts=[_excerpt(finding) for finding in findings],
            failed=[one for one in opened.verdict.outcomes if one.status is Status.FAILED],
            problem=problem,
            told=_TOLD.get(request.query_params.get("told", ""), "") if code == 200 else "",  # noqa: PLR2004
        )

    def _shown(self, opened: Opened, principal: Principal) -> Shown:
        case, ruling = opened.case, opened.ruling
        proposal = case.open_proposal
        ended = closed(case.steps)
        return Shown(
            sha256=case.artifact.sha256,
            artifact=case.artifact,
            word=case.decision.word,
            headline=case.headline,
            until=ruling.until,
            held=opened.held,
            waivers=opened.waivers,
            steps=case.steps[::-1],
            undoable=frozenset(
                step.id
                for step in case.steps
                if step.id not in ended and step.kind is not StepKind.UNDO
            ),
            proposal=proposal,
            own_proposal=proposal is not None and proposal.by == person(principal),
            checks=tuple(sorted(case.checks)),
            colleagues=self._colleagues(principal),
            longest=self._reviewing.rules.longest.days,
        )

    def _colleagues(self, principal: Principal) -> tuple[str, ...]:
        may = {one.account for one in self._people.grants() if one.role in _REVIEWING}
        users = (one for one in self._people.accounts() if one.kind is AccountKind.USER)
        found = [str(one.name) for one in users if one.name in may and not one.disabled_at]
        return tuple(name for name in found if name != principal.name)[:_MOST_COLLEAGUES]

    async def decide(self, request: Request) -> Response:
        """Approve, refuse or waive."""
        form = await submitted(request)
        sha256 = Sha256(request.path_params["sha256"])

        def act(principal: Principal) -> str:
            wish = Wish(
                kind=_word(StepKind, form.get("decision", ""), "a decision"),
                reason=form.get("reason", ""),
                days=_days(form.get("days", "")),
                reach=_word(Reach, form.get("scope", "file"), "a scope"),
                check=form.get("check", ""),
            )
            step = self._reviewing.decide(sha256, wish, principal)
            return step.kind.value if step.waiver else "propose"

        return await self._acted(request, sha256, act)

    async def ask(self, request: Request) -> Response:
        """Ask a colleague."""
        form = await submitted(request)
        sha256 = Sha256(request.path_params["sha256"])

        def act(principal: Principal) -> str:
            self._reviewing.ask(sha256, form.get("to", ""), form.get("reason", ""), principal)
            return "ask"

        return await self._acted(request, sha256, act)

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

        await known(request)
        sha256: Sha256 = await _in_thread(lambda: self._reviewing.file_of(step_id))
        return await self._acted(request, sha256, act)

    async def _acted(
        self, request: Request, sha256: Sha256, act: Callable[[Principal], str]
    ) -> Response:
        """Do what was asked, if they may; show the page with what came of it."""
        await known(request)
        project = await _in_thread(lambda: self._reviewing.project_of(sha256))
        principal = await require(request, Action.REVIEW, project)
        try:
            told = await _in_thread(lambda: act(principal))
        except (UsageError, Forbidden) as error:
            code = 409 if isinstance(error, Outdated) else 400
            text = f"{error}. {error.hint}" if error.hint else str(error)
            return await self._page(request, sha256, code, text)
        return see(f"/review/{sha256}?told={told}")


_REVIEWING = frozenset(role for role in Role if Action.REVIEW in role.actions)


def _tabs(request: Request, chosen: Selection) -> list[tuple[str, str, bool]]:
    groups = request.query_params.get("view") == "groups"
    mine, proposed = bool(chosen.assignee), chosen.proposed
    return [
        ("Queue", "/review", not (groups or mine or proposed)),
        ("Asked of you", f"/review?{urlencode({'assignee': 'me', 'decision': 'any'})}", mine),
        ("Waits for a second person", "/review?proposed=yes&decision=any", proposed),
        ("Campaigns", "/review?view=groups&decision=any", groups),
    ]


def _excerpt(finding: Finding) -> list[Line]:
    return highlighted(finding.evidence, path=finding.path)


def _page_of(request: Request) -> int:
    text = request.query_params.get("page", "1")
    usable = text.isascii() and text.isdigit() and len(text) <= len("9999999")
    return max(int(text), 1) if usable else 1


def _days(text: str) -> float:
    if not (text.isascii() and text.isdigit() and len(text) <= len("9999")):
        raise UsageError("say after how many days it ends")
    return float(text)


def _word(kind: Any, text: str, what: str) -> Any:
    try:
        return kind(text)
    except ValueError as error:
        raise UsageError(f"{text[:40]!r} is not {what}") from error


async def _in_thread(act: Callable[[], Any]) -> Any:
    return await anyio.to_thread.run_sync(act)
