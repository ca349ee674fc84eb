"""The port for mail to people: who wants which, what waits to be sent, and what was given up.

- A mail is added once, by its key: whoever composes the same again adds nothing.
- What is collected for somebody and up to when they were told of it change together.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable

from airlock.model import Sha256
from airlock.model.mail import Mail, MailAddress, MailState, MailWishes, Notice
from airlock.model.people import AccountName, Stamp


class Mails(ABC):
    """Mail to people. Every method raises ``StoreError`` if the store refuses."""

    @abstractmethod
    def wishes(self, account: AccountName) -> MailWishes | None:
        """Return which mail somebody wants; ``None`` if they have no address."""

    @abstractmethod
    def every_wish(self) -> tuple[MailWishes, ...]:
        """Return what everybody wants whose address is confirmed and whose account is in use."""

    @abstractmethod
    def set_address(
        self, account: AccountName, address: MailAddress, digest: Sha256, mail: Mail, stamp: Stamp
    ) -> None:
        """Set an address that is to be confirmed by a code, and add the mail that tells the code.

        Args:
            account: whose it is.
            address: where mail is to go.
            digest: of the code.
            mail: that tells the code.
            stamp: for the log, which does not have the address.
        """

    @abstractmethod
    def confirm(self, account: AccountName, digest: Sha256, stamp: Stamp) -> bool:
        """Confirm the address by the digest of its code; tell whether it was that."""

    @abstractmethod
    def set_kinds(self, account: AccountName, kinds: frozenset[Notice]) -> None:
        """Set which mail somebody wants."""

    @abstractmethod
    def forget(self, account: AccountName, stamp: Stamp) -> None:
        """Forget somebody's address, and what waits to be sent there."""

    @abstractmethod
    def add(self, mails: Iterable[Mail]) -> None:
        """Add mails, but those whose key is there already."""

    @abstractmethod
    def tell(self, wishes: MailWishes, until: dt.datetime, mails: Iterable[Mail]) -> bool:
        """Note up to when somebody was told, and add what tells them, unless another did."""

    @abstractmethod
    def lease(self, now: dt.datetime, until: dt.datetime) -> Mail | None:
        """Return what has to be sent now, and let nobody else send it for a while.

        What waits for an account that is out of use is dropped: it is told nothing more. So is what
        was sent or given up 90 days ago.
        """

    @abstractmethod
    def settle(self, mail: Mail) -> None:
        """Record what came of an attempt: its state, error, attempts and next time."""

    @abstractmethod
    def of_state(self, state: MailState, limit: int) -> tuple[Mail, ...]:
        """Return mails, without their text, the newest first."""

    @abstractmethod
    def revive(self, key: str, now: dt.datetime) -> None:
        """Send a dead mail again, or all of them for an empty key."""
