"""``/review/bulk``: what was ticked in the queue is decided at once, or a colleague is asked."""

from collections.abc import Mapping

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import AirlockError, UsageError
from airlock.gate.bulk import Done, each
from airlock.gate.index.review_asking import reviewer
from airlock.gate.review import Reviewing
from airlock.model.access import Principal
from airlock.model.review import Step, StepKind, Subject, place_of, subject_of
from airlock.reviewing import Wish
from airlock.web.answering import page
from airlock.web.posting import submitted
from airlock.web.reviews import days_of

_PICK = "pick:"
_FAILED = 409


class BulkPages:
    """What is done with many at once.

    Args:
        reviewing: decides.
    """

    def __init__(self, reviewing: Reviewing) -> None:
        self._reviewing = reviewing

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/review/bulk", self.act, methods=["POST"])]

    async def act(self, request: Request) -> Response:
        """Decide about what was ticked; tell what came of each."""
        form = await submitted(request)
        principal = await reviewer(request)
        problem = ""
        done: list[Done] = []
        try:
            done = await anyio.to_thread.run_sync(self._done, form, principal)
        except AirlockError as error:
            problem = str(error)
        failed = [(one, place_of(one.subject)) for one in done if one.problem]
        return page(
            request,
            "bulk.html",
            _FAILED if problem or failed else 200,
            done=[(one, place_of(one.subject)) for one in done if not one.problem],
            failed=failed,
            problem=problem,
        )

    def _done(self, form: Mapping[str, str], principal: Principal) -> list[Done]:
        picked = [subject_of(one.removeprefix(_PICK)) for one in form if one.startswith(_PICK)]
        reason, what = form.get("reason", ""), form.get("what", "")
        if what == StepKind.ASK:

            def act(subject: Subject) -> Step:
                return self._reviewing.ask(subject, form.get("to", ""), reason, principal)

        elif what in {StepKind.APPROVE, StepKind.REFUSE}:
            wish = Wish(kind=StepKind(what), reason=reason, days=days_of(form.get("days", "")))

            def act(subject: Subject) -> Step:
                return self._reviewing.decide(subject, wish, principal)

        else:
            raise UsageError("say what is to be done with them")
        return each(self._reviewing, picked, principal, act)
