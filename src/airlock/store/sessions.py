"""The port for signing in: sessions, second factors, recovery codes, wrong attempts.

Promises, beside those of ``airlock.store.interface``:

- What was ended or used up is so for whoever asks from then on, in every process.
- A recovery code, a time step of an authenticator and a challenge are each worth something once.
- Changes of factors, and the ends of sessions that somebody wanted, are in the log.
"""

import datetime as dt
from abc import ABC, abstractmethod

from airlock.model import Sha256
from airlock.model.people import AccountName, Stamp
from airlock.model.sessions import Factor, Session, Tally


class Sessions(ABC):
    """How people sign in. Every method raises ``StoreError`` if the store refuses."""

    @abstractmethod
    def add(self, session: Session, digest: Sha256, *, instead_of: str = "") -> None:
        """Add a session; the one with the id ``instead_of`` ends with it."""

    @abstractmethod
    def by_digest(self, digest: Sha256) -> Session | None:
        """Return a session by the digest of its secret, if nobody ended it."""

    @abstractmethod
    def of(self, account: AccountName) -> tuple[Session, ...]:
        """Return the sessions of an account that nobody ended, the newest first."""

    @abstractmethod
    def touch(self, session_id: str, at: dt.datetime) -> None:
        """Note that a session was used."""

    @abstractmethod
    def end(self, account: AccountName, stamp: Stamp, *, only: str = "", but: str = "") -> int:
        """End sessions of an account: one, or all, or all but one; return how many."""

    @abstractmethod
    def forget(self, before: dt.datetime) -> None:
        """Remove what ended by itself before a time: sessions, attempts, challenges."""

    @abstractmethod
    def add_factor(self, factor: Factor, stamp: Stamp) -> None:
        """Add a second factor."""

    @abstractmethod
    def factors(self, account: AccountName) -> tuple[Factor, ...]:
        """Return the second factors of an account, the oldest first."""

    @abstractmethod
    def with_factors(self) -> frozenset[AccountName]:
        """Return the accounts that have a second factor."""

    @abstractmethod
    def use_factor(self, factor: Factor, counter: int, at: dt.datetime) -> bool:
        """Note that a factor was used; tell whether its counter had not come so far before.

        A key that does not count always has 0, which is never too low.
        """

    @abstractmethod
    def remove_factor(self, account: AccountName, factor_id: str, stamp: Stamp) -> None:
        """Remove a second factor.

        Raises:
            TargetNotFound: if the account has no such one.
        """

    @abstractmethod
    def set_recovery(self, account: AccountName, digests: tuple[Sha256, ...], stamp: Stamp) -> None:
        """Replace the recovery codes of an account."""

    @abstractmethod
    def recovery_left(self, account: AccountName) -> int:
        """Return how many recovery codes are left."""

    @abstractmethod
    def use_recovery(self, account: AccountName, digest: Sha256, stamp: Stamp) -> bool:
        """Use up a recovery code; tell whether it was one."""

    @abstractmethod
    def tally(self, key: str, now: dt.datetime) -> Tally:
        """Return how many wrong attempts there were under a key in the window that runs."""

    @abstractmethod
    def note_wrong(self, key: str, now: dt.datetime, window: dt.timedelta) -> Tally:
        """Count a wrong attempt, in a window that begins with the first; return the new count."""

    @abstractmethod
    def forgive(self, key: str) -> None:
        """Forget the wrong attempts under a key."""

    @abstractmethod
    def put_challenge(self, digest: Sha256, document: bytes, until: dt.datetime) -> None:
        """Keep what a later request has to refer to."""

    @abstractmethod
    def take_challenge(self, digest: Sha256, now: dt.datetime) -> bytes | None:
        """Return and remove what was kept; ``None`` if it is not there, or its time is over."""

    @abstractmethod
    def identity(self, issuer: str, subject: str) -> AccountName | None:
        """Return the account that an issuer's subject is."""

    @abstractmethod
    def set_identity(self, issuer: str, subject: str, account: AccountName, stamp: Stamp) -> None:
        """Say which account an issuer's subject is.

        Raises:
            NameTaken: if it is another already.
        """
