"""The routes of the review, for the pages' scripts and for ``airlock --server URL review``.

=============================================  ==================================================
``GET /api/review``                            what waits; reviewers, what they may review
``GET /api/review/groups``                     the campaigns in it
``POST /api/review/decisions``                 one decision about many: ``subjects`` beside it
``GET /api/review/names/{project}``            one name that is held, and so on, as for a file
``GET /api/review/{sha256}``                   one file: findings, steps, what is in force
``POST /api/review/{sha256}/decisions``        approve, refuse, or waive what a check found
``POST /api/review/{sha256}/questions``        ask a colleague
``POST /api/review/steps/{id}/confirm``        agree, as the second person
``POST /api/review/steps/{id}/undo``           take a step back
``GET /api/waivers``                           the decisions in force; pages with ``limit``
``DELETE /api/waivers/{id}``                   end one before its time
=============================================  ==================================================

Who may do that, and see what of it: ``review_asking``.
"""

from typing import Any

import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import TargetNotFound
from airlock.gate.bulk import Done, each
from airlock.gate.index.bodies import answered, body, done
from airlock.gate.index.entrance import require
from airlock.gate.index.review_asking import (
    PLACES,
    hide,
    may_review,
    may_review_step,
    reviewer,
    selection_of,
    sought_of,
    subject_of,
)
from airlock.gate.review import Opened, Reviewing
from airlock.gate.waivers import Waivers
from airlock.model import Verdict
from airlock.model.access import Action, Principal
from airlock.model.review import About, StepKind, Subject, key_of
from airlock.model.review import subject_of as subject_of_key
from airlock.model.waiver import Reach
from airlock.report.json import judgement
from airlock.report.review import (
    group_document,
    held_document,
    step_document,
    waiver_document,
)
from airlock.reviewing import Wish
from airlock.store.reviews import Kept

_DAYS = 30.0


class _Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    decision: StepKind
    reason: str
    scope: Reach | None = None
    check: str = ""
    days: float = _DAYS

    def wish(self) -> Wish:
        """Return it as the review takes it."""
        return Wish(
            kind=self.decision,
            reason=self.reason,
            days=self.days,
            reach=self.scope,
            check=self.check,
        )


class _Decisions(_Decision, frozen=True, forbid_unknown_fields=True, kw_only=True):
    subjects: list[str]


class _Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    to: str
    question: str


class _Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    reason: str = ""


