"""The routes about mail that waits or was given up; only for administrators.

===========================  =====================================================================
``GET /api/mail``            what was given up; with ``?state=waiting`` or ``sent``, the others
``POST /api/mail/again``     send one that was given up once more, or all: ``{"key": ""}``
===========================  =====================================================================
"""

import datetime as dt
from collections.abc import Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import UsageError
from airlock.gate.index.bodies import answered, body, done
from airlock.gate.index.entrance import require
from airlock.model.access import Action
from airlock.model.mail import MailState
from airlock.report.people import mail_document
from airlock.store.mails import Mails

MOST = 200


class _Again(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str = ""


class MailRoutes:
    """What the routes about mail do.

    Args:
        mails: what waits.
        clock: gives the time in UTC.
    """

    def __init__(self, mails: Mails, clock: Callable[[], dt.datetime]) -> None:
        self._mails = mails
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/api/mail", self.every),
            Route("/api/mail/again", self.again, methods=["POST"]),
        ]

    async def every(self, request: Request) -> Response:
        """List mail, the newest first, without its text."""
        await require(request, Action.ADMIN)
        word = request.query_params.get("state", MailState.DEAD)
        if word not in list(MailState):
            raise UsageError(f"state is one of {', '.join(MailState)}")
        state = MailState(word)
        return await done(lambda: [mail_document(one) for one in self._mails.of_state(state, MOST)])

    async def again(self, request: Request) -> Response:
        """Send what was given up once more."""
        await require(request, Action.ADMIN)
        now = self._clock()

        def act(asked: _Again) -> None:
            self._mails.revive(asked.key, now)

        return await answered(act, await body(request), _Again, 200)
