"""Which mail somebody gets, on the page of their account; what was given up, for administrators."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock.errors import InvalidName, TooManyAttempts, UsageError
from airlock.gate.access.sign_in import SignIn
from airlock.gate.index.asking import principal_of
from airlock.gate.index.entrance import require
from airlock.gate.index.mail_routes import MOST
from airlock.gate.mail.own import OwnMail
from airlock.model.access import Action
from airlock.model.mail import CHOICES, MailState
from airlock.model.people import AccountName
from airlock.store.mails import Mails
from airlock.web.administration import admin_page
from airlock.web.answering import in_thread, page
from airlock.web.posting import own_session, see, submitted


class MailPages:
    """Pages about mail.

    Args:
        own: what people say of their mail.
        mails: what waits.
        sign_in: knows sessions.
        clock: gives the time in UTC.
    """

    def __init__(
        self, own: OwnMail, mails: Mails, sign_in: SignIn, clock: Callable[[], dt.datetime]
    ) -> None:
        self._own = own
        self._mails = mails
        self._sign_in = sign_in
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/account/mail", self.show),
            Route("/account/mail", self.set_address, methods=["POST"]),
            Route("/account/mail/confirm", self.confirm, methods=["POST"]),
            Route("/account/mail/kinds", self.set_kinds, methods=["POST"]),
            Route("/account/mail/forget", self.forget, methods=["POST"]),
            Route("/admin/mail", self.letters),
            Route("/admin/mail/again", self.again, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show which mail somebody gets."""
        session = await own_session(request, self._sign_in)
        return await self._page(request, session.account)

    async def _page(
        self, request: Request, account: AccountName, code: int = 200, problem: str = ""
    ) -> Response:
        wishes = await in_thread(lambda: self._own.wishes(account))
        return page(
            request,
            "mail.html",
            code,
            wishes=wishes,
            choices=CHOICES,
            sends=self._own.sends,
            reviews=principal_of(request.scope).may_somewhere(Action.REVIEW),
            given=request.query_params.get("code", ""),
            told=_TOLD.get(request.query_params.get("told", ""), ""),
            problem=problem,
        )

    async def set_address(self, request: Request) -> Response:
        """Set an address, and send the code that confirms it."""
        form = await submitted(request)
        session = await own_session(request, self._sign_in)
        try:
            await in_thread(lambda: self._own.set_address(session.account, form.get("address", "")))
        except (UsageError, InvalidName, TooManyAttempts) as error:
            return await self._page(request, session.account, 400, error.in_full)
        return see("/account/mail?told=sent")

    async def confirm(self, request: Request) -> Response:
        """Confirm the address by its code."""
        form = await submitted(request)
        session = await own_session(request, self._sign_in)
        try:
            await in_thread(lambda: self._own.confirm(session.account, form.get("code", "")))
        except UsageError as error:
            return await self._page(request, session.account, 400, str(error))
        return see("/account/mail?told=confirmed")

    async def set_kinds(self, request: Request) -> Response:
        """Set which mail somebody gets."""
        form = await submitted(request)
        session = await own_session(request, self._sign_in)
        kinds = frozenset(one for one in CHOICES if form.get(f"mail-{one.value}"))
        await in_thread(lambda: self._own.choose(session.account, kinds))
        return see("/account/mail?told=kinds")

    async def forget(self, request: Request) -> Response:
        """Send nothing more."""
        await submitted(request)
        session = await own_session(request, self._sign_in)
        await in_thread(lambda: self._own.forget(session.account))
        return see("/account/mail?told=forgotten")

    async def letters(self, request: Request) -> Response:
        """Show what was given up, and what waits."""
        await require(request, Action.ADMIN)

        def read() -> dict[str, Any]:
            return {
                "dead": self._mails.of_state(MailState.DEAD, MOST),
                "waiting": self._mails.of_state(MailState.WAITING, MOST),
                "sent": self._mails.of_state(MailState.SENT, 20),
            }

        values = await in_thread(read)
        return admin_page(request, "admin-mail.html", sends=self._own.sends, **values)

    async def again(self, request: Request) -> Response:
        """Send what was given up once more, one or all."""
        form = await submitted(request)
        await require(request, Action.ADMIN)
        key, now = form.get("key", ""), self._clock()
        await in_thread(lambda: self._mails.revive(key, now))
        return see("/admin/mail")


_TOLD = {
    "sent": "A mail with a code is on its way.",
    "confirmed": "The address is yours.",
    "kinds": "Noted.",
    "forgotten": "Nothing more is sent.",
}
