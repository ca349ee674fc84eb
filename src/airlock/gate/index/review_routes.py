"""The routes of the review, for the pages' scripts and for ``airlock --server URL review``.

=============================================  ==================================================
``GET /api/review``                            what waits; reviewers, what they may review
``GET /api/review/groups``                     the campaigns in it
``GET /api/review/{sha256}``                   one file: findings, steps, what is in force
``POST /api/review/{sha256}/decisions``        approve, refuse, or waive what a check found
``POST /api/review/{sha256}/questions``        ask a colleague
``POST /api/review/steps/{id}/confirm``        agree, as the second person
``POST /api/review/steps/{id}/undo``           take a step back
``GET /api/waivers``                           the decisions in force
``DELETE /api/waivers/{id}``                   end one before its time
=============================================  ==================================================

Who reviews only some projects sees the queue of those: rows of others are left out of a page, which
then is shorter than it could be.
"""

from typing import Any

import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import Forbidden, UsageError
from airlock.gate.index.bodies import answered, body, done
from airlock.gate.index.entrance import known, require
from airlock.gate.review import Opened, Reviewing
from airlock.model import Decision, ProjectName, Sha256
from airlock.model.access import Action, Principal
from airlock.model.review import Order, Selection, StepKind
from airlock.model.waiver import Reach, Waiver
from airlock.report.json import judgement
from airlock.report.review import (
    group_document,
    held_document,
    step_document,
    waiver_document,
)
from airlock.reviewing import Wish

_PAGE = 50
_MOST = 200
_DAYS = 30.0
_ANY = "any"


class _Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    decision: StepKind
    reason: str
    scope: Reach = Reach.FILE
    check: str = ""
    days: float = _DAYS


class _Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    to: str
    question: str


class _Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: str = ""


class ReviewRoutes:
    """What the routes of the review do.

    Args:
        reviewing: decides.
    """

    def __init__(self, reviewing: Reviewing) -> None:
        self._reviewing = reviewing

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/api/review", self.queue),
            Route("/api/review/groups", self.groups),
            Route("/api/review/steps/{id}/confirm", self.confirm, methods=["POST"]),
            Route("/api/review/steps/{id}/undo", self.undo, methods=["POST"]),
            Route("/api/review/{sha256}", self.show),
            Route("/api/review/{sha256}/decisions", self.decide, methods=["POST"]),
            Route("/api/review/{sha256}/questions", self.ask, methods=["POST"]),
            Route("/api/waivers", self.waivers),
            Route("/api/waivers/{id}", self.revoke, methods=["DELETE"]),
        ]

    async def queue(self, request: Request) -> Response:
        """Return what waits."""
        principal = await reviewer(request)

        def read() -> dict[str, Any]:
            found = self._reviewing.queue(selection_of(request, principal))
            items = [held_document(one) for one in found.items if reviews(principal, one.project)]
            return {"total": found.total, "items": items}

        return await done(read)

    async def groups(self, request: Request) -> Response:
        """Return the campaigns in what waits."""
        principal = await reviewer(request)
        await require(request, Action.REVIEW)

        def read() -> list[dict[str, Any]]:
            found = self._reviewing.groups(selection_of(request, principal))
            return [group_document(group) for group in found]

        return await done(read)

    async def show(self, request: Request) -> Response:
        """Return one file under review."""
        sha256 = await self._allowed(request, Action.REVIEW)
        return await done(lambda: _opened_document(self._reviewing.opened(sha256)))

    async def decide(self, request: Request) -> Response:
        """Decide about a file, its release or its project."""
        sha256 = await self._allowed(request, Action.REVIEW)
        principal = await known(request)

        def act(asked: _Decision) -> dict[str, Any]:
            wish = Wish(
                kind=asked.decision,
                reason=asked.reason,
                days=asked.days,
                reach=asked.scope,
                check=asked.check,
            )
            return step_document(self._reviewing.decide(sha256, wish, principal))

        return await answered(act, await body(request), _Decision, 201)

    async def ask(self, request: Request) -> Response:
        """Ask a colleague."""
        sha256 = await self._allowed(request, Action.REVIEW)
        principal = await known(request)

        def act(asked: _Question) -> dict[str, Any]:
            step = self._reviewing.ask(sha256, asked.to, asked.question, principal)
            return step_document(step)

        return await answered(act, await body(request), _Question, 201)

    async def confirm(self, request: Request) -> Response:
        """Agree with a proposal."""
        step_id, principal = await self._allowed_step(request)

        def act(asked: _Reason) -> dict[str, Any]:
            return step_document(self._reviewing.confirm(step_id, asked.reason, principal))

        return await answered(act, await body(request) or b"{}", _Reason, 201)

    async def undo(self, request: Request) -> Response:
        """Take a step back."""
        step_id, principal = await self._allowed_step(request)

        def act(asked: _Reason) -> dict[str, Any]:
            return step_document(self._reviewing.undo(step_id, asked.reason, principal))

        return await answered(act, await body(request), _Reason, 201)

    async def waivers(self, request: Request) -> Response:
        """Return the decisions in force."""
        await require(request, Action.REVIEW)
        return await done(lambda: [waiver_document(one) for one in self._reviewing.waivers()])

    async def revoke(self, request: Request) -> Response:
        """End a decision before its time."""
        waiver_id = request.path_params["id"]
        found = await anyio.to_thread.run_sync(self._reviewing.waiver, waiver_id)
        project = await anyio.to_thread.run_sync(self._project_of, found)
        principal = await require(request, Action.REVIEW, project)

        def act(asked: _Reason) -> None:
            self._reviewing.revoke(waiver_id, asked.reason, principal)

        return await answered(act, await body(request), _Reason, 200)

    def _project_of(self, waiver: Waiver) -> ProjectName | None:
        if waiver.sha256 is None:
            return waiver.project
        try:
            return self._reviewing.project_of(waiver.sha256)
        except UsageError:
            # Of something that was never examined here: for who reviews everything.
            return None

    async def _allowed(self, request: Request, action: Action) -> Sha256:
        await known(request)
        sha256 = Sha256(request.path_params["sha256"])
        project = await anyio.to_thread.run_sync(self._reviewing.project_of, sha256)
        await require(request, action, project)
        return sha256

    async def _allowed_step(self, request: Request) -> tuple[str, Principal]:
        await known(request)
        step_id = request.path_params["id"]
        sha256 = await anyio.to_thread.run_sync(self._reviewing.file_of, step_id)
        project = await anyio.to_thread.run_sync(self._reviewing.project_of, sha256)
        return step_id, await require(request, Action.REVIEW, project)


