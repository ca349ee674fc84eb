"""Who may review what, and which part of the queue a request asks for; for pages and API alike.

- Who reviews only some projects has the queue of those, with its counts, campaigns and waivers.
- What they may neither review nor read is not there for them: no answer tells it from nothing.
"""

import anyio.to_thread
from starlette.requests import Request

from airlock.errors import AirlockError, Forbidden, TargetNotFound, UsageError
from airlock.gate.index.entrance import known, read_by, require
from airlock.gate.review import Reviewing
from airlock.gate.review_cases import absent
from airlock.model import Decision, ProjectName, Sha256
from airlock.model.access import Action, Principal
from airlock.model.review import About, Order, Selection, Subject
from airlock.store.reviews import Sought

_PAGE = 50
_MOST = 200
_ANY = "any"
_EVERY = 2**31 - 1

PLACES = ("names/{project}", "{sha256}")
"""Where reviews are, behind ``/review/`` and ``/api/review/`` (``model.review.place_of``)."""


def subject_of(request: Request) -> Subject:
    """Return what a request to one of ``PLACES`` is about.

    Raises:
        InvalidName: if it is nothing.
    """
    given = request.path_params
    return ProjectName(given["project"]) if "project" in given else Sha256(given["sha256"])


async def reviewer(request: Request) -> Principal:
    """Return who asks, if they may review anything at all.

    Raises:
        Unauthenticated: if they have to say who they are.
        Forbidden: if they may review nothing.
    """
    principal = await known(request)
    if not principal.may_somewhere(Action.REVIEW):
        raise Forbidden(f"{principal.label} may not review here")
    return principal


async def may_review(request: Request, reviewing: Reviewing, subject: Subject) -> Principal:
    """Return who asks, if they may review something.

    Raises:
        Unauthenticated: if they have to say who they are.
        Forbidden: if they may not.
        TargetNotFound: if it is not there, or they may not even know of it.
    """
    principal = await reviewer(request)
    project = await anyio.to_thread.run_sync(reviewing.project_of, subject)
    hide(request, principal, project, absent(subject))
    return await require(request, Action.REVIEW, project)


async def may_review_step(
    request: Request, reviewing: Reviewing, step_id: str
) -> tuple[Subject, Principal]:
    """Return what a step was about, and who asks, if they may review it; as ``may_review``."""
    principal = await reviewer(request)
    subject = await anyio.to_thread.run_sync(reviewing.subject_of, step_id)
    project = await anyio.to_thread.run_sync(reviewing.project_of, subject)
    hide(request, principal, project, TargetNotFound(f"there is no step {step_id[:80]}"))
    return subject, await require(request, Action.REVIEW, project)


def hide(
    request: Request, principal: Principal, project: ProjectName | None, error: AirlockError
) -> None:
    """Raise an error if somebody may neither review nor read a project."""
    reads = project is not None and read_by(request.scope, project)
    if not reads and not principal.may(Action.REVIEW, project):
        raise error


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
            about=About(given["about"]) if given.get("about") else None,
            within=principal.scopes(Action.REVIEW),
            order=Order(given.get("sort", Order.OLDEST.value)),
            limit=min(_number(given.get("limit", ""), _PAGE), _MOST),
            offset=_number(given.get("offset", ""), 0),
        )
    except KeyError as error:
        raise UsageError(f"decision is hold, refuse or any, not {decision[:80]!r}") from error
    except ValueError as error:
        orders, kinds = ", ".join(Order), ", ".join(About)
        raise UsageError(f"sort is one of {orders}; about is one of {kinds}") from error


def sought_of(request: Request) -> tuple[Sought, bool]:
    """Return which decisions above verdicts a request asks for, and whether for a page of them.

    Who asks for no page gets a bare list of all, as clients before there were pages do.

    Raises:
        UsageError: if its parameters make no sense.
    """
    given = request.query_params
    state = given.get("state", "active")
    if state not in {"active", "ended"}:
        raise UsageError("state is active or ended")
    paged = "limit" in given or "offset" in given
    most = min(_number(given.get("limit", ""), _PAGE), _MOST) if paged else _EVERY
    sought = Sought(
        ended=state == "ended",
        text=given.get("text", ""),
        limit=most,
        offset=_number(given.get("offset", ""), 0),
    )
    return sought, paged


def _number(text: str, default: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= len("99999999")):
        raise UsageError(f"{text[:80]!r} is no number from 0")
    return int(text)
