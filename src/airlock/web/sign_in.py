"""``/sign-in``: a password, a second factor, or the issuer of identities; and the way out.

These pages are open to everybody (``entrance``): each looks for itself who is there.
"""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from airlock.errors import AirlockError, TooManyAttempts, Unauthenticated
from airlock.gate.access.sign_in import SignedIn, SignIn
from airlock.gate.access.single_sign_on import SingleSignOn
from airlock.gate.index import cookies
from airlock.gate.index.answers import SECURITY, base
from airlock.gate.index.bodies import body
from airlock.gate.index.entrance import known, require_own_page
from airlock.model.sessions import PENDING_FOR, Session
from airlock.web.answering import in_thread, page
from airlock.web.posting import (
    browser_of,
    goal_of,
    keep_session,
    see,
    session_of,
    site_of,
    submitted,
)

_FLOW = "airlock-flow"
_SECOND = "/sign-in/second"


class SignInPages:
    """Pages by which people sign in.

    Args:
        sign_in: makes sessions.
        issuer: of identities; ``None`` if there is none.
    """

    def __init__(self, sign_in: SignIn, issuer: SingleSignOn | None) -> None:
        self._sign_in = sign_in
        self._issuer = issuer

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/sign-in", self.ask),
            Route("/sign-in", self.by_password, methods=["POST"]),
            Route(_SECOND, self.ask_second),
            Route(_SECOND, self.by_code, methods=["POST"]),
            Route("/sign-in/key/request", self.key_request, methods=["POST"]),
            Route("/sign-in/key", self.by_key, methods=["POST"]),
            Route("/sign-in/issuer", self.to_issuer),
            Route("/sign-in/issued", self.from_issuer),
            Route("/sign-out", self.sign_out, methods=["POST"]),
        ]

    async def ask(self, request: Request) -> Response:
        """Ask who somebody is."""
        goal = goal_of(request.query_params.get("next", "/"))
        return self._asking(request, goal=goal)

    def _asking(
        self, request: Request, code: int = 200, *, goal: str, user: str = "", problem: str = ""
    ) -> Response:
        return page(
            request,
            "sign-in.html",
            code,
            goal=goal,
            user=user,
            problem=problem,
            issuer=self._issuer.client.issuer if self._issuer else "",
        )

    async def by_password(self, request: Request) -> Response:
        """Take a user and a password."""
        require_own_page(request)
        form = await submitted(request)
        goal, user = goal_of(form.get("next", "/")), form.get("user", "")
        try:
            signed = await in_thread(
                lambda: self._sign_in.by_password(
                    user, form.get("password", ""), browser_of(request)
                )
            )
        except (Unauthenticated, TooManyAttempts) as error:
            return self._asking(request, _code(error), goal=goal, user=user, problem=str(error))
        if signed.session.is_pending:
            return _kept(request, signed, f"{_SECOND}?{urlencode({'next': goal})}")
        return _kept(request, signed, goal)

    async def ask_second(self, request: Request) -> Response:
        """Ask for the second factor."""
        pending = await self._pending(request)
        if pending is None:
            return see("/sign-in")
        goal = goal_of(request.query_params.get("next", "/"))
        return await self._asking_second(request, pending, goal=goal)

    async def _asking_second(
        self, request: Request, pending: Session, code: int = 200, *, goal: str, problem: str = ""
    ) -> Response:
        wanted = await in_thread(lambda: self._sign_in.kinds(pending))
        return page(request, "second.html", code, goal=goal, problem=problem, kinds=wanted)

    async def by_code(self, request: Request) -> Response:
        """Take a code of an authenticator, or a recovery code."""
        require_own_page(request)
        form = await submitted(request)
        goal = goal_of(form.get("next", "/"))
        pending = await self._pending(request)
        if pending is None:
            return see("/sign-in")
        try:
            signed = await in_thread(
                lambda: self._sign_in.by_code(pending, form.get("code", ""), browser_of(request))
            )
        except (Unauthenticated, TooManyAttempts) as error:
            return await self._asking_second(
                request, pending, _code(error), goal=goal, problem=str(error)
            )
        return _kept(request, signed, goal)

    async def key_request(self, request: Request) -> Response:
        """Return what a browser asks its keys to sign."""
        require_own_page(request)
        pending = await self._pending(request)
        if pending is None:
            raise Unauthenticated("sign in with your password first")
        asked = await in_thread(lambda: self._sign_in.key_request(pending, site_of(request)))
        return Response(asked, headers=SECURITY, media_type="application/json")

    async def by_key(self, request: Request) -> Response:
        """Take what a key signed; the answer is for the script of the page."""
        require_own_page(request)
        pending = await self._pending(request)
        given = await body(request)
        if pending is None or given is None:
            raise Unauthenticated("sign in with your password first")
        site, browser = site_of(request), browser_of(request)
        answer = given.decode("utf-8", "replace")
        try:
            signed = await in_thread(lambda: self._sign_in.by_key(pending, answer, site, browser))
        except (Unauthenticated, TooManyAttempts) as error:
            return JSONResponse({"error": str(error)}, _code(error), headers=SECURITY)
        response = JSONResponse({"done": True}, headers=SECURITY)
        keep_session(response, request, signed)
        return response

    async def to_issuer(self, request: Request) -> Response:
        """Send the browser to the issuer of identities."""
        issuer = self._issuer
        if issuer is None:
            return see("/sign-in")
        goal = goal_of(request.query_params.get("next", "/"))
        back = f"{base(request)}/sign-in/issued"
        begun = await in_thread(lambda: issuer.begin(back, goal))
        response = see(begun.address)
        response.set_cookie(
            _FLOW,
            begun.binding,
            max_age=int(PENDING_FOR.total_seconds()),
            path="/sign-in",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
        return response

    async def from_issuer(self, request: Request) -> Response:
        """Take back whom the issuer vouches for."""
        issuer, given = self._issuer, request.query_params
        if issuer is None:
            return see("/sign-in")
        binding = request.cookies.get(_FLOW, "")
        try:
            signed, goal = await in_thread(
                lambda: issuer.end(
                    given.get("state", ""), given.get("code", ""), binding, browser_of(request)
                )
            )
        except AirlockError as error:
            return self._asking(request, 403, goal="/", problem=error.in_full)
        response = _kept(request, signed, goal)
        response.delete_cookie(_FLOW, path="/sign-in")
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session of this browser."""
        await submitted(request)
        await known(request)
        session = await session_of(request, self._sign_in)
        if session is not None:
            await in_thread(lambda: self._sign_in.sign_out(session))
        response = see("/sign-in")
        cookies.forget(response, request)
        return response

    async def _pending(self, request: Request) -> Session | None:
        session = await session_of(request, self._sign_in)
        return session if session is not None and session.is_pending else None


def _kept(request: Request, signed: SignedIn, goal: str) -> Response:
    response = see(goal)
    keep_session(response, request, signed)
    return response


def _code(error: Exception) -> int:
    return 429 if isinstance(error, TooManyAttempts) else 401
