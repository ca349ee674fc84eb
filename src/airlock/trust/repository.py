"""What the index signs: targets in bins, by the door's decisions, and what keeps them alive.

Needs the online keys only. Files of claimed projects are not in the bins: their developers sign
them (``developers``).

Whoever reads a state gets all documents of it for as long as a client takes (``GRACE``).

Source: PEP 458 (producing consistent snapshots, expiry).
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from airlock.trust import ceremony, delegating, documents, roles
from airlock.trust.bins import distributed, is_garbage, succinct_of
from airlock.trust.claims import Claimed
from airlock.trust.documents import BinContent, SnapshotText, Target
from airlock.trust.snapshots import Commit, Snapshots
from airlock.trust.states import Change, State, is_late, role_of, roles_of

if TYPE_CHECKING:
    from tuf.api.metadata import SuccinctRoles

GRACE: Final = dt.timedelta(hours=1)
_RESIGNED_AT_ONCE: Final = 512


class Repository:
    """The online part of a repository.

    Args:
        snapshots: the sequence.
    """

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self._claimed = Claimed(snapshots)
        self._bins: tuple[int, SuccinctRoles] | None = None
        self._expiries: dict[str, dt.datetime] = {}

    def state(self) -> State:
        """Return what is current (``Snapshots.state``)."""
        return self._snapshots.state()

    def _succinct(self, state: State) -> "SuccinctRoles":
        version = state.text.versions[roles.BINS]
        if self._bins is None or self._bins[0] != version:
            data = self._snapshots.get(f"{version}.bins.json")
            self._bins = (version, succinct_of(data))
        return self._bins[1]

    def _bin(self, name: str, state: State) -> BinContent:
        return documents.read_bin(self._snapshots.get(f"{state.text.versions[name]}.{name}.json"))

    def target(self, path: str) -> Target | None:
        """Return what the index signs of a path, or ``None``."""
        state = self.state()
        return self._bin(self._succinct(state).get_role_for_target(path), state).targets.get(path)

    def targets(self) -> Iterator[tuple[str, Target]]:
        """Yield everything that the index signs."""
        state = self.state()
        for name in self._succinct(state).get_roles():
            yield from self._bin(name, state).targets.items()

    # --- what changes

    def publish(self, changes: Iterable[Change], *, reason: str) -> int:
        """Sign changes in one snapshot, and return its number; without any, the current one's.

        What is the developers' own is passed over.
        """
        with self._snapshots.alone():
            state = self.state()
            claimed = self._claimed.projects(state)
            if claimed:
                changes = (one for one in changes if roles.project_of(one.path) not in claimed)
            touched, added, removed = self.applied(changes, state)
            if not touched:
                return state.snapshot
            return self._commit(
                state, Commit(reason=reason, bins=touched, added=added, removed=removed)
            )

    def applied(
        self, changes: Iterable[Change], state: State
    ) -> tuple[dict[str, BinContent], list[str], list[str]]:
        """Return the bins that changes alter, in their next versions, and what comes and goes."""
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
        self._renewed(touched, state)
        return touched, added, removed

    def _renewed(self, bins: Mapping[str, BinContent], state: State) -> None:
        expires = roles.expires(self._snapshots.clock(), roles.ONLINE_LIFE)
        for name, content in bins.items():
            content.version = state.text.versions[name] + 1
            content.expires = expires

    def _commit(self, state: State, wanted: Commit) -> int:
        number = self._snapshots.commit(state, wanted)
        self._expiries |= {name: one.expires for name, one in wanted.bins.items()}
        return number

    # --- what is signed again

    def resign(self, *, most: int = _RESIGNED_AT_ONCE) -> int:
        """Sign anew the bins that expire next, and what is above them if it does.

        Returns:
            How many bins were signed; called every few minutes, it spreads them over the day.
        """
        with self._snapshots.alone():
            state, now = self.state(), self._snapshots.clock()
            due = self._due(state, now)[:most]
            contents = {name: self._bin(name, state) for name in due}
            late = {name: one for name, one in contents.items() if is_late(one.expires, now)}
            self._expiries |= {name: one.expires for name, one in contents.items()}
            self._renewed(late, state)
            timestamp = documents.read_expiry(self._snapshots.get("timestamp.json"))
            recent = self._claimed.recent_if_late(state, now)
            if late or recent is not None or is_late(timestamp, now):
                self._commit(state, Commit(reason="signed again", bins=late, recent=recent))
            return len(late)

    def targets_due(self, *, most: int = _RESIGNED_AT_ONCE) -> list[tuple[str, Target]]:
        """Return the targets of the bins that ``resign`` would sign now."""
        state = self.state()
        due = self._due(state, self._snapshots.clock())[:most]
        return [pair for name in due for pair in self._bin(name, state).targets.items()]

    def _due(self, state: State, now: dt.datetime) -> list[str]:
        names = list(self._succinct(state).get_roles())
        if len(self._expiries) != len(names):
            self._expiries = {
                name: documents.read_bin_expiry(
                    self._snapshots.get(f"{state.text.versions[name]}.{name}.json")
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
        new = roles_of(pending)
        with self._snapshots.alone():
            if self._snapshots.store.get("timestamp.json") is None:
                self._snapshots.store.put(
                    {name: data for name, data in pending.items() if role_of(name) == roles.ROOT}
                )
                state = State(0, 0, SnapshotText({}))
                targets: dict[str, Target] = {}
            else:
                state = self.state()
                targets = dict(self.targets()) if roles.BINS in new else {}
            recent = self._recent_after(pending, state)
            bins = self._rebinned(pending, targets, state) if roles.BINS in new else {}
            return self._commit(
                state, Commit(reason=reason, bins=bins, documents=pending, recent=recent)
            )

    def _recent_after(
        self, pending: Mapping[str, bytes], state: State
    ) -> "delegating.Claims | None":
        """Return what is still recently claimed after a ceremony; ``None`` if that is as before."""
        new = roles_of(pending)
        # A new key for recently-claimed comes with targets: what it signs has to be signed anew.
        signed_anew = roles.TARGETS in new and roles.RECENT in state.text.versions
        if roles.CLAIMED not in new and not signed_anew:
            return None
        recent = self._claimed.recent(state)
        name = f"{new.get(roles.CLAIMED)}.{roles.CLAIMED}.json"
        if name not in pending:
            return recent
        promoted = delegating.claims_of(ceremony.read(pending[name]).signed)
        return {project: one for project, one in recent.items() if project not in promoted}

    def _rebinned(
        self, pending: Mapping[str, bytes], targets: Mapping[str, Target], state: State
    ) -> dict[str, BinContent]:
        number = roles_of(pending)[roles.BINS]
        succinct = succinct_of(pending[f"{number}.{roles.BINS}.json"])
        self._bins, self._expiries = None, {}
        # Bins of before stay in the snapshot: a client refuses one that lost a role (TUF 5.5.5).
        return distributed(targets.items(), succinct, state.text.versions, self._snapshots.clock())

    def rebuild(
        self,
        targets: Iterable[tuple[str, Target]],
        *,
        reason: str,
        recent: "delegating.Claims | None" = None,
    ) -> int:
        """Sign all bins anew with exactly these targets: the first time, and after a compromise.

        Args:
            targets: that are right.
            reason: for the log.
            recent: projects that stay recently claimed; ``None``: all that are.
        """
        with self._snapshots.alone():
            state = self.state()
            if recent is None and roles.RECENT in state.text.versions:
                recent = self._claimed.recent(state)
            checked = ((roles.checked_path(path), target) for path, target in targets)
            made = distributed(
                checked, self._succinct(state), state.text.versions, self._snapshots.clock()
            )
            return self._commit(state, Commit(reason=reason, bins=made, recent=recent))

    # --- what is thrown away

    def collect_garbage(self, *, grace: dt.timedelta = GRACE) -> int:
        """Remove documents that no client can be asking for any more.

        Never a root, and never a document of developers: it can be restored from (PEP 480).

        Returns:
            How many were removed.
        """
        store = self._snapshots.store
        with self._snapshots.alone():
            state = self.state()
            current = {**state.text.versions, roles.SNAPSHOT: state.snapshot}
            oldest = (self._snapshots.clock() - grace).timestamp()
            gone = [
                name
                for name in store.names()
                if is_garbage(name, current, oldest, store.written_at)
            ]
            store.remove(gone)
            return len(gone)
