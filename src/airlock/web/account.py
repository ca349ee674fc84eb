"""``/account``: what somebody may, where they are signed in, and their tokens.

Everything here is one's own; each change asks for the session's token. How one signs in is changed
by ``web.factors``.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock import accounts
from airlock.errors import AirlockError, TargetNotFound, UsageError
from airlock.gate.access.own_account import OwnAccount
from airlock.gate.access.sign_in import SignIn
from airlock.model.access import Action, Scope
from airlock.model.people import Stamp
from airlock.model.sessions import Proof, Session
from airlock.store import Records
from airlock.web.answering import in_thread, page
from airlock.web.posting import (
    own_session,
    see,
    submitted,
)

_TOLD = {
    "factor": "The second factor was removed.",
    "sessions": "Ended.",
    "token": "The token is revoked.",
    "key": "The key is yours.",
    "authenticator": "The authenticator is yours.",
}


class AccountPages:
    """Pages about one's own account.

    Args:
        records: of people and sessions.
        own: ends sessions.
        sign_in: knows sessions.
        second_required: whether a password alone is enough only for reading.
        clock: gives the time in UTC.
    """

    def __init__(
        self,
        records: Records,
        own: OwnAccount,
        sign_in: SignIn,
        clock: Callable[[], dt.datetime],
        *,
        second_required: bool,
    ) -> None:
        self._people = records.people
        self._sessions = records.sessions
        self._sign_in = sign_in
        self._own = own
        self._clock = clock
        self._second_required = second_required

    def routes(self) -> list[Route]:
        """Return the routes."""
        base = "/account"
        return [
            Route(base, self.show),
            Route(f"{base}/sessions/end", self.end, methods=["POST"]),
            Route(f"{base}/sessions/{{id}}/end", self.end, methods=["POST"]),
            Route(f"{base}/tokens", self.make_token, methods=["POST"]),
            Route(f"{base}/tokens/{{id}}/revoke", self.revoke_token, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show the account."""
        session = await own_session(request, self._sign_in)
        return await self.shown(request, session)

    async def shown(
        self,
        request: Request,
        session: Session,
        code: int = 200,
        told: dict[str, str] | None = None,
    ) -> Response:
        """Show the account, and what was just done or did not come of it."""
        values = await in_thread(lambda: self._values(session))
        said = _TOLD.get(request.query_params.get("told", ""), "")
        shown = {"told": said, "problem": "", "made": ""} | (told or {})
        return page(request, "account.html", code, **values, **shown)

    def _values(self, session: Session) -> dict[str, Any]:
        standing = self._people.standing(session.account)
        if standing is None:
            raise TargetNotFound("this account is gone")
        return {
            "account": standing.account,
            "grants": standing.grants,
            "factors": self._sessions.factors(session.account),
            "recovery": self._sessions.recovery_left(session.account),
            "sessions": self._sessions.of(session.account),
            "current": session.id,
            "tokens": self._people.tokens(session.account),
            "actions": [action.value for action in Action],
            "limited": self._second_required and session.proof is Proof.PASSWORD,
            "now": self._clock(),
        }

    async def end(self, request: Request) -> Response:
        """End one session, or all others."""
        await submitted(request)
        session = await own_session(request, self._sign_in)
        only = request.path_params.get("id", "")
        await in_thread(lambda: self._own.end(session, only=only))
        return see("/account?told=sessions")

    async def make_token(self, request: Request) -> Response:
        """Make a token of one's own."""
        form = await submitted(request)
        session = await own_session(request, self._sign_in)
        try:
            made = await in_thread(lambda: self._made_token(session, form))
        except AirlockError as error:
            return await self.shown(request, session, 400, {"problem": str(error)})
        return await self.shown(request, session, 200, {"made": made})

    def _made_token(self, session: Session, form: Mapping[str, str]) -> str:
        if self._second_required and session.proof is Proof.PASSWORD:
            raise UsageError("without a second factor no token is made here")
        days = form.get("days", "")
        if not (days.isascii() and days.isdigit()):
            raise UsageError("say after how many days it ends")
        made = accounts.create_token(
            self._people,
            session.account,
            self._stamp(session),
            description=form.get("description", ""),
            actions=[one for one in Action if form.get(f"allow-{one.value}")],
            scopes=[Scope(text) for text in form.get("scopes", "").split()],
            days=float(days),
        )
        return made.text

    async def revoke_token(self, request: Request) -> Response:
        """End a token of one's own."""
        await submitted(request)
        session = await own_session(request, self._sign_in)
        token_id = request.path_params["id"]

        def act() -> None:
            stored = self._people.token(token_id)
            if stored is None or stored.token.account != session.account:
                raise TargetNotFound("you have no such token")
            self._people.revoke_token(token_id, self._stamp(session))

        await in_thread(act)
        return see("/account?told=token")

    def _stamp(self, session: Session) -> Stamp:
        return Stamp(f"user {session.account}", self._clock())
