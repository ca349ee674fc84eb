"""``/account/factors``, ``…/proof`` and ``…/password``: how somebody signs in.

Each change asks for the session's token and for the password (``gate.access.own_account``).
"""

from collections.abc import Awaitable
from typing import Protocol

import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from airlock.errors import TargetNotFound, TooManyAttempts, UsageError
from airlock.gate.access.factors import qr_code, qr_size, totp_address
from airlock.gate.access.own_account import OwnAccount
from airlock.gate.access.sign_in import SignIn
from airlock.gate.index import cookies
from airlock.gate.index.answers import SECURITY
from airlock.gate.index.bodies import decoded
from airlock.model.sessions import Session
from airlock.store import Records
from airlock.web.answering import in_thread, page
from airlock.web.posting import browser_of, keep_session, own_session, see, site_of, submitted

_MOST_TITLE = 80


class _NewKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: str
    answer: str


class Shown(Protocol):
    """Shows the page of the account, and what did not come of a change."""

    def __call__(
        self,
        request: Request,
        session: Session,
        code: int = 200,
        told: dict[str, str] | None = None,
    ) -> Awaitable[Response]:
        """Return that page."""
        ...


class FactorPages:
    """Pages about how one signs in.

    Args:
        records: of people and sessions.
        own: changes it.
        sign_in: knows sessions.
        shown: shows the page of the account.
    """

    def __init__(self, records: Records, own: OwnAccount, sign_in: SignIn, shown: Shown) -> None:
        self._people = records.people
        self._sessions = records.sessions
        self._own = own
        self._sign_in = sign_in
        self._shown = shown

    def routes(self) -> list[Route]:
        """Return the routes."""
        base = "/account"
        return [
            Route(f"{base}/proof", self.prove, methods=["POST"]),
            Route(f"{base}/password", self.set_password, methods=["POST"]),
            Route(f"{base}/factors/totp", self.add_authenticator, methods=["POST"]),
            Route(f"{base}/factors/key", self.add_key, methods=["POST"]),
            Route(f"{base}/factors/{{id}}/remove", self.ask_removal),
            Route(f"{base}/factors/{{id}}/remove", self.remove, methods=["POST"]),
        ]

    async def prove(self, request: Request) -> Response:
        """Go on to what changes how somebody signs in, once they gave their password."""
        form = await submitted(request)
        session = await own_session(request, self._sign_in)
        title = form.get("title", "").strip()[:_MOST_TITLE]
        try:
            await in_thread(lambda: self._own.prove(session, form.get("password", "")))
        except (UsageError, TooManyAttempts) as error:
            return await self._shown(request, session, _code(error), {"problem": str(error)})
        if form.get("what") == "totp":
            secret = await in_thread(lambda: self._own.new_authenticator(session))
            return _authenticator(request, session, secret, title)
        if form.get("what") == "key":
            site = site_of(request)
            options = await in_thread(lambda: self._own.new_key(session, site))
            return page(request, "key.html", options=options, title=title)
        made = await in_thread(lambda: self._own.new_recovery_codes(session))
        return page(request, "codes.html", codes=made)

    async def set_password(self, request: Request) -> Response:
        """Change the password; then one signs in anew."""
        form = await submitted(request)
        session = await own_session(request, self._sign_in)

        def change() -> None:
            self._own.prove(session, form.get("password", ""))
            self._own.set_password(session, form.get("new", ""))

        try:
            await in_thread(change)
        except (UsageError, TooManyAttempts) as error:
            return await self._shown(request, session, _code(error), {"problem": str(error)})
        response = see("/sign-in?next=/account")
        cookies.forget(response, request)
        return response

    async def add_authenticator(self, request: Request) -> Response:
        """Add the authenticator that was shown, by its first code."""
        form = await submitted(request)
        session = await own_session(request, self._sign_in)
        title, secret = form.get("title", "")[:_MOST_TITLE], form.get("secret", "")
        try:
            made = await in_thread(
                lambda: self._own.add_authenticator(session, title, form.get("code", ""), secret)
            )
        except UsageError as error:
            if type(error) is not UsageError:
                return await self._shown(request, session, 409, {"problem": str(error)})
            return _authenticator(request, session, secret, title, problem=str(error))
        shown = page(request, "codes.html", codes=made) if made else None
        return await self._proved(request, session, shown or see("/account?told=authenticator"))

    async def _proved(self, request: Request, session: Session, response: Response) -> Response:
        """Let a browser go on with a session that has proved a second factor."""
        browser = browser_of(request)
        signed = await anyio.to_thread.run_sync(self._sign_in.proved, session, browser)
        keep_session(response, request, signed)
        return response

    async def add_key(self, request: Request) -> Response:
        """Add the key that a browser made; the answer is for the script of the page."""
        session = await own_session(request, self._sign_in)
        given = await decoded(request, _NewKey)
        site = site_of(request)
        try:
            made = await in_thread(
                lambda: self._own.add_key(session, given.title, given.answer, site)
            )
        except UsageError as error:
            return JSONResponse({"error": str(error)}, 400, headers=SECURITY)
        told = {"next": "/account?told=key", "codes": list(made)}
        return await self._proved(request, session, JSONResponse(told, headers=SECURITY))

    async def ask_removal(self, request: Request) -> Response:
        """Ask whether a second factor is to go."""
        session = await own_session(request, self._sign_in)
        return await self._asking_removal(request, session)

    async def _asking_removal(
        self, request: Request, session: Session, code: int = 200, problem: str = ""
    ) -> Response:
        factors = await in_thread(lambda: self._sessions.factors(session.account))
        stored = await in_thread(lambda: self._people.password(session.account))
        found = next((one for one in factors if one.id == request.path_params["id"]), None)
        if found is None:
            raise TargetNotFound("you have no such second factor")
        has_password = stored is not None and stored.hash is not None
        return page(
            request,
            "remove-factor.html",
            code,
            factor=found,
            has_password=has_password,
            problem=problem,
        )

    async def remove(self, request: Request) -> Response:
        """Remove a second factor."""
        form = await submitted(request)
        session = await own_session(request, self._sign_in)

        def act() -> None:
            self._own.prove(session, form.get("password", ""))
            self._own.remove_factor(session, request.path_params["id"])
            self._own.end(session)

        try:
            await in_thread(act)
        except TargetNotFound:
            raise
        except (UsageError, TooManyAttempts) as error:
            return await self._asking_removal(request, session, _code(error), str(error))
        return see("/account?told=factor")


def _authenticator(
    request: Request, session: Session, secret: str, title: str, problem: str = ""
) -> Response:
    address = totp_address(secret, session.account, site_of(request).id)
    return page(
        request,
        "authenticator.html",
        secret=secret,
        title=title,
        drawn=qr_code(address),
        size=qr_size(address),
        problem=problem,
    )


def _code(error: Exception) -> int:
    return 429 if isinstance(error, TooManyAttempts) else 400
