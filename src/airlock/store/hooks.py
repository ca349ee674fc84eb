"""The port for webhooks: who is told of what, and what came of each attempt."""

import datetime as dt
from abc import ABC, abstractmethod
from typing import NamedTuple

from airlock.model.hooks import Delivery, Hook
from airlock.model.log import Entry
from airlock.model.people import Stamp


class Due(NamedTuple):
    """An entry that a hook has to be told; nobody else tells it until the lease ends."""

    hook: Hook
    secret: str
    entry: Entry


class Hooks(ABC):
    """Who is told of what. Every method raises ``StoreError`` if the store refuses."""

    @abstractmethod
    def add(self, hook: Hook, secret: str, stamp: Stamp) -> None:
        """Add a hook; with an entry in the log, which has no secret in it."""

    @abstractmethod
    def remove(self, hook_id: str, stamp: Stamp) -> None:
        """Take a hook away; with an entry in the log.

        Raises:
            TargetNotFound: if there is no such hook.
        """

    @abstractmethod
    def every(self) -> tuple[Hook, ...]:
        """Return all hooks, the oldest first."""

    @abstractmethod
    def lease(self, now: dt.datetime, until: dt.datetime) -> Due | None:
        """Return what has to be told now, and let nobody else tell it for a while."""

    @abstractmethod
    def settle(self, due: Due, delivery: Delivery) -> None:
        """Record an attempt, and go on: to the next entry, or to the next attempt."""

    @abstractmethod
    def deliveries(self, limit: int) -> tuple[Delivery, ...]:
        """Return the last attempts, the newest first."""
