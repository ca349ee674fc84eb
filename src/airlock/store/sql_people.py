"""People in a database: each change one transaction, with its entry in the log."""

import datetime as dt

from airlock.model.log import Event
from airlock.model.people import (
    Account,
    AccountKind,
    AccountName,
    Grant,
    Stamp,
    Standing,
    Token,
)
from airlock.store import log_rows, people_rows, session_rows
from airlock.store.engine import Database
from airlock.store.people import People, StoredPassword, StoredToken


class SqlPeople(People):
    """People in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_account(self, account: Account, stamp: Stamp) -> None:
        """Add a user or a team."""
        with self._database.writing() as connection:
            people_rows.add_account(connection, account)
            told = _event(f"{account.kind}-added", account.name, stamp, title=account.title)
            log_rows.append(connection, told)

    def accounts(self) -> tuple[Account, ...]:
        """Return every account."""
        with self._database.reading() as connection:
            return people_rows.every_account(connection)

    def set_password(self, name: AccountName, hashed: str | None, stamp: Stamp) -> None:
        """Set the hash of a password, or take it away."""
        with self._database.writing() as connection:
            people_rows.change_account(connection, name, AccountKind.USER, password=hashed)
            # Whoever knew the one before may be signed in.
            session_rows.end(connection, name, only="", but="")
            kind = "password-set" if hashed is not None else "password-removed"
            log_rows.append(connection, _event(kind, name, stamp))

    def set_disabled(self, name: AccountName, stamp: Stamp, *, disabled: bool) -> None:
        """Put an account out of use, or into use again."""
        since = stamp.at if disabled else None
        with self._database.writing() as connection:
            people_rows.change_account(connection, name, None, disabled_at=since)
            session_rows.end(connection, name, only="", but="")
            kind = "account-disabled" if disabled else "account-enabled"
            log_rows.append(connection, _event(kind, name, stamp))

    def password(self, name: AccountName) -> StoredPassword | None:
        """Return a user and the hash of its password."""
        with self._database.reading() as connection:
            return people_rows.password(connection, name)

    def standing(self, name: AccountName) -> Standing | None:
        """Return an account with its teams and grants."""
        with self._database.reading() as connection:
            return people_rows.standing(connection, name)

    def set_member(
        self, team: AccountName, user: AccountName, stamp: Stamp, *, member: bool
    ) -> bool:
        """Put a user into a team, or out of it."""
        with self._database.writing() as connection:
            changed = people_rows.set_member(connection, team, user, member=member)
            if changed:
                kind = "member-added" if member else "member-removed"
                log_rows.append(connection, _event(kind, team, stamp, user=user))
            return changed

    def members(self, team: AccountName) -> tuple[AccountName, ...]:
        """Return the users in a team."""
        with self._database.reading() as connection:
            return people_rows.members(connection, team)

    def set_grant(self, grant: Grant, stamp: Stamp, *, granted: bool) -> bool:
        """Give a role, or take it away."""
        with self._database.writing() as connection:
            changed = people_rows.set_grant(connection, grant, granted=granted)
            if changed:
                kind = "role-given" if granted else "role-taken"
                role = grant.role.value
                told = _event(kind, grant.account, stamp, role=role, scope=grant.scope)
                log_rows.append(connection, told)
            return changed

    def grants(self) -> tuple[Grant, ...]:
        """Return every grant."""
        with self._database.reading() as connection:
            return people_rows.every_grant(connection)

    def add_token(self, stored: StoredToken, stamp: Stamp) -> None:
        """Add a token."""
        token = stored.token
        with self._database.writing() as connection:
            people_rows.add_token(connection, stored)
            told = _event(
                "token-created",
                token.id,
                stamp,
                of=token.account or token.publisher,
                actions=" ".join(sorted(token.actions)),
                scopes=" ".join(token.scopes),
                until=token.expires_at.isoformat() if token.expires_at else "",
            )
            log_rows.append(connection, told)

    def token(self, token_id: str) -> StoredToken | None:
        """Return a token."""
        with self._database.reading() as connection:
            return people_rows.one_token(connection, token_id)

    def tokens(self, account: AccountName | None = None) -> tuple[Token, ...]:
        """Return tokens."""
        with self._database.reading() as connection:
            return people_rows.every_token(connection, account)

    def revoke_token(self, token_id: str, stamp: Stamp) -> None:
        """End a token."""
        with self._database.writing() as connection:
            if people_rows.revoke_token(connection, token_id, stamp.at):
                log_rows.append(connection, _event("token-revoked", token_id, stamp))

    def note_use(self, token_id: str, at: dt.datetime) -> None:
        """Note when a token was used."""
        with self._database.writing() as connection:
            people_rows.note_use(connection, token_id, at)


def _event(kind: str, subject: str, stamp: Stamp, **details: str) -> Event:
    # Empty details say nothing.
    told = {name: str(value) for name, value in details.items() if value}
    return Event(kind=kind, subject=str(subject), by=stamp.by, at=stamp.at, details=told)
