"""What people with the right to do so do to accounts, roles and tokens.

- Nobody gives more than an owner has, but an administrator of the whole index: an owner who could
  make reviewers would let their own releases through.
- A token for all actions, for ever, or for everything is made only where that is said.
"""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from airlock.accounts.passwords import Passwords
from airlock.accounts.secrets import TokenText
from airlock.errors import UsageError
from airlock.model.access import Action, Principal, Role, Scope
from airlock.model.people import Account, AccountKind, AccountName, Grant, Stamp, Token
from airlock.store.people import People, StoredToken
from airlock.store.sessions import Sessions

_BY_ADMINISTRATORS = {Role.ADMIN, Role.REVIEWER}
LONGEST_DAYS = 3660.0


class NewToken(NamedTuple):
    """A token that was made, with its text: this is the only time that it is there."""

    token: Token
    text: str


def add_user(
    people: People, name: str, stamp: Stamp, *, title: str = "", password: str | None = None
) -> Account:
    """Add a user, with a password or without.

    Raises:
        NameTaken: if there is a user or team of that name.
        UsageError: if the name or the password is none.
    """
    hashed = Passwords().hash(password) if password is not None else None
    account = _account(name, AccountKind.USER, title, stamp)
    people.add_account(account, stamp)
    if hashed is not None:
        people.set_password(account.name, hashed, stamp)
    return account


def add_team(people: People, name: str, stamp: Stamp, *, title: str = "") -> Account:
    """Add a team.

    Raises:
        NameTaken: if there is a user or team of that name.
        UsageError: if the name is none.
    """
    account = _account(name, AccountKind.TEAM, title, stamp)
    people.add_account(account, stamp)
    return account


def set_password(people: People, name: AccountName, password: str, stamp: Stamp) -> None:
    """Give a user another password.

    Raises:
        TargetNotFound: if there is no such user.
        UsageError: if the password is too short or too long.
    """
    people.set_password(name, Passwords().hash(password), stamp)


def reset_factors(sessions: Sessions, name: AccountName, stamp: Stamp) -> int:
    """Take every second factor of a user away, and end their sessions; return how many there were.

    For who lost them all: their password alone lets them in then.
    """
    found = sessions.factors(name)
    for factor in found:
        sessions.remove_factor(name, factor.id, stamp)
    sessions.set_recovery(name, (), stamp)
    sessions.end(name, stamp)
    return len(found)


def may_grant(principal: Principal, role: Role, scope: Scope) -> bool:
    """Tell whether somebody may give a role on a scope to others, or take it from them."""
    if principal.may(Action.ADMIN):
        return True
    if role in _BY_ADMINISTRATORS:
        return False
    held = (principal.rights, *([principal.limits] if principal.limits is not None else []))
    return all(
        any(Action.ADMIN in right.actions and scope.within(right.scope) for right in rights)
        for rights in held
    )


def set_role(people: People, grant: Grant, stamp: Stamp, *, granted: bool) -> bool:
    """Give a role or take it away; tell whether that changed anything.

    Raises:
        TargetNotFound: if there is no such account.
    """
    return people.set_grant(grant, stamp, granted=granted)


def create_token(  # noqa: PLR0913 - a token is made of that many parts
    people: People,
    account: AccountName,
    stamp: Stamp,
    *,
    description: str,
    actions: Iterable[Action],
    scopes: Iterable[Scope],
    days: float | None,
) -> NewToken:
    """Make a token for an account.

    Args:
        people: where it is kept.
        account: whose rights it has, as far as its own actions and scopes go.
        stamp: who makes it, and when.
        description: what it is for.
        actions: what it allows.
        scopes: on what.
        days: after how many it ends; ``None``: never.

    Raises:
        TargetNotFound: if there is no such account.
        UsageError: if it would allow nothing, or has no sensible end.
    """
    made = TokenText.new()
    token = Token(
        id=made.id,
        account=account,
        description=description,
        actions=frozenset(actions),
        scopes=tuple(sorted(set(scopes))),
        created_at=stamp.at,
        expires_at=_end(stamp.at, days),
    )
    people.add_token(StoredToken(token, made.digest), stamp)
    return NewToken(token, made.text)


def _end(now: dt.datetime, days: float | None) -> dt.datetime | None:
    if days is None:
        return None
    if not 0 < days <= LONGEST_DAYS:
        raise UsageError(f"a token ends within {LONGEST_DAYS:.0f} days, or never")
    return now + dt.timedelta(days=days)


def _account(name: str, kind: AccountKind, title: str, stamp: Stamp) -> Account:
    return Account(name=AccountName(name), kind=kind, title=title, created_at=stamp.at)
