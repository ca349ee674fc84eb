"""Accounts, memberships, grants and tokens in their tables."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, delete, insert, or_, select, update

from airlock.errors import AirlockError, MalformedDocument, NameTaken, TargetNotFound
from airlock.model import Sha256
from airlock.model.access import Action, Role, Scope
from airlock.model.people import Account, AccountKind, AccountName, Grant, Standing, Token
from airlock.store.dialects import added
from airlock.store.people import StoredPassword, StoredToken
from airlock.store.people_tables import accounts, grants, memberships, tokens

T = TypeVar("T")


def add_account(connection: Connection, account: Account) -> None:
    """Add an account.

    Raises:
        NameTaken: if there is one of that name.
    """
    row = {
        "name": str(account.name),
        "kind": account.kind.value,
        "title": account.title,
        "created_at": account.created_at,
    }
    if not added(connection, accounts, row):
        raise NameTaken(f"there is a user or team {account.name} already")


def every_account(connection: Connection) -> tuple[Account, ...]:
    """Return all accounts."""
    found = (_account(row) for row in connection.execute(select(accounts)).mappings())
    return tuple(sorted(found, key=lambda account: account.name))


def change_account(
    connection: Connection, name: AccountName, kind: AccountKind | None, **values: Any
) -> None:
    """Change columns of an account, of any kind or of one.

    Raises:
        TargetNotFound: if there is none.
    """
    where = accounts.c.name == str(name)
    if kind is not None:
        where &= accounts.c.kind == kind.value
    if connection.execute(update(accounts).where(where).values(**values)).rowcount != 1:
        raise TargetNotFound(f"there is no {kind or 'user or team'} {name}")


def password(connection: Connection, name: AccountName) -> StoredPassword | None:
    """Return a user with the hash of its password."""
    query = select(accounts).where(accounts.c.name == str(name))
    row = connection.execute(query).mappings().one_or_none()
    if row is None or row["kind"] != AccountKind.USER.value:
        return None
    return StoredPassword(_account(row), row["password"])


def standing(connection: Connection, name: AccountName) -> Standing | None:
    """Return an account with its teams and their grants."""
    of_teams = select(memberships.c.team).where(memberships.c.member == str(name))
    query = select(accounts).where(or_(accounts.c.name == str(name), accounts.c.name.in_(of_teams)))
    found = [_account(row) for row in connection.execute(query).mappings()]
    own = next((account for account in found if account.name == name), None)
    if own is None:
        return None
    teams = tuple(one for one in found if one.name != name and one.disabled_at is None)
    names = [str(name), *(str(team.name) for team in teams)]
    rows = connection.execute(select(grants).where(grants.c.account.in_(names))).mappings()
    return Standing(account=own, teams=teams, grants=tuple(sorted(_grant(row) for row in rows)))


def set_member(
    connection: Connection, team: AccountName, user: AccountName, *, member: bool
) -> bool:
    """Put a user into a team or out of it."""
    _require(connection, team, AccountKind.TEAM)
    _require(connection, user, AccountKind.USER)
    row = {"team": str(team), "member": str(user)}
    return _set(connection, memberships, row, there=member)


def members(connection: Connection, team: AccountName) -> tuple[AccountName, ...]:
    """Return the users in a team."""
    query = select(memberships.c.member).where(memberships.c.team == str(team))
    return tuple(sorted(AccountName(name) for name in connection.scalars(query)))


def set_grant(connection: Connection, grant: Grant, *, granted: bool) -> bool:
    """Give a role or take it away."""
    _require(connection, grant.account, None)
    row = {"account": str(grant.account), "role": grant.role.value, "scope": str(grant.scope)}
    return _set(connection, grants, row, there=granted)


def every_grant(connection: Connection) -> tuple[Grant, ...]:
    """Return all grants."""
    return tuple(sorted(_grant(row) for row in connection.execute(select(grants)).mappings()))


def add_token(connection: Connection, stored: StoredToken) -> None:
    """Add a token."""
    token = stored.token
    if token.account is not None:
        _require(connection, token.account, None)
    connection.execute(
        insert(tokens),
        {
            "id": token.id,
            "account": str(token.account) if token.account else None,
            "publisher": token.publisher,
            "digest": str(stored.digest),
            "description": token.description,
            "actions": " ".join(sorted(token.actions)),
            "scopes": " ".join(token.scopes),
            "created_at": token.created_at,
            "expires_at": token.expires_at,
        },
    )


def one_token(connection: Connection, token_id: str) -> StoredToken | None:
    """Return a token by its id."""
    query = select(tokens).where(tokens.c.id == token_id)
    row = connection.execute(query).mappings().one_or_none()
    return StoredToken(_token(row), Sha256(row["digest"])) if row else None


def every_token(connection: Connection, account: AccountName | None) -> tuple[Token, ...]:
    """Return all tokens, or those of an account."""
    query = select(tokens).order_by(tokens.c.created_at.desc(), tokens.c.id)
    if account is not None:
        query = query.where(tokens.c.account == str(account))
    return tuple(_token(row) for row in connection.execute(query).mappings())


def revoke_token(connection: Connection, token_id: str, at: dt.datetime) -> bool:
    """End a token; tell whether it was not ended before.

    Raises:
        TargetNotFound: if there is none.
    """
    where = tokens.c.id == token_id
    changed = connection.execute(
        update(tokens).where(where, tokens.c.revoked_at.is_(None)).values(revoked_at=at)
    ).rowcount
    if not changed and connection.scalar(select(tokens.c.id).where(where)) is None:
        raise TargetNotFound(f"there is no token {token_id[:80]}")
    return bool(changed)


def note_use(connection: Connection, token_id: str, at: dt.datetime) -> None:
    """Note when a token was used."""
    where = tokens.c.id == token_id
    connection.execute(update(tokens).where(where).values(last_used_at=at))


def _set(connection: Connection, table: Any, row: dict[str, str], *, there: bool) -> bool:
    if there:
        return added(connection, table, row)
    where = [table.c[column] == value for column, value in row.items()]
    return bool(connection.execute(delete(table).where(*where)).rowcount)


def _require(connection: Connection, name: AccountName, kind: AccountKind | None) -> None:
    found = connection.scalar(select(accounts.c.kind).where(accounts.c.name == str(name)))
    if found is None or (kind is not None and found != kind.value):
        raise TargetNotFound(f"there is no {kind or 'user or team'} {name}")


def _account(row: RowMapping) -> Account:
    return _read(
        lambda: Account(
            name=AccountName(row["name"]),
            kind=AccountKind(row["kind"]),
            title=row["title"],
            created_at=row["created_at"],
            disabled_at=row["disabled_at"],
            has_password=row["password"] is not None,
        )
    )


def _grant(row: RowMapping) -> Grant:
    return _read(
        lambda: Grant(
            account=AccountName(row["account"]), role=Role(row["role"]), scope=Scope(row["scope"])
        )
    )


def _token(row: RowMapping) -> Token:
    return _read(
        lambda: Token(
            id=row["id"],
            account=AccountName(row["account"]) if row["account"] else None,
            publisher=row["publisher"],
            description=row["description"],
            actions=frozenset(_words(row["actions"], Action)),
            scopes=tuple(_words(row["scopes"], Scope)),
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            revoked_at=row["revoked_at"],
            last_used_at=row["last_used_at"],
        )
    )


def _words(text: str, kind: Any) -> Iterable[Any]:
    return (kind(word) for word in text.split())


def _read(make: Callable[[], T]) -> T:
    try:
        return make()
    except (AirlockError, ValueError) as error:
        raise MalformedDocument(
            f"a stored account, role or token cannot be read: {error}"
        ) from error
