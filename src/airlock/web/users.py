"""``/admin/users/NAME``: one person, as administrators see and help them.

What is dangerous is asked twice, by the page; nobody puts themselves out of use.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from airlock import accounts
from airlock.errors import TargetNotFound, UsageError
from airlock.gate.index.entrance import require
from airlock.model.access import Action, Principal
from airlock.model.people import Account, AccountKind, AccountName, Stamp
from airlock.store import Records
from airlock.web.administration import admin_page
from airlock.web.posting import see, submitted

_TOLD = {
    "password": "The password is set, and every session is ended.",
    "factors": "There is no second factor any more, and every session is ended.",
    "sessions": "Every session is ended.",
    "link": "They can sign in by the issuer.",
    "disable": "Out of use: nobody comes in by this account, nor by its tokens.",
    "enable": "In use again.",
}


class UserPages:
    """The page of one user.

    Args:
        records: of people and their sessions.
        issuer: by which people sign in; empty if there is none.
        clock: gives the time in UTC.
    """

    def __init__(self, records: Records, issuer: str, clock: Callable[[], dt.datetime]) -> None:
        self._people = records.people
        self._sessions = records.sessions
        self._issuer = issuer
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/admin/users/{user}", self.show),
            Route("/admin/users/{user}", self.act, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show a user."""
        await require(request, Action.ADMIN)
        return await self._page(request)

    async def _page(
        self, request: Request, code: int = 200, wrong: Mapping[str, str] | None = None
    ) -> Response:
        values = await anyio.to_thread.run_sync(self._values, request.path_params["user"])
        done = _TOLD.get(request.query_params.get("done", ""), "")
        return admin_page(request, "admin-user.html", code, good=done, wrong=wrong or {}, **values)

    def _values(self, name: str) -> dict[str, Any]:
        user, now = self._known(name), self._clock()
        known = self._people.accounts()
        teams = [one.name for one in known if one.kind is AccountKind.TEAM]
        of = [team for team in teams if user.name in self._people.members(team)]
        return {
            "user": user,
            "teams": of,
            "grants": [one for one in self._people.grants() if one.account in {user.name, *of}],
            "factors": self._sessions.factors(user.name),
            "recovery": self._sessions.recovery_left(user.name),
            "sessions": [one for one in self._sessions.of(user.name) if one.active(now)],
            "tokens": [one for one in self._people.tokens(user.name) if one.active(now)],
            "issuer": self._issuer,
        }

    def _known(self, name: str) -> Account:
        sought = AccountName(name)
        for one in self._people.accounts():
            if one.name == sought and one.kind is AccountKind.USER:
                return one
        raise TargetNotFound(f"there is no user {sought}")

    async def act(self, request: Request) -> Response:
        """Do one of the things that the forms of the page ask for."""
        form = await submitted(request)
        principal = await require(request, Action.ADMIN)
        what = form.get("what", "")
        try:
            name = await anyio.to_thread.run_sync(
                self._done, request.path_params["user"], form, principal
            )
        except TargetNotFound:
            raise
        except UsageError as error:
            return await self._page(request, 400, {what: error.in_full})
        return see(f"/admin/users/{name}?done={what}")

    def _done(self, name: str, form: Mapping[str, str], principal: Principal) -> AccountName:
        user, stamp = self._known(name).name, Stamp(principal.label, self._clock())
        what = form.get("what", "")
        if what == "password":
            accounts.set_password(self._people, user, form.get("password", ""), stamp)
            self._sessions.end(user, stamp)
        elif what == "factors":
            accounts.reset_factors(self._sessions, user, stamp)
        elif what == "sessions":
            self._sessions.end(user, stamp)
        elif what == "link":
            self._link(user, form.get("subject", "").strip(), stamp)
        elif what in {"disable", "enable"}:
            self._set_disabled(user, stamp, principal, disabled=what == "disable")
        else:
            raise UsageError("that is no form of this page")
        return user

    def _link(self, user: AccountName, subject: str, stamp: Stamp) -> None:
        if not self._issuer:
            raise UsageError("nobody signs in by an issuer here", hint="serve --sso-issuer")
        if not subject or not subject.isprintable():
            raise UsageError("say what the issuer calls them", hint="It is the claim `sub`.")
        self._sessions.set_identity(self._issuer, subject, user, stamp)

    def _set_disabled(
        self, user: AccountName, stamp: Stamp, principal: Principal, *, disabled: bool
    ) -> None:
        if disabled and principal.name == user:
            raise UsageError("nobody puts themselves out of use", hint="Ask another administrator.")
        self._people.set_disabled(user, stamp, disabled=disabled)
        if disabled:
            self._sessions.end(user, stamp)
