"""What somebody says of the mail that they get: where to, and about what.

- An address is confirmed by a code that is sent there; before that nothing else goes there.
- A code is sent once in five minutes, whatever happened to the address meanwhile: nobody writes to
  strangers by it.
"""

import datetime as dt
import threading
from collections.abc import Callable

from airlock.errors import TooManyAttempts, UsageError
from airlock.model.mail import Mail, MailAddress, MailWishes, Notice, code_digest, new_code
from airlock.model.people import AccountName, Stamp
from airlock.report import mails as text
from airlock.store.mails import Mails

_BETWEEN_CODES = dt.timedelta(minutes=5)


class OwnMail:
    """One's own mail.

    Args:
        mails: who wants which.
        link: the address of the gate; empty if it sends no mail.
        clock: gives the time in UTC.
    """

    def __init__(self, mails: Mails, link: str, clock: Callable[[], dt.datetime]) -> None:
        self._mails = mails
        self._link = link.rstrip("/")
        self._clock = clock
        self._sent: dict[AccountName, dt.datetime] = {}
        self._turn = threading.Lock()

    @property
    def sends(self) -> bool:
        """Whether this gate sends mail."""
        return bool(self._link)

    def wishes(self, account: AccountName) -> MailWishes | None:
        """Return which mail somebody wants; ``None`` if they have no address."""
        return self._mails.wishes(account)

    def set_address(self, account: AccountName, given: str) -> None:
        """Set an address, and send the code that confirms it.

        Raises:
            InvalidName: if it is no address.
            TooManyAttempts: if a code was sent a moment ago.
            UsageError: if this gate sends no mail.
        """
        if not self._link:
            raise UsageError("this gate sends no mail")
        address = MailAddress(given.strip())
        with self._turn:
            now = self._clock()
            self._check_pause(account, now)
            secret = new_code()
            told = text.code(address, secret)
            mail = Mail(
                key=f"{Notice.ADDRESS} {account} {now.isoformat()}",
                account=account,
                address=address,
                kind=Notice.ADDRESS,
                subject=told.subject,
                body=told.body(self._link),
                made_at=now,
                next_at=now,
            )
            stamp = _stamp(account, now)
            self._mails.set_address(account, address, code_digest(secret), mail, stamp)
            self._sent[account] = now

    def _check_pause(self, account: AccountName, now: dt.datetime) -> None:
        before = self._mails.wishes(account)
        # Also who wants nothing more and begins anew, or goes on to the address of somebody else.
        last = [self._sent[account]] if account in self._sent else []
        if before and before.confirmed_at is None:
            last.append(before.told_until)
        left = max(last, default=now - _BETWEEN_CODES) + _BETWEEN_CODES - now
        if left > dt.timedelta(0):
            raise TooManyAttempts(
                "a code was sent just now: wait five minutes", retry_after=left.total_seconds()
            )

    def confirm(self, account: AccountName, code: str) -> None:
        """Confirm the address by its code.

        Raises:
            UsageError: if it is another one.
        """
        stamp = _stamp(account, self._clock())
        if not self._mails.confirm(account, code_digest(code.strip()), stamp):
            raise UsageError("that is not the code")

    def choose(self, account: AccountName, kinds: frozenset[Notice]) -> None:
        """Set which mail somebody gets; the code that confirms an address comes in any case."""
        self._mails.set_kinds(account, kinds - {Notice.ADDRESS})

    def forget(self, account: AccountName) -> None:
        """Forget an address, and what waits to be sent there."""
        self._mails.forget(account, _stamp(account, self._clock()))


def _stamp(account: AccountName, now: dt.datetime) -> Stamp:
    return Stamp(f"user {account}", now)
