"""Everything that one database knows, by its ports."""

from types import TracebackType
from typing import NamedTuple, Self

from airlock.store.browsing import Browsing
from airlock.store.hooks import Hooks
from airlock.store.hunting import Hunting
from airlock.store.interface import Store
from airlock.store.log import Log
from airlock.store.mails import Mails
from airlock.store.papers import Papers
from airlock.store.people import People
from airlock.store.policies import Policies
from airlock.store.publishers import Publishers
from airlock.store.reviews import Reviews
from airlock.store.sessions import Sessions
from airlock.store.traces import Traces
from airlock.store.underway import Underway
from airlock.store.works import Following, Works


class Records(NamedTuple):
    """The ports of one open database; closing it closes all of them."""

    store: Store
    people: People
    log: Log
    publishers: Publishers
    hooks: Hooks
    reviews: Reviews
    browsing: Browsing
    works: Works
    following: Following
    hunting: Hunting
    sessions: Sessions
    traces: Traces
    papers: Papers
    policies: Policies
    underway: Underway
    mails: Mails

    def close(self) -> None:
        """Let go of the connections."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
