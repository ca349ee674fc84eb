"""Who asks, and what they may do: actions, roles, scopes, and the one rule that combines them.

- Whoever asks is a ``Principal``. ``Principal.may`` is total: what no grant gives is not allowed.
- A token never gives more than its account has: both must allow what is asked, at that moment.
- A scope is every name, one name, or every name with a prefix; names are normalised before they
  are compared, so that no spelling leads past a scope (``ProjectName``, ``NamePattern``).
- Who may administer a name cannot wave it through: ``REVIEW`` is a role of its own.
"""

import enum
from typing import Self

import msgspec

from airlock.model.identity import ProjectName
from airlock.model.name_patterns import NamePattern


class Action(enum.StrEnum):
    """What somebody may want to do."""

    READ = "read"
    """Listings, files, verdicts."""
    CREATE = "create"
    """Upload the first release of a project that this index does not host yet."""
    UPLOAD = "upload"
    """Upload releases of a project that this index hosts."""
    YANK = "yank"
    """Yank and unyank, and set the status of a project (PEP 592, PEP 792)."""
    REVIEW = "review"
    """Let a decision stand above a verdict: waivers and their ends."""
    ADMIN = "admin"
    """Say who may do what. Without a project: of the whole index, its names and its settings."""

    @property
    def verb(self) -> str:
        """What a sentence calls it."""
        return "administer" if self is Action.ADMIN else self.value


class Role(enum.StrEnum):
    """A word for several actions."""

    READER = "reader"
    CREATOR = "creator"
    UPLOADER = "uploader"
    MAINTAINER = "maintainer"
    OWNER = "owner"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    @property
    def actions(self) -> frozenset[Action]:
        """What the role allows."""
        return _ACTIONS[self]


_UPLOADS = {Action.READ, Action.CREATE, Action.UPLOAD}
_ACTIONS = {
    Role.READER: frozenset({Action.READ}),
    Role.CREATOR: frozenset({Action.READ, Action.CREATE}),
    Role.UPLOADER: frozenset(_UPLOADS),
    Role.MAINTAINER: frozenset(_UPLOADS | {Action.YANK}),
    Role.OWNER: frozenset(_UPLOADS | {Action.YANK, Action.ADMIN}),
    Role.REVIEWER: frozenset({Action.READ, Action.REVIEW}),
    Role.ADMIN: frozenset(Action),
}


class Scope(str):
    """What a right is about: ``*`` for everything, a project, or a prefix such as ``acme-*``.

    Raises:
        InvalidName: if the text is none of these.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Normalise and validate a scope."""
        if isinstance(text, cls):
            return text
        return super().__new__(cls, text if text == "*" else NamePattern(text))

    @property
    def is_everything(self) -> bool:
        """Whether it is about the whole index."""
        return self == "*"

    def covers(self, project: ProjectName | None) -> bool:
        """Tell whether it is about a project; about the whole index if there is none."""
        if self.is_everything:
            return True
        return project is not None and NamePattern(self).covers(project)

    def within(self, other: "Scope") -> bool:
        """Tell whether another scope is about everything that this one is about."""
        if other.is_everything or self == other:
            return True
        if self.is_everything or not NamePattern(other).is_prefix:
            return False
        stem = other.removesuffix("-*")
        return self.removesuffix("-*") == stem or self.startswith(f"{stem}-")


EVERYTHING = Scope("*")
Within = tuple[tuple[Scope, ...], ...]
"""Only what one scope of each of these covers; none: everything. An empty one covers nothing."""


class Right(msgspec.Struct, frozen=True):
    """Actions on a scope."""

    actions: frozenset[Action]
    scope: Scope

    def allows(self, action: Action, project: ProjectName | None) -> bool:
        """Tell whether it covers an action on a project, or on the whole index."""
        return action in self.actions and self.scope.covers(project)


class Kind(enum.StrEnum):
    """What a principal is."""

    ANONYMOUS = "anonymous"
    USER = "user"
    TEAM = "team"
    """A machine with a token of a team."""
    PUBLISHER = "publisher"
    """A workflow that an OIDC issuer vouches for."""
    OPERATOR = "operator"
    """Who holds the token of the administrator's file, or sits at the machine."""


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who asks, with the rights that they have at this moment."""

    kind: Kind
    name: str = ""
    """The account's; empty for anonymous."""
    rights: tuple[Right, ...] = ()
    """Of the account and its teams."""
    limits: tuple[Right, ...] | None = None
    """Of the token by which it asks; ``None`` if it does not ask by a token."""
    organisations: tuple[str, ...] = ()
    """The teams for which it may act (``Ownership.may_upload``)."""
    token: str = ""
    """The public id of the token, if it asks by one."""

    def may(self, action: Action, project: ProjectName | None = None) -> bool:
        """Tell whether it may do something to a project, or to the whole index."""
        if self.limits is not None and not _any(self.limits, action, project):
            return False
        return _any(self.rights, action, project)

    def scopes(self, action: Action) -> Within:
        """Return on what it may do something: on what one scope of each of these covers.

        The account and the token both have a say; an empty tuple among them covers nothing.
        """
        held = (self.rights, self.rights if self.limits is None else self.limits)
        return tuple(dict.fromkeys(scopes_of(rights, action) for rights in held))

    def may_somewhere(self, action: Action) -> bool:
        """Tell whether there is anything that it may do this to, or could be."""
        return all(self.scopes(action))

    @property
    def label(self) -> str:
        """What records and logs call it: one line."""
        by_token = f" by token {self.token}" if self.token else ""
        return f"{self.kind}{f' {self.name}' if self.name else ''}{by_token}"

    @property
    def is_known(self) -> bool:
        """Whether it has proved who it is."""
        return self.kind is not Kind.ANONYMOUS


def scopes_of(rights: tuple[Right, ...], action: Action) -> tuple[Scope, ...]:
    """Return on what rights allow an action."""
    return tuple(right.scope for right in rights if action in right.actions)


def _any(rights: tuple[Right, ...], action: Action, project: ProjectName | None) -> bool:
    return any(right.allows(action, project) for right in rights)


ANONYMOUS = Principal(kind=Kind.ANONYMOUS)
EVERY_RIGHT = Right(frozenset(Action), EVERYTHING)
