"""The port for people: accounts, teams, roles and tokens; each change goes into the log with it.

Promises, beside those of ``airlock.store.interface``:

- A change and its entry in the log are one: there is never one without the other.
- What was taken away is taken away for whoever asks from then on, in every process.
"""

import datetime as dt
from abc import ABC, abstractmethod
from typing import NamedTuple

from airlock.model import Sha256
from airlock.model.people import Account, AccountName, Grant, Stamp, Standing, Token


class StoredToken(NamedTuple):
    """A token and the SHA-256 of its whole text."""

    token: Token
    digest: Sha256


class StoredPassword(NamedTuple):
    """An account and the argon2id hash of its password, if it has one."""

    account: Account
    hash: str | None


class People(ABC):
    """Who is known, and what they may. Every method raises ``StoreError`` if the store refuses."""

    @abstractmethod
    def add_account(self, account: Account, stamp: Stamp) -> None:
        """Add a user or a team.

        Raises:
            NameTaken: if the name is one already.
        """

    @abstractmethod
    def accounts(self) -> tuple[Account, ...]:
        """Return every account, sorted by name."""

    @abstractmethod
    def set_password(self, name: AccountName, hashed: str | None, stamp: Stamp) -> None:
        """Set the hash of a user's password, or take it away.

        Raises:
            TargetNotFound: if there is no such user.
        """

    @abstractmethod
    def set_disabled(self, name: AccountName, stamp: Stamp, *, disabled: bool) -> None:
        """Put an account out of use, or into use again.

        Raises:
            TargetNotFound: if there is no such account.
        """

    @abstractmethod
    def password(self, name: AccountName) -> StoredPassword | None:
        """Return a user and the hash of its password."""

    @abstractmethod
    def standing(self, name: AccountName) -> Standing | None:
        """Return an account with its teams and grants, as they are now."""

    @abstractmethod
    def set_member(
        self, team: AccountName, user: AccountName, stamp: Stamp, *, member: bool
    ) -> bool:
        """Put a user into a team, or out of it; tell whether that changed anything.

        Raises:
            TargetNotFound: if one of them is not there, or is not of that kind.
        """

    @abstractmethod
    def members(self, team: AccountName) -> tuple[AccountName, ...]:
        """Return the users in a team, sorted."""

    @abstractmethod
    def set_grant(self, grant: Grant, stamp: Stamp, *, granted: bool) -> bool:
        """Give a role, or take it away; tell whether that changed anything.

        Raises:
            TargetNotFound: if there is no such account.
        """

    @abstractmethod
    def grants(self) -> tuple[Grant, ...]:
        """Return every grant, sorted."""

    @abstractmethod
    def add_token(self, stored: StoredToken, stamp: Stamp) -> None:
        """Add a token.

        Raises:
            TargetNotFound: if its account is not there.
        """

    @abstractmethod
    def token(self, token_id: str) -> StoredToken | None:
        """Return a token by its public id, whether it is worth anything or not."""

    @abstractmethod
    def tokens(self, account: AccountName | None = None) -> tuple[Token, ...]:
        """Return every token, or those of an account, the newest first."""

    @abstractmethod
    def revoke_token(self, token_id: str, stamp: Stamp) -> None:
        """End a token; if it was ended before, that time stays.

        Raises:
            TargetNotFound: if there is no such token.
        """

    @abstractmethod
    def note_use(self, token_id: str, at: dt.datetime) -> None:
        """Note when a token was used; not in the log."""
