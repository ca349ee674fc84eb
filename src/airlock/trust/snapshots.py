"""The strict sequence of snapshots: one after the other, whichever process makes it.

- Everything is read, made and written under the store's lock.
- What is written is invisible until the timestamp names it, and the timestamp is one file: a crash
  at any point leaves clients with the last state or the new one, each whole.
- A version that a timestamp has named is never written again; one that none has named may be.

Source: PEP 458 (producing consistent snapshots, transaction process).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

import msgspec

from airlock.errors import StoreError
from airlock.trust import delegating, documents, roles
from airlock.trust.delegating import Claims
from airlock.trust.documents import BinContent, SnapshotText
from airlock.trust.metadata import MetadataStore
from airlock.trust.online_keys import Signers
from airlock.trust.states import State, role_of, roles_of
from airlock.trust.transactions import Transaction, TransactionLog


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """What the next snapshot changes."""

    reason: str
    """For the log."""
    bins: Mapping[str, BinContent] = {}
    documents: Mapping[str, bytes] = {}
    """Signed by others: of offline roles and of developers, by their names on the wire."""
    recent: Claims | None = None
    """All that ``recently-claimed`` is to delegate; ``None``: what it does."""
    added: Sequence[str] = ()
    removed: Sequence[str] = ()


class Snapshots:
    """Makes snapshots in one sequence.

    Args:
        store: of metadata.
        signers: of the online roles.
        log: of transactions.
        clock: gives the time in UTC.
    """

    def __init__(
        self,
        store: MetadataStore,
        signers: Signers,
        log: TransactionLog,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self.store = store
        self.clock = clock
        self._signers = signers
        self._log = log
        self._state: State | None = None

    def alone(self) -> AbstractContextManager[None]:
        """Wait for one's turn; the lock is held in the block."""
        return self.store.alone()

    def state(self) -> State:
        """Return what is current; read again only if another process went on.

        Raises:
            StoreError: if nothing was ever published, or a document is missing.
        """
        timestamp = self.store.get("timestamp.json")
        if timestamp is None:
            raise StoreError(
                "nothing was published here yet", hint="airlock trust publish, after the ceremony"
            )
        number, meta = documents.read_versions(timestamp)
        version = meta[roles.SNAPSHOT]
        if self._state is None or self._state.snapshot != version:
            _, versions = documents.read_versions(self.get(f"{version}.snapshot.json"))
            self._state = State(number, version, SnapshotText(versions))
        self._state.timestamp = number
        return self._state

    def get(self, name: str) -> bytes:
        """Return a document.

        Raises:
            StoreError: if it is missing.
        """
        data = self.store.get(name)
        if data is None:
            raise StoreError(f"{name} is missing", hint="airlock trust recover")
        return data

    def current(self, role: str, state: State) -> bytes | None:
        """Return the document of a role as a state has it; ``None`` if it has none."""
        version = state.text.versions.get(role)
        return None if version is None else self.get(f"{version}.{role}.json")

    def commit(self, state: State, wanted: Commit) -> int:
        """Write documents, the snapshot, the log and, last, the timestamp; the lock is held.

        Returns:
            The number of the snapshot.
        """
        now = self.clock()
        # Whatever fails below, what is in memory is not what is current.
        self._state = None
        expires = roles.expires(now, roles.ONLINE_LIFE)
        others = {name: data for name, data in wanted.documents.items() if not _is_root(name)}
        written = others | self._bins(wanted.bins) | self._recent(state, wanted, expires)
        state.text.update(roles_of(written))
        number = state.snapshot + 1
        snapshot = state.text.document(number, expires, self._signers(roles.SNAPSHOT))
        written[f"{number}.snapshot.json"] = snapshot
        self.store.put(written)
        self._log.append(
            Transaction.of(
                at=now.isoformat(),
                snapshot=number,
                reason=wanted.reason,
                added=tuple(wanted.added),
                removed=tuple(wanted.removed),
                bins=len(wanted.bins),
                offline=tuple(wanted.documents),
            )
        )
        timestamp = documents.timestamp_document(
            state.timestamp + 1, expires, snapshot, number, self._signers(roles.TIMESTAMP)
        )
        self.store.put({"timestamp.json": timestamp})
        self.store.put({name: data for name, data in wanted.documents.items() if _is_root(name)})
        self._state = State(state.timestamp + 1, number, state.text)
        return number

    def _bins(self, bins: Mapping[str, BinContent]) -> dict[str, bytes]:
        signers = self._signers(roles.BIN) if bins else ()
        return {
            f"{one.version}.{name}.json": documents.bin_document(one, signers)
            for name, one in bins.items()
        }

    def _recent(self, state: State, wanted: Commit, expires: dt.datetime) -> dict[str, bytes]:
        if wanted.recent is None:
            return {}
        version = state.text.versions.get(roles.RECENT, 0) + 1
        made = delegating.delegating_document(
            wanted.recent, version, expires, self._signers(roles.RECENT)
        )
        return {f"{version}.{roles.RECENT}.json": made}


def _is_root(name: str) -> bool:
    return role_of(name) == roles.ROOT
