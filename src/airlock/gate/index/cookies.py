"""The cookie of a session, and what proves that a form is of our own page.

- The cookie is sent with no request that a page of another site makes, but for following a link
  (``SameSite=Lax``); no script reads it (``HttpOnly``); over TLS it is bound to this host
  (``__Host-``, RFC 6265bis, 4.1.3.2).
- What changes anything carries a token that follows from the secret of the session and cannot be
  read by other sites; beside it, browsers say which site asks (``entrance``).
"""

import hashlib
import hmac

from starlette.requests import Request
from starlette.responses import Response

_NAME = "airlock-session"
_BOUND_NAME = "__Host-airlock-session"
_LONGEST = 128
CSRF_FIELD = "csrf"
CSRF_HEADER = "x-airlock-csrf"


def secret_of(request: Request) -> str | None:
    """Return the secret of the session that a browser sent."""
    if "cookie" not in request.headers:
        # Installers send none, and ask thousands of times a second.
        return None
    secret = request.cookies.get(_name(request), "")
    return secret if 0 < len(secret) <= _LONGEST else None


def keep(response: Response, request: Request, secret: str, seconds: int) -> None:
    """Let a browser keep the secret of a session."""
    response.set_cookie(
        _name(request),
        secret,
        max_age=seconds,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def forget(response: Response, request: Request) -> None:
    """Let a browser forget it."""
    response.delete_cookie(
        _name(request),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def csrf_token(secret: str) -> str:
    """Return what forms of a session carry."""
    return hmac.new(secret.encode(), b"airlock csrf", hashlib.sha256).hexdigest()


def is_csrf_token(secret: str, given: str) -> bool:
    """Tell whether a form carried it, in constant time."""
    return hmac.compare_digest(csrf_token(secret).encode(), given.encode(errors="surrogatepass"))


def _name(request: Request) -> str:
    return _BOUND_NAME if request.url.scheme == "https" else _NAME
