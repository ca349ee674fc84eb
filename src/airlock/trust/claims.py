"""Which projects are claimed, by what is current: read from the two documents that delegate."""

import datetime as dt

import msgspec

from airlock.model import ProjectName
from airlock.trust import ceremony, delegating, documents, roles
from airlock.trust.delegating import Claims
from airlock.trust.signing_keys import RoleKeys
from airlock.trust.snapshots import Snapshots
from airlock.trust.states import State, is_late


class Standing(msgspec.Struct, frozen=True):
    """Who signs for a project, and who vouches for that."""

    role: str
    """``claimed`` or ``recently-claimed``."""
    keys: RoleKeys


class Claimed:
    """The claimed projects; what was read is kept as long as it is current.

    Args:
        snapshots: the sequence.
    """

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self._read: dict[str, tuple[int, Claims]] = {}

    def promoted(self, state: State) -> Claims:
        """Return for whom offline keys vouch."""
        return self._of(roles.CLAIMED, state)

    def recent(self, state: State) -> Claims:
        """Return for whom the online key vouches."""
        return self._of(roles.RECENT, state)

    def projects(self, state: State) -> dict[ProjectName, Standing]:
        """Return all claimed projects; offline keys stand above online ones."""
        recent = {one: Standing(roles.RECENT, who) for one, who in self.recent(state).items()}
        promoted = self.promoted(state)
        return recent | {one: Standing(roles.CLAIMED, who) for one, who in promoted.items()}

    def recent_if_late(self, state: State, now: dt.datetime) -> Claims | None:
        """Return who is recently claimed, if that has to be signed again now."""
        data = self._snapshots.current(roles.RECENT, state)
        if data is None or not is_late(documents.read_expiry(data), now):
            return None
        return self.recent(state)

    def _of(self, role: str, state: State) -> Claims:
        version = state.text.versions.get(role)
        if version is None:
            return {}
        known = self._read.get(role)
        if known is None or known[0] != version:
            data = self._snapshots.get(f"{version}.{role}.json")
            known = (version, delegating.claims_of(ceremony.read(data, role).signed))
            self._read[role] = known
        return known[1]
