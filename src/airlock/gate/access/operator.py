"""Access of the operator, who has a token in a file, and of nobody else: reading is open or closed.

- Without a token nobody is the operator: there is no default that lets anybody in.
- The token is compared in constant time.
"""

import hmac
from pathlib import Path

from airlock.errors import Forbidden, Unauthenticated, UsageError
from airlock.gate.access.interface import Access, Credentials
from airlock.model import ProjectName
from airlock.model.access import ANONYMOUS, EVERY_RIGHT, Action, Kind, Principal, Within

_SHORTEST_TOKEN = 16
OPERATOR = Principal(kind=Kind.OPERATOR, rights=(EVERY_RIGHT,))


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


class OperatorAccess(Access):
    """Lets the operator in, and everybody read.

    Args:
        token: that the operator knows; ``None`` if there is none.
        operator: as whom the log knows them.
    """

    def __init__(self, token: str | None, operator: Principal = OPERATOR) -> None:
        self._token = token
        self._operator = operator

    def remembered(self, credentials: Credentials | None) -> Principal | None:
        """Return who asks; nothing here asks a store."""
        if credentials is None:
            return ANONYMOUS
        return self._operator if is_operator(credentials, self._token) else None

    def identify(self, credentials: Credentials | None, address: str) -> Principal:  # noqa: ARG002
        """Return the operator, or anonymous without credentials."""
        known = self.remembered(credentials)
        if known is None:
            raise Unauthenticated("the credentials are wrong")
        return known

    def require(
        self, principal: Principal, action: Action, project: ProjectName | None = None
    ) -> None:
        """Return if it is reading, or the operator."""
        if action is Action.READ or principal.may(action, project):
            return
        if not principal.is_known:
            raise Unauthenticated(f"who wants to {action.verb} here has to say who they are")
        raise Forbidden(f"{principal.label} may not {action.verb} here")

    def readable(self, principal: Principal) -> Within:  # noqa: ARG002 - everybody
        """Return everything."""
        return ()

    def created(self, principal: Principal, project: ProjectName) -> None:
        """Do nothing: the operator owns everything."""


def is_operator(credentials: Credentials, token: str | None) -> bool:
    """Tell whether credentials are the operator's."""
    if token is None or credentials.user not in {None, "__token__"}:
        return False
    return hmac.compare_digest(credentials.secret.encode(errors="surrogatepass"), token.encode())
