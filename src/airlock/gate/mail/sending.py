"""Sends mail in the background of a running gate: what is composed, until it is taken.

- No request waits for a mail server: what is to be sent is a row, and who sends it is this.
- Any number of gates share the work: a mail is leased before it is sent. Whoever is killed
  meanwhile leaves a lease that ends; the same mail may come twice, under the same ``Message-ID``.
- What is not taken is tried again with growing pauses, and is dead after eight attempts; whoever
  administrates sees that, and can have it sent again.
"""

import asyncio
import datetime as dt
import hashlib
from collections.abc import Callable

import anyio.to_thread
import msgspec
import structlog

from airlock.errors import AirlockError
from airlock.gate.mail.notices import Notices
from airlock.gate.mail.post import REFUSED, Post, is_final
from airlock.model.mail import MOST_ATTEMPTS, Mail, MailState, wait_after
from airlock.store.mails import Mails

_log = structlog.get_logger("airlock.gate")
_LEASE = dt.timedelta(minutes=2)
_AT_ONCE = 50
_LONGEST_ERROR = 300


class Sending:
    """Composes and sends, every few seconds.

    Args:
        notices: composes.
        mails: what waits.
        post: the mail server.
        clock: gives the time in UTC.
        every: how often it is looked whether there is something to tell.
    """

    def __init__(
        self,
        notices: Notices,
        mails: Mails,
        post: Post,
        clock: Callable[[], dt.datetime],
        every: dt.timedelta = dt.timedelta(seconds=5),
    ) -> None:
        self._notices = notices
        self._mails = mails
        self._post = post
        self._clock = clock
        self._every = every
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the running event loop."""
        self._task = asyncio.create_task(self._send_for_ever())

    async def close(self) -> None:
        """End after what is under way."""
        self._stopping = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _send_for_ever(self) -> None:
        while not self._stopping:
            # Shielded: what was sent has to be recorded.
            await asyncio.shield(anyio.to_thread.run_sync(self.step))
            await asyncio.sleep(self._every.total_seconds())

    def step(self) -> int:
        """Compose what has to be told, and send what waits; return how many were taken."""
        count = 0
        try:
            self._notices.compose()
            for _ in range(_AT_ONCE):
                now = self._clock()
                mail = None if self._stopping else self._mails.lease(now, now + _LEASE)
                if mail is None:
                    break
                done = self._sent(mail, now)
                self._mails.settle(done)
                if done.state is MailState.WAITING:
                    # The server is away: the others need not find that out one by one.
                    break
                count += done.state is MailState.SENT
        except AirlockError as error:
            _log.warning("mail-not-sent", error=str(error))
        return count

    def _sent(self, mail: Mail, now: dt.datetime) -> Mail:
        """Return a mail as it is after an attempt."""
        attempts = mail.attempts + 1
        try:
            self._post.send(
                to=mail.address,
                subject=mail.subject,
                body=mail.body,
                message_id=f"review-{hashlib.sha256(mail.key.encode()).hexdigest()[:24]}",
                at=mail.made_at,
            )
        except REFUSED as error:
            told = f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]
            _log.warning("mail-not-taken", account=mail.account, kind=mail.kind, error=told)
            dead = attempts >= MOST_ATTEMPTS or is_final(error)
            return msgspec.structs.replace(
                mail,
                attempts=attempts,
                error=told,
                state=MailState.DEAD if dead else MailState.WAITING,
                next_at=now + wait_after(attempts),
            )
        return msgspec.structs.replace(
            mail, attempts=attempts, error="", state=MailState.SENT, next_at=now
        )
