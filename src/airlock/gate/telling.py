"""Tells webhooks of the entries of the log, in their order, until they take them.

- Any number of gates share the work: an entry is leased before it is told, and whoever is killed
  meanwhile leaves a lease that ends. A receiver may hear of an entry twice, with the same id.
- An entry that nobody takes is tried again with growing pauses, and given up after eight attempts.
- Redirects are not followed, and of an answer nothing but its status is looked at.
"""

import asyncio
import datetime as dt
from collections.abc import Callable

import anyio.to_thread
import httpx
import msgspec
import structlog

from airlock.errors import AirlockError
from airlock.model.hooks import Delivery, signature
from airlock.report.people import entry_document
from airlock.store.hooks import Due, Hooks

_log = structlog.get_logger("airlock.gate")
_SECONDS = 10.0
_LEASE = dt.timedelta(minutes=1)
_AT_ONCE = 100


class Telling:
    """Tells in the background of a running gate.

    Args:
        hooks: who is told of what.
        clock: gives the time in UTC.
        every: how often it is looked whether there is something to tell.
    """

    def __init__(
        self,
        hooks: Hooks,
        clock: Callable[[], dt.datetime],
        every: dt.timedelta = dt.timedelta(seconds=2),
    ) -> None:
        self._hooks = hooks
        self._clock = clock
        self._every = every
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, in the running event loop."""
        self._task = asyncio.create_task(self._tell_for_ever())

    async def close(self) -> None:
        """End after what is under way."""
        self._stopping = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _tell_for_ever(self) -> None:
        while not self._stopping:
            await asyncio.sleep(self._every.total_seconds())
            # Shielded: what was told has to be recorded.
            await asyncio.shield(anyio.to_thread.run_sync(self.tell_all))

    def tell_all(self) -> int:
        """Tell what has to be told now; return how many attempts that took."""
        count = 0
        try:
            with httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client:
                while count < _AT_ONCE and not self._stopping:
                    now = self._clock()
                    due = self._hooks.lease(now, now + _LEASE)
                    if due is None:
                        break
                    self._hooks.settle(due, self._tell(client, due))
                    count += 1
        except AirlockError as error:
            _log.warning("webhooks-not-told", error=str(error))
        return count

    def _tell(self, client: httpx.Client, due: Due) -> Delivery:
        now = self._clock()
        attempt = Delivery(
            hook=due.hook.id,
            entry=due.entry.seq,
            attempt=due.hook.attempts + 1,
            at=now,
            status=None,
        )
        body = _body(due)
        try:
            with client.stream(
                "POST", due.hook.url, content=body, headers=_headers(due, now, body)
            ) as told:
                done = msgspec.structs.replace(attempt, status=told.status_code)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            done = msgspec.structs.replace(attempt, error=type(error).__name__)
        if not done.done:
            _log.warning("webhook-failed", hook=done.hook, entry=done.entry, status=done.status)
        return done


def _body(due: Due) -> bytes:
    event = due.entry.event
    document = {
        "type": event.kind,
        "timestamp": event.at.isoformat(),
        "data": entry_document(due.entry),
    }
    return msgspec.json.encode(document)


def _headers(due: Due, now: dt.datetime, body: bytes) -> dict[str, str]:
    message_id = f"msg_{due.hook.id}_{due.entry.seq}"
    timestamp = int(now.timestamp())
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(due.secret, message_id, timestamp, body),
    }
