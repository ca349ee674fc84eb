"""The entrance of the application: nobody comes to any route before it is known who asks.

- Where not everybody may read, only who proves who they are comes to any path but those that must
  be reached without (``_OPEN``). What they may there, each route asks with ``require``: a token
  that may only upload is let in to upload.
- ``require`` fails where this middleware did not run.
- Credentials travel in ``Authorization``: ``Basic`` with a user and a password or with
  ``__token__`` and a token, as pip, uv and twine send them (RFC 7617), or ``Bearer`` with a token
  (RFC 6750).
- A browser that signed in sends the cookie of its session (``cookies``); a header comes before it.
- A browser sends Basic credentials that it remembers with requests that pages of other sites make.
  Who comes from such a page may change nothing (CSRF): browsers say so in ``Sec-Fetch-Site`` and
  ``Origin``. What a session changes has to carry its token besides.
"""

import base64
import binascii
from urllib.parse import urlsplit

import anyio.to_thread
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from airlock.errors import AirlockError, Forbidden, Unauthenticated
from airlock.gate.access.interface import Access, Credentials
from airlock.gate.index import answers
from airlock.gate.index.asking import ACCESS, CSRF, PRINCIPAL, may, principal_of
from airlock.gate.index.cookies import (
    CSRF_FIELD,
    CSRF_HEADER,
    csrf_token,
    is_csrf_token,
    secret_of,
)
from airlock.gate.index.forms import field
from airlock.model import ProjectName
from airlock.model.access import ANONYMOUS, Action, Principal
from airlock.report.frame import every_asset

_OPEN = frozenset(
    {
        *("/health", "/ready", "/_/oidc/audience", "/_/oidc/mint-token"),
        # Style and script of pages, the same for everybody.
        *(one.path for one in every_asset().values()),
    }
)
_SIGN_IN = "/sign-in"
_LONGEST_HEADER = 4096
# They change nothing (RFC 9110, 9.2.1).
_SAFE = frozenset({"GET", "HEAD"})


class Entrance:
    """Finds out who asks, and refuses who may not read.

    Args:
        app: behind the entrance.
        access: knows who may.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            principal = await self._principal(request)
            if not _is_open(scope["path"]) and not principal.is_known:
                self._access.require(principal, Action.READ)
        except AirlockError as error:
            answer = await answers.of_error(request, error)
            await answer(scope, receive, send)
            return
        scope[ACCESS], scope[PRINCIPAL] = self._access, principal
        secret = secret_of(request) if principal.is_known and _by_session(request) else None
        if secret is not None:
            scope[CSRF] = csrf_token(secret)
        await self._app(scope, receive, send)

    async def _principal(self, request: Request) -> Principal:
        given = _given(request)
        known = self._access.remembered(given)
        if known is not None:
            return known
        address = request.client.host if request.client else ""
        return await anyio.to_thread.run_sync(self._access.identify, given, address)


def account_of(scope: Scope) -> str:
    """Return the account of who asks; empty for nobody known."""
    return principal_of(scope).name


async def require(
    request: Request, action: Action, project: ProjectName | None = None
) -> Principal:
    """Return who asks, if they may do something to a project, or to the whole index.

    For anything but reading, the store is asked anew who it is.

    Raises:
        Unauthenticated: if they have to say who they are.
        Forbidden: if they may not.
        TooManyAttempts: if there were too many wrong credentials.
    """
    access = of_request(request)
    principal: Principal = request.scope[PRINCIPAL]
    if action is not Action.READ:
        principal = await _asked_anew(request, access)
    access.require(principal, action, project)
    return principal


def label(scope: Scope) -> str:
    """Return who asks, in one line, for logs; empty where nobody was let in."""
    principal: Principal | None = scope.get(PRINCIPAL)
    return principal.label if principal is not None else ""


def asking(request: Request) -> Principal:
    """Return who asks, whoever it is, as the entrance let them in.

    Raises:
        Forbidden: if there was no entrance.
    """
    of_request(request)
    principal: Principal = request.scope[PRINCIPAL]
    return principal


async def known(request: Request) -> Principal:
    """Return who asks, whoever it is, as the store knows them now; for changes of their own.

    Raises:
        Unauthenticated: if they have to say who they are.
        Forbidden: if a page of another site asks for them.
    """
    principal = await _asked_anew(request, of_request(request))
    if not principal.is_known:
        raise Unauthenticated("say who you are: with a token, or with a user and a password")
    return principal


async def _asked_anew(request: Request, access: Access) -> Principal:
    given = _given(request)
    if request.method not in _SAFE:
        require_own_page(request)
        if given is not None and given.session:
            _require_csrf_token(request, given.secret)
    if given is None:
        return ANONYMOUS
    address = request.client.host if request.client else ""
    return await anyio.to_thread.run_sync(access.identify, given, address)


def _given(request: Request) -> Credentials | None:
    header = request.headers.get("authorization")
    if header is not None:
        return credentials(header)
    secret = secret_of(request)
    return Credentials(secret, session=True) if secret is not None else None


def _by_session(request: Request) -> bool:
    return "authorization" not in request.headers


def _is_open(path: str) -> bool:
    return path in _OPEN or path == _SIGN_IN or path.startswith(f"{_SIGN_IN}/")


def read_by(scope: Scope, project: ProjectName) -> bool:
    """Tell whether who asks may read a project; False where nobody was asked who it is."""
    return may(scope, Action.READ, project)


def of_request(request: Request) -> Access:
    """Return the access that the entrance let a request in by.

    Raises:
        Forbidden: if there was no entrance.
    """
    access: Access | None = request.scope.get(ACCESS)
    if access is None:
        raise Forbidden("nobody was asked who this is")
    return access


def credentials(header: str) -> Credentials:
    """Return what an ``Authorization`` header says.

    Raises:
        Unauthenticated: if it is neither Basic nor Bearer.
    """
    scheme, _, rest = header.strip().partition(" ")
    rest = rest.strip()
    if rest and len(header) <= _LONGEST_HEADER:
        if scheme.lower() == "bearer":
            return Credentials(rest)
        if scheme.lower() == "basic":
            return _basic(rest)
    raise Unauthenticated("the Authorization header is neither Basic nor Bearer")


def _basic(encoded: str) -> Credentials:
    try:
        user, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise Unauthenticated("the Basic credentials cannot be read") from error
    if not colon or not secret:
        raise Unauthenticated("the Basic credentials have no password")
    return Credentials(secret, user)


def _require_csrf_token(request: Request, secret: str) -> None:
    given = request.headers.get(CSRF_HEADER) or field(request.scope, CSRF_FIELD)
    if not is_csrf_token(secret, given):
        raise Forbidden("this form is not of a page of this session; load the page again")


def require_own_page(request: Request) -> None:
    """Return if no page of another site makes a request.

    Raises:
        Forbidden: if one does.
    """
    site = request.headers.get("sec-fetch-site", "none")
    origin = request.headers.get("origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.url.netloc
    if site not in {"none", "same-origin"} or foreign:
        raise Forbidden("a page of another site may not change anything here")