async def reviewer(request: Request) -> Principal:
    """Return who asks, if they may review anything at all.

    Raises:
        Unauthenticated: if they have to say who they are.
        Forbidden: if they may review nothing.
    """
    principal = await known(request)
    limits = principal.limits if principal.limits is not None else principal.rights
    held = (principal.rights, limits)
    if not all(any(Action.REVIEW in right.actions for right in rights) for rights in held):
        raise Forbidden(f"{principal.label} may not review here")
    return principal


def reviews(principal: Principal, project: ProjectName) -> bool:
    """Tell whether somebody may review a project."""
    return principal.may(Action.REVIEW, project)


def selection_of(request: Request, principal: Principal) -> Selection:
    """Return which part of the queue a request asks for.

    Raises:
        UsageError: if its parameters make no sense.
    """
    given = request.query_params
    decision = given.get("decision", Decision.HOLD.word)
    assignee = given.get("assignee", "")
    try:
        return Selection(
            decision=None if decision == _ANY else Decision.of_word(decision),
            text=given.get("text", ""),
            check=given.get("check", ""),
            campaign=given.get("campaign", ""),
            assignee=principal.name if assignee == "me" else assignee,
            proposed=given.get("proposed", "") == "yes",
            order=Order(given.get("sort", Order.OLDEST.value)),
            limit=min(_number(given.get("limit", ""), _PAGE), _MOST),
            offset=_number(given.get("offset", ""), 0),
        )
    except KeyError as error:
        raise UsageError(f"decision is hold, refuse or any, not {decision[:80]!r}") from error
    except ValueError as error:
        orders = ", ".join(Order)
        raise UsageError(f"sort is one of {orders}") from error


def _number(text: str, default: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= len("99999999")):
        raise UsageError(f"{text[:80]!r} is no number from 0")
    return int(text)


def _opened_document(opened: Opened) -> dict[str, Any]:
    artifact = opened.case.artifact
    proposal = opened.case.open_proposal
    ruling = opened.ruling
    return {
        "sha256": str(artifact.sha256),
        "project": str(artifact.release.project),
        "version": artifact.name.version,
        "filename": artifact.name.filename,
        "decision": opened.case.decision.word,
        "headline": opened.case.headline,
        "serves": ruling.serves,
        "until": ruling.until.isoformat() if ruling.until else None,
        "campaign": opened.held.campaign if opened.held else None,
        "since": opened.held.since.isoformat() if opened.held else None,
        "assignee": opened.held.assignee or None if opened.held else None,
        "proposal": proposal.id if proposal else None,
        "waivers": [waiver_document(one) for one in opened.waivers],
        "steps": [step_document(one) for one in opened.case.steps],
        **judgement(opened.verdict),
    }
