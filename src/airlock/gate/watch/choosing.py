"""By which means an index is followed: the best that it offers, unless the user names one.

A changelog tells every change once and in order; feeds tell the newest ones; serials tell all that
changed, at the price of the whole list. What an index does not offer at all is passed over; while
it does not answer, it is asked again.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence

import structlog

from airlock.errors import UpstreamUnavailable
from airlock.gate.watch.pacing import Sleep
from airlock.model.watching import SourceState
from airlock.sources.changes import Changes

_log = structlog.get_logger("airlock.watch")
_PAUSE_SECONDS = 30.0


async def offered(
    candidates: Sequence[Changes],
    clock: Callable[[], dt.datetime],
    sleep: Sleep = asyncio.sleep,
) -> Changes:
    """Return the first of some means that the index offers; wait for an index that is away.

    Raises:
        UpstreamUnavailable: if it offers none of them.
    """
    refusals: list[UpstreamUnavailable] = []
    for candidate in candidates:
        state = SourceState(url=candidate.url, kind=candidate.kind, since=clock())
        while True:
            try:
                await candidate.since(state)
            except UpstreamUnavailable as error:
                if error.retry_after is None:
                    refusals.append(error)
                    break
                _log.warning("not-told", source=candidate.url, error=str(error))
                await sleep(max(error.retry_after, _PAUSE_SECONDS))
            else:
                return candidate
    raise UpstreamUnavailable(
        f"{candidates[0].url} tells of no changes: {'; '.join(map(str, refusals))}",
        hint=refusals[-1].hint if refusals else "",
    )
