"""Who may read."""

import enum

from airlock.model import ProjectName
from airlock.model.access import EVERYTHING, Action, Principal, Right, Within, scopes_of

READ_EVERYTHING = Right(frozenset({Action.READ}), EVERYTHING)


class Reading(enum.StrEnum):
    """Who may read."""

    EVERYONE = "everyone"
    USERS = "users"
    """Whoever has an account or a token."""
    ROLES = "roles"
    """Whoever has a role on what is read."""

    def of(self, principal: Principal) -> Within:
        """Return what a principal may read."""
        if self is Reading.EVERYONE:
            return ()
        limits = principal.limits if principal.limits is not None else (READ_EVERYTHING,)
        held = [limits]
        if self is Reading.ROLES or not principal.is_known:
            held.append(principal.rights)
        return tuple(scopes_of(rights, Action.READ) for rights in held)

    def lets(self, principal: Principal, project: ProjectName | None) -> bool:
        """Tell whether a principal may read a project, or, without one, anything at all."""
        return all(
            any(project is None or scope.covers(project) for scope in scopes)
            for scopes in self.of(principal)
        )
