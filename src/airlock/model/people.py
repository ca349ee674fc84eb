"""Accounts of users and teams, the roles that they have, and the tokens by which machines ask.

- Users and teams share their names: a role is given to a name, and a name is only one of them.
- A secret is in none of these values: of a password there is its argon2id hash, of a token the
  SHA-256 (docs/decisions/0007).
- ``ADMIN`` is a role on everything; nobody is administrator of a part.
"""

import datetime as dt
import enum
import re
from typing import Self

import msgspec

from airlock.errors import InvalidName, UsageError
from airlock.model.access import Action, Right, Role, Scope

_ACCOUNT = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?", re.ASCII)
_TOKEN_ID = re.compile(r"[0-9a-f]{12}", re.ASCII)


class AccountName(str):
    """The name of a user or a team, in lower case: 1 to 64 letters, digits, ``.``, ``_``, ``-``.

    Raises:
        InvalidName: if the text is not one.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Fold and validate a name."""
        if isinstance(text, cls):
            return text
        folded = text.lower() if text.isascii() else text
        if not _ACCOUNT.fullmatch(folded):
            raise InvalidName(
                f"{text[:80]!r} is not the name of a user or team",
                hint="Names have 1 to 64 ASCII letters, digits, '.', '_' and '-', "
                "and end in a letter or digit.",
            )
        return super().__new__(cls, folded)


class AccountKind(enum.StrEnum):
    """What an account is."""

    USER = "user"
    TEAM = "team"


class Stamp(msgspec.Struct, frozen=True):
    """Who did something, and when; goes into the log with the deed.

    Raises:
        UsageError: if nobody is named, or the time has no zone.
    """

    by: str
    at: dt.datetime
    """In UTC."""

    def __post_init__(self) -> None:
        one_line("person", self.by)
        if self.at.utcoffset() is None:
            raise UsageError("the time of a change has no time zone")


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A user or a team."""

    name: AccountName
    kind: AccountKind
    title: str = ""
    """How people call it; of a team, the organisation that it stands for (PEP 752)."""
    created_at: dt.datetime
    disabled_at: dt.datetime | None = None
    """Since then nothing that it may counts; ``None``: it is in use."""
    has_password: bool = False

    def __post_init__(self) -> None:
        if self.title:
            one_line("title", self.title)


class Grant(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A role that a user or a team has on a scope.

    Raises:
        UsageError: if somebody is to be administrator of less than everything.
    """

    account: AccountName
    role: Role
    scope: Scope

    def __post_init__(self) -> None:
        if self.role is Role.ADMIN and not self.scope.is_everything:
            raise UsageError(
                "an administrator is one of the whole index",
                hint="An owner administers a project, or the names with a prefix.",
            )

    @property
    def right(self) -> Right:
        """What it comes to."""
        return Right(self.role.actions, self.scope)


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a token, without its secret.

    Raises:
        UsageError: if it would allow nothing, or would end before it begins.
    """

    id: str
    """12 hexadecimal digits; public."""
    account: AccountName | None
    """Whose rights it has; ``None`` if those of ``publisher``."""
    publisher: str = ""
    """The id of the trusted publisher that it was minted for."""
    description: str
    actions: frozenset[Action]
    scopes: tuple[Scope, ...]
    created_at: dt.datetime
    expires_at: dt.datetime | None
    """From then on it is worth nothing; ``None``: never."""
    revoked_at: dt.datetime | None = None
    last_used_at: dt.datetime | None = None
    """To the minute."""

    def __post_init__(self) -> None:
        if not _TOKEN_ID.fullmatch(self.id):
            raise InvalidName(f"{self.id[:80]!r} is not the id of a token")
        one_line("description", self.description)
        if (self.account is None) == (not self.publisher):
            raise UsageError("a token belongs to one account or one publisher")
        if not self.actions or not self.scopes:
            raise UsageError("a token that allows nothing is of no use")
        if self.expires_at is not None and self.expires_at <= self.created_at:
            raise UsageError("a token ends after it begins")

    @property
    def limits(self) -> tuple[Right, ...]:
        """What it allows at most."""
        return tuple(Right(self.actions, scope) for scope in self.scopes)

    def active(self, now: dt.datetime) -> bool:
        """Tell whether it is worth anything at a time."""
        ended = self.expires_at is not None and self.expires_at <= now
        return self.revoked_at is None and not ended


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """An account with everything that decides what it may."""

    account: Account
    teams: tuple[Account, ...] = ()
    """Of a user, those in use."""
    grants: tuple[Grant, ...] = ()
    """Its own and those of its teams."""

    @property
    def rights(self) -> tuple[Right, ...]:
        """What it may; nothing if it is disabled."""
        if self.account.disabled_at is not None:
            return ()
        return tuple(grant.right for grant in self.grants)

    @property
    def organisations(self) -> tuple[str, ...]:
        """What it or its teams stand for."""
        own = (self.account,) if self.account.kind is AccountKind.TEAM else ()
        return tuple(team.title or str(team.name) for team in (*own, *self.teams))


def one_line(what: str, text: str) -> None:
    """Raise ``UsageError`` unless a text is one line with something in it."""
    if not text.strip():
        raise UsageError(f"a {what} is missing")
    if not text.isprintable():
        # It stands in listings, logs and the reason phrases of responses.
        raise UsageError(f"the {what} is one line of text")
