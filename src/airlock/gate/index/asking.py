"""Who asks, as the entrance wrote it down with the request, and what they may."""

import secrets
from typing import TYPE_CHECKING

from starlette.types import Scope

from airlock.errors import AccessError
from airlock.model import ProjectName
from airlock.model.access import ANONYMOUS, Action, Principal, Within

if TYPE_CHECKING:
    from airlock.gate.access.interface import Access

ACCESS = "airlock.access"
PRINCIPAL = "airlock.principal"
CSRF = "airlock.csrf"
"""Where these are in the scope of a request."""


def principal_of(scope: Scope) -> Principal:
    """Return who asks; anonymous where nobody was let in."""
    principal: Principal = scope.get(PRINCIPAL, ANONYMOUS)
    return principal


def csrf_of(scope: Scope) -> str:
    """Return what forms of the session carry by which somebody asks; empty where there is none."""
    token: str = scope.get(CSRF, "")
    return token


def may(scope: Scope, action: Action, project: ProjectName | None = None) -> bool:
    """Tell whether who asks may do something; nobody may who was not let in.

    For what is shown only: what is done is guarded by ``entrance.require``, which asks anew.
    """
    access: Access | None = scope.get(ACCESS)
    if access is None:
        return False
    try:
        access.require(principal_of(scope), action, project)
    except AccessError:
        return False
    return True


def readable(scope: Scope) -> Within:
    """Return what who asks may read, for lists; nobody may read anything who was not let in."""
    access: Access | None = scope.get(ACCESS)
    return ((),) if access is None else access.readable(principal_of(scope))


def reads_everything(scope: Scope) -> bool:
    """Tell whether who asks may read whatever is here, as only who may read any name may."""
    # To read "anything at all" is less: a right to one name is enough for that.
    return may(scope, Action.READ, ProjectName(secrets.token_hex(16)))
