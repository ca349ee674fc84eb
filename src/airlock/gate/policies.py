"""Follows the policy that people put in force, in every process that shares a store.

- The newest revision in the store is in force; until there is one, the policy that the process was
  started with. Every process asks for the number of the newest at most once a second, and takes it
  over whole or not at all.
- A revision that this process cannot obey (it knows another set of checks, a certificate is not at
  hand) is not replaced by the one before: that one may let in what the newer refuses. Until a
  revision comes that can be obeyed nothing is let in here, and what was refused stays refused; the
  reason is in every answer.
- If for ten seconds nobody can say which revision is the newest, it is the same.
"""

import asyncio
import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import structlog

from airlock.errors import AirlockError, StoreError, UsageError
from airlock.model.policies import Revision
from airlock.pinning import Pinning
from airlock.policy import Policy
from airlock.policy.in_force import InForce
from airlock.store.policies import Policies
from airlock.vouching import Vouching

_log = structlog.get_logger("airlock.gate")
_LOOKED_EVERY = dt.timedelta(seconds=1)
_BLIND_AFTER = dt.timedelta(seconds=10)


class Obeyed(NamedTuple):
    """A policy with what it takes to obey it."""

    policy: Policy
    vouching: Vouching
    pinning: Pinning


class Followed(InForce):
    """The policy in force, wherever it was put in force.

    Args:
        policies: of the store.
        own: by which the process was started.
        load: makes of a text what obeys it, or raises why that cannot be.
        monotonic: gives seconds that never go back.
    """

    def __init__(
        self,
        policies: Policies,
        own: Obeyed,
        load: Callable[[str], Obeyed],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(own.policy)
        self._policies = policies
        self._obeyed = own
        self._load = load
        self._monotonic = monotonic
        self._number = 0
        self._trouble = ""
        self._looked_at = float("-inf")
        self._known_at = monotonic()
        self._turn = threading.Lock()
        self._told: list[Callable[[Policy], None]] = []
        self.look()

    @property
    def policy(self) -> Policy:
        """What is obeyed; where there is trouble, the last one that could be."""
        self._look_now_and_then()
        return self._obeyed.policy

    @property
    def last(self) -> Policy:
        """What is obeyed; the store is not asked."""
        return self._obeyed.policy

    @property
    def trouble(self) -> str:
        """Why nothing may be let in."""
        self._look_now_and_then()
        return self._trouble

    @property
    def obeyed(self) -> Obeyed:
        """What is obeyed, with what it takes; the store is not asked."""
        return self._obeyed

    @property
    def number(self) -> int:
        """The revision that is in force; 0: that of the process. The store is not asked."""
        return self._number

    @property
    def mark(self) -> str:
        """What changes whenever what is let in may. The store is not asked."""
        return f"{self._number} {self._trouble}"

    def whenever(self, do: Callable[[Policy], None]) -> None:
        """Do something with the policy now, and with each that comes into force later."""
        with self._turn:
            self._told.append(do)
            do(self._obeyed.policy)

    def _look_now_and_then(self) -> None:
        due = self._monotonic() - self._looked_at >= _LOOKED_EVERY.total_seconds()
        # While one asks, nobody waits.
        if due and self._turn.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._turn.release()

    def look(self) -> None:
        """Ask the store which revision is the newest, and take it over."""
        with self._turn:
            self._look()

    def _look(self) -> None:
        at = self._monotonic()
        try:
            self._take(self._policies.newest_number())
        except StoreError as error:
            if at - self._known_at >= _BLIND_AFTER.total_seconds():
                self._troubled(f"which policy is in force cannot be read: {error}")
        except (AirlockError, ValueError, RecursionError) as error:
            self._troubled(f"the newest policy cannot be read here: {error}")
        else:
            self._known_at = at
        finally:
            self._looked_at = at

    def _take(self, number: int) -> None:
        if number == self._number and not self._trouble:
            return
        revision = self._policies.revision(number) if number else None
        if number and revision is None:
            raise StoreError(f"revision {number} of the policy is gone")
        if number == self._number:
            # Trouble with another, or with the store, is over.
            self._trouble = ""
            return
        if revision is not None:
            self._obey(revision)

    def _obey(self, revision: Revision) -> None:
        try:
            loaded = self._load(revision.text)
        except UsageError as error:
            self._troubled(f"revision {revision.number} of the policy cannot be obeyed: {error}")
            return
        for tell in self._told:
            tell(loaded.policy)
        # In this order: what is rendered in between has the old mark, and does not last.
        self._obeyed = loaded
        self._number, self._trouble = revision.number, ""
        _log.info(
            "policy-in-force",
            revision=revision.number,
            policy=f"{revision.policy.name} {revision.policy.version}",
            by=revision.by,
        )

    def _troubled(self, why: str) -> None:
        if why != self._trouble:
            _log.error("policy-unknown", reason=why)
        self._trouble = why


class KeepingUp:
    """Asks which policy is in force also while nobody wants anything of a gate.

    What is ready to be sent holds no more as soon as another policy is known here.

    Args:
        in_force: the policy.
    """

    def __init__(self, in_force: InForce) -> None:
        self._in_force = in_force
        self._task: asyncio.Task[None] | None = None
        self._asking: asyncio.Future[str] | None = None

    def start(self) -> None:
        """Begin, in the running event loop."""
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            self._asking = asyncio.ensure_future(asyncio.to_thread(lambda: self._in_force.trouble))
            await asyncio.shield(self._asking)
            await asyncio.sleep(_LOOKED_EVERY.total_seconds())

    async def close(self) -> None:
        """End, after a question to the store that is under way: it will be closed next."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._asking is not None:
            await asyncio.gather(self._asking, return_exceptions=True)
