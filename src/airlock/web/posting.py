"""What pages that change something share: forms, sessions, and where one goes afterwards."""

from collections.abc import Mapping

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from airlock.errors import Unauthenticated
from airlock.gate.access.factors import Site
from airlock.gate.access.sign_in import Browser, SignedIn, SignIn
from airlock.gate.index import cookies
from airlock.gate.index.answers import base
from airlock.gate.index.cookies import secret_of
from airlock.gate.index.entrance import known
from airlock.gate.index.forms import form_of
from airlock.model.sessions import Session

_LONGEST_GOAL = 2000


def see(path: str) -> Response:
    """Return that the browser goes to a path of ours, with GET."""
    return RedirectResponse(path, 303)


def goal_of(text: str) -> str:
    """Return a path of this site that somebody wanted to see; the first page if it is none.

    Never an address of another site, as ``//host`` is to browsers, also with a backslash.
    """
    own = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if own and len(text) <= _LONGEST_GOAL and "\\" not in text else "/"


def site_of(request: Request) -> Site:
    """Return the site that keys sign for."""
    return Site(base(request))


def browser_of(request: Request) -> Browser:
    """Return where somebody asks from."""
    address = request.client.host if request.client else ""
    return Browser(address, request.headers.get("user-agent", ""))


async def session_of(request: Request, sign_in: SignIn) -> Session | None:
    """Return the session of a browser, also one that is pending."""
    secret = secret_of(request)
    if secret is None:
        return None
    return await anyio.to_thread.run_sync(sign_in.current, secret)


async def own_session(request: Request, sign_in: SignIn) -> Session:
    """Return the session by which somebody asks about their own account.

    Raises:
        Unauthenticated: if they did not sign in with a browser.
    """
    await known(request)
    session = await session_of(request, sign_in)
    if session is None or "authorization" in request.headers:
        raise Unauthenticated("sign in with a browser")
    return session


async def submitted(request: Request) -> Mapping[str, str]:
    """Return the fields of a form.

    Raises:
        InvalidRequest: if it is none.
    """
    return await form_of(request)


def keep_session(response: Response, request: Request, signed: SignedIn) -> None:
    """Let a browser keep a session as long as it may last."""
    life = signed.session.expires_at - signed.session.created_at
    cookies.keep(response, request, signed.secret, int(life.total_seconds()))
