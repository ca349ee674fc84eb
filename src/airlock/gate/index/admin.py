"""Who may change what names belong to over HTTP: whoever knows the token of the administrator.

- Without a token nobody may: there is no default that lets anybody in.
- The token travels in ``Authorization: Bearer …`` (RFC 6750) and is compared in constant time. As
  no browser sends it by itself, no page of another site can make one claim a name (CSRF).
"""

import hmac
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from airlock.errors import UsageError

_SHORTEST_TOKEN = 16
_SCHEME = "bearer "


def read_token(path: Path) -> str:
    """Return the token in a file.

    Raises:
        UsageError: if the file cannot be read, or holds nothing that is hard to guess.
    """
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the token in {path} cannot be read: {error}") from error
    if len(token) < _SHORTEST_TOKEN or not token.isprintable() or " " in token:
        raise UsageError(
            f"{path} does not hold one word of {_SHORTEST_TOKEN} characters or more",
            hint="Make one: python -c 'import secrets; print(secrets.token_urlsafe())'",
        )
    return token


class Admin:
    """Lets the administrator in, and nobody else.

    Args:
        token: that the administrator knows; ``None`` if there is none.
    """

    def __init__(self, token: str | None) -> None:
        self._token = token

    def refusal(self, request: Request) -> Response | None:
        """Return what to answer who is not the administrator; ``None`` to who is."""
        if self._token is None:
            text = "this gate takes no changes over HTTP: it has no --admin-token-file"
            return JSONResponse({"error": text}, 403)
        header = request.headers.get("authorization", "")
        given = header[len(_SCHEME) :] if header.lower().startswith(_SCHEME) else ""
        if not hmac.compare_digest(given.strip().encode(), self._token.encode()):
            text = "the token of the administrator is missing or wrong"
            return JSONResponse({"error": text}, 401, headers={"www-authenticate": "Bearer"})
        return None
