"""Signs online what the index admits: bins, snapshot, timestamp. Needs the online keys only.

- A snapshot follows the one before it, whichever process makes it: everything is read, made and
  written under the store's lock.
- What is written is invisible until the timestamp names it, and the timestamp is one file: a crash
  at any point leaves clients with the last state or the new one, each whole.
- A version that a timestamp has named is never written again; one that none has named may be.
- Whoever reads a state gets all documents of it for as long as a client takes (``GRACE``).

Source: PEP 458 (producing consistent snapshots, transaction process, expiry).
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from airlock.errors import StoreError
from airlock.trust import documents, roles
from airlock.trust.bins import distributed, is_garbage, succinct_of
from airlock.trust.documents import BinContent, SnapshotText, Target
from airlock.trust.metadata import MetadataStore
from airlock.trust.states import Change, State, is_late, roles_of
from airlock.trust.transactions import Transaction, TransactionLog

if TYPE_CHECKING:
    from securesystemslib.signer import Signer
    from tuf.api.metadata import SuccinctRoles

GRACE: Final = dt.timedelta(hours=1)
_RESIGNED_AT_ONCE: Final = 512


class Repository:
    """The online part of a repository.

    Args:
        store: of metadata.
        signers: gives the online signers; during a rotation the old one and the new one.
        log: of transactions.
        clock: gives the time in UTC.
    """

    def __init__(
        self,
        store: MetadataStore,
        signers: "Callable[[], Sequence[Signer]]",
        log: TransactionLog,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._store = store
        self._signers = signers
        self._log = log
        self._clock = clock
        self._state: State | None = None
        self._bins: tuple[int, SuccinctRoles] | None = None
        self._expiries: dict[str, dt.datetime] = {}

    # --- what is current

    def state(self) -> State:
        """Return what is current; read again only if another process went on.

        Raises:
            StoreError: if nothing was ever published, or a document is missing.
        """
        timestamp = self._store.get("timestamp.json")
        if timestamp is None:
            raise StoreError(
                "nothing was published here yet", hint="airlock trust publish, after the ceremony"
            )
        number, meta = documents.read_versions(timestamp)
        version = meta[roles.SNAPSHOT]
        if self._state is None or self._state.snapshot != version:
            _, versions = documents.read_versions(self._get(f"{version}.snapshot.json"))
            self._state = State(number, version, SnapshotText(versions))
        self._state.timestamp = number
        return self._state

    def _get(self, name: str) -> bytes:
        data = self._store.get(name)
        if data is None:
            raise StoreError(f"{name} is missing", hint="airlock trust recover")
        return data

    def _succinct(self, state: State) -> "SuccinctRoles":
        version = state.text.versions[roles.BINS]
        if self._bins is None or self._bins[0] != version:
            data = self._get(f"{version}.bins.json")
            self._bins = (version, succinct_of(data))
        return self._bins[1]

    def _bin(self, name: str, state: State) -> BinContent:
        return documents.read_bin(self._get(f"{state.text.versions[name]}.{name}.json"))

    def target(self, path: str) -> Target | None:
        """Return what is signed of a path, or ``None``."""
        state = self.state()
        return self._bin(self._succinct(state).get_role_for_target(path), state).targets.get(path)

    def targets(self) -> Iterator[tuple[str, Target]]:
        """Yield everything that is signed."""
        state = self.state()
        for name in self._succinct(state).get_roles():
            yield from self._bin(name, state).targets.items()

    # --- what changes

    def publish(self, changes: Iterable[Change], *, reason: str) -> int:
        """Sign changes in one snapshot, and return its number; without any, the current one's."""
        with self._store.alone():
            state = self.state()
            touched, added, removed = self._applied(changes, state)
            if not touched:
                return state.snapshot
            now = self._clock()
            expires = roles.expires(now, roles.ONLINE_LIFE)
            for name, content in touched.items():
                content.version = state.text.versions[name] + 1
                content.expires = expires
            return self._commit(state, touched, now, reason=reason, added=added, removed=removed)

    def _applied(
        self, changes: Iterable[Change], state: State
    ) -> tuple[dict[str, BinContent], list[str], list[str]]:
        succinct = self._succinct(state)
        seen, touched = dict[str, BinContent](), dict[str, BinContent]()
        added, removed = list[str](), list[str]()
        for change in changes:
            name = succinct.get_role_for_target(roles.checked_path(change.path))
            if name not in seen:
                seen[name] = self._bin(name, state)
            content = seen[name]
            if content.targets.get(change.path) == change.target:
                continue
            touched[name] = content
            if change.target is None:
                del content.targets[change.path]
                removed.append(change.path)
            else:
                content.targets[change.path] = change.target
                added.append(change.path)
        return touched, added, removed

    def _commit(  # noqa: PLR0913 - what a transaction is made of
        self,
        state: State,
        bins: Mapping[str, BinContent],
        now: dt.datetime,
        *,
        reason: str,
        added: Sequence[str] = (),
        removed: Sequence[str] = (),
        offline: Mapping[str, bytes] | None = None,
    ) -> int:
        """Write bins, the snapshot, the log and, last, the timestamp."""
        # Whatever fails below, what is in memory is not what is current.
        self._state = None
        signers = list(self._signers())
        written = {
            f"{one.version}.{name}.json": documents.bin_document(one, signers)
            for name, one in bins.items()
        }
        offline = offline or {}
        written |= {name: data for name, data in offline.items() if "root" not in name}
        state.text.update({name: one.version for name, one in bins.items()})
        expires = roles.expires(now, roles.ONLINE_LIFE)
        snapshot = state.text.document(state.snapshot + 1, expires, signers)
        written[f"{state.snapshot + 1}.snapshot.json"] = snapshot
        self._store.put(written)
        self._log.append(
            Transaction.of(
                at=now.isoformat(),
                snapshot=state.snapshot + 1,
                reason=reason,
                added=tuple(added),
                removed=tuple(removed),
                bins=len(bins),
                offline=tuple(offline),
            )
        )
        timestamp = documents.timestamp_document(
            state.timestamp + 1, expires, snapshot, state.snapshot + 1, signers
        )
        self._store.put({"timestamp.json": timestamp})
        self._store.put({name: data for name, data in offline.items() if "root" in name})
        self._expiries |= {name: one.expires for name, one in bins.items()}
        self._state = State(state.timestamp + 1, state.snapshot + 1, state.text)
        return state.snapshot + 1

    # --- what is signed again

    def resign(self, *, most: int = _RESIGNED_AT_ONCE) -> int:
        """Sign anew the bins that expire next, and the snapshot and the timestamp if they do.

        Returns:
            How many bins were signed; called every few minutes, it spreads them over the day.
        """
        with self._store.alone():
            state, now = self.state(), self._clock()
            due = self._due(state, now)[:most]
            contents = {name: self._bin(name, state) for name in due}
            late = {name: one for name, one in contents.items() if is_late(one.expires, now)}
            self._expiries |= {name: one.expires for name, one in contents.items()}
            for name, one in late.items():
                one.version = state.text.versions[name] + 1
                one.expires = roles.expires(now, roles.ONLINE_LIFE)
            timestamp = documents.read_expiry(self._get("timestamp.json"))
            if late or is_late(timestamp, now):
                self._commit(state, late, now, reason="signed again")
            return len(late)

    def targets_due(self, *, most: int = _RESIGNED_AT_ONCE) -> list[tuple[str, Target]]:
        """Return the targets of the bins that ``resign`` would sign now."""
        state = self.state()
        due = self._due(state, self._clock())[:most]
        return [pair for name in due for pair in self._bin(name, state).targets.items()]

    def _due(self, state: State, now: dt.datetime) -> list[str]:
        names = list(self._succinct(state).get_roles())
        if len(self._expiries) != len(names):
            self._expiries = {
                name: documents.read_bin_expiry(
                    self._get(f"{state.text.versions[name]}.{name}.json")
                )
                for name in names
            }
        due = [name for name, expiry in self._expiries.items() if is_late(expiry, now)]
        return sorted(due, key=self._expiries.__getitem__)

    # --- what comes from a ceremony

    def install(self, pending: Mapping[str, bytes], *, reason: str) -> int:
        """Bring in complete documents of offline roles; make the bins that they need.

        Args:
            pending: by their names on the wire; the caller has looked at their signatures.
            reason: for the log.

        Returns:
            The number of the snapshot.
        """
        with self._store.alone():
            now = self._clock()
            if self._store.get("timestamp.json") is None:
                root = {name: data for name, data in pending.items() if "root" in name}
                self._store.put(root)
                state = State(0, 0, SnapshotText({}))
                targets: dict[str, Target] = {}
            else:
                state = self.state()
                targets = dict(self.targets()) if "bins" in roles_of(pending) else {}
            state.text.update(
                {role: number for role, number in roles_of(pending).items() if role != roles.ROOT}
            )
            bins = dict[str, BinContent]()
            if "bins" in roles_of(pending):
                bins = self._rebinned(pending, targets, state, now)
            return self._commit(state, bins, now, reason=reason, offline=pending)

    def _rebinned(
        self,
        pending: Mapping[str, bytes],
        targets: Mapping[str, Target],
        state: State,
        now: dt.datetime,
    ) -> dict[str, BinContent]:
        succinct = succinct_of(next(data for name, data in pending.items() if "bins" in name))
        self._bins, self._expiries = None, {}
        # Bins of before stay in the snapshot: a client refuses one that lost a role (TUF 5.5.5).
        return distributed(targets.items(), succinct, state.text.versions, now)

    def rebuild(self, targets: Iterable[tuple[str, Target]], *, reason: str) -> int:
        """Sign all bins anew with exactly these targets: the first time, and after a compromise."""
        with self._store.alone():
            state, now = self.state(), self._clock()
            checked = ((roles.checked_path(path), target) for path, target in targets)
            made = distributed(checked, self._succinct(state), state.text.versions, now)
            return self._commit(state, made, now, reason=reason)

    # --- what is thrown away

    def collect_garbage(self, *, grace: dt.timedelta = GRACE) -> int:
        """Remove documents that no client can be asking for any more; never a root.

        Returns:
            How many were removed.
        """
        with self._store.alone():
            state = self.state()
            current = {**state.text.versions, roles.SNAPSHOT: state.snapshot}
            oldest = (self._clock() - grace).timestamp()
            gone = [
                name
                for name in self._store.names()
                if is_garbage(name, current, oldest, self._store.written_at)
            ]
            self._store.remove(gone)
            return len(gone)