class ReviewRoutes:
    """What the routes of the review do.

    Args:
        reviewing: decides.
        waivers: finds and ends decisions.
    """

    def __init__(self, reviewing: Reviewing, waivers: Waivers) -> None:
        self._reviewing = reviewing
        self._waivers = waivers

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/api/review", self.queue),
            Route("/api/review/groups", self.groups),
            Route("/api/review/decisions", self.decide_all, methods=["POST"]),
            Route("/api/review/steps/{id}/confirm", self.confirm, methods=["POST"]),
            Route("/api/review/steps/{id}/undo", self.undo, methods=["POST"]),
            *(
                Route(f"/api/review/{place}{rest}", act, methods=[method])
                for place in PLACES
                for method, rest, act in (
                    ("GET", "", self.show),
                    ("POST", "/decisions", self.decide),
                    ("POST", "/questions", self.ask),
                )
            ),
            Route("/api/waivers", self.waivers),
            Route("/api/waivers/{id}", self.revoke, methods=["DELETE"]),
        ]

    async def queue(self, request: Request) -> Response:
        """Return what waits."""
        principal = await reviewer(request)

        def read() -> dict[str, Any]:
            found = self._reviewing.queue(selection_of(request, principal))
            return {"total": found.total, "items": [held_document(one) for one in found.items]}

        return await done(read)

    async def groups(self, request: Request) -> Response:
        """Return the campaigns in what waits."""
        principal = await reviewer(request)

        def read() -> list[dict[str, Any]]:
            found = self._reviewing.groups(selection_of(request, principal))
            return [group_document(group) for group in found]

        return await done(read)

    async def show(self, request: Request) -> Response:
        """Return one file or name under review."""
        subject, _ = await self._allowed(request)
        return await done(lambda: _opened_document(self._reviewing.opened(subject)))

    async def decide(self, request: Request) -> Response:
        """Decide about a file, its release or its project, or about a name."""
        subject, principal = await self._allowed(request)

        def act(asked: _Decision) -> dict[str, Any]:
            return step_document(self._reviewing.decide(subject, asked.wish(), principal))

        return await answered(act, await body(request), _Decision, 201)

    async def decide_all(self, request: Request) -> Response:
        """Decide the same about many files and names; the answer tells what came of each."""
        principal = await reviewer(request)

        def act(asked: _Decisions) -> list[dict[str, Any]]:
            wish = asked.wish()
            found = each(
                self._reviewing,
                map(subject_of_key, asked.subjects),
                principal,
                lambda subject: self._reviewing.decide(subject, wish, principal),
            )
            return [_done_document(one) for one in found]

        return await answered(act, await body(request), _Decisions, 200)

    async def ask(self, request: Request) -> Response:
        """Ask a colleague."""
        subject, principal = await self._allowed(request)

        def act(asked: _Question) -> dict[str, Any]:
            step = self._reviewing.ask(subject, asked.to, asked.question, principal)
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
        """Return the decisions in force, about what somebody may review."""
        principal = await reviewer(request)

        def read() -> list[dict[str, Any]] | dict[str, Any]:
            sought, paged = sought_of(request)
            found = self._waivers.found(sought, principal)
            items = [_kept_document(one) for one in found.items]
            return {"total": found.total, "items": items} if paged else items

        return await done(read)

    async def revoke(self, request: Request) -> Response:
        """End a decision before its time."""
        principal = await reviewer(request)
        waiver_id = request.path_params["id"]
        found = await anyio.to_thread.run_sync(self._reviewing.waiver, waiver_id)
        project = await anyio.to_thread.run_sync(self._reviewing.project_of_waiver, found)
        hide(request, principal, project, TargetNotFound(f"there is no waiver {waiver_id[:80]}"))
        await require(request, Action.REVIEW, project)

        def act(asked: _Reason) -> None:
            self._waivers.end(found, asked.reason, principal)

        return await answered(act, await body(request), _Reason, 200)

    async def _allowed(self, request: Request) -> tuple[Subject, Principal]:
        subject = subject_of(request)
        return subject, await may_review(request, self._reviewing, subject)

    async def _allowed_step(self, request: Request) -> tuple[str, Principal]:
        step_id = request.path_params["id"]
        return step_id, (await may_review_step(request, self._reviewing, step_id))[1]


def _done_document(done: Done) -> dict[str, Any]:
    return {
        "subject": key_of(done.subject),
        "step": step_document(done.step) if done.step else None,
        "error": done.problem or None,
    }


def _kept_document(kept: Kept) -> dict[str, Any]:
    return {
        **waiver_document(kept.waiver),
        "title": kept.title,
        "made": "review" if kept.step else "machine",
        "review": f"/review/{kept.step.place}" if kept.step else None,
    }


def _opened_document(opened: Opened) -> dict[str, Any]:
    case, ruling, held = opened.case, opened.ruling, opened.held
    proposal = case.open_proposal
    artifact = opened.verdict.artifact if isinstance(opened.verdict, Verdict) else None
    return {
        "about": (About.FILE if artifact else About.NAME).value,
        "sha256": str(artifact.sha256) if artifact else None,
        "project": str(case.project),
        "version": case.version,
        "filename": artifact.name.filename if artifact else "",
        "decision": case.decision.word,
        "headline": case.headline,
        "serves": ruling.serves,
        "until": ruling.until.isoformat() if ruling.until else None,
        "campaign": held.campaign if held else None,
        "since": held.since.isoformat() if held else None,
        "assignee": held.assignee or None if held else None,
        "proposal": proposal.id if proposal else None,
        "waivers": [waiver_document(one) for one in opened.waivers],
        "steps": [step_document(one) for one in case.steps],
        **judgement(opened.verdict),
    }
