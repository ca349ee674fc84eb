"""Looks at a whole repository as a stranger would: python-tuf judges every document.

Pure but for the store that it reads. What a client would refuse is a problem, and so is what it
soon will.
"""

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from airlock.errors import AirlockError
from airlock.trust import ceremony, delegating, roles
from airlock.trust.metadata import MetadataStore

if TYPE_CHECKING:
    from tuf.api.metadata import Metadata

_SOON = {
    roles.ROOT: dt.timedelta(days=60),
    roles.TARGETS: dt.timedelta(days=60),
    roles.BINS: dt.timedelta(days=60),
    roles.CLAIMED: dt.timedelta(days=60),
}
_SOON_ONLINE = dt.timedelta(hours=4)
_SOON_PROJECT = dt.timedelta(days=30)
_ABOVE_BINS = {*roles.TOP, roles.BINS, roles.CLAIMED, roles.RECENT}


class Problem(msgspec.Struct, frozen=True):
    """Something that clients refuse, or soon will."""

    document: str
    message: str
    soon: bool = False


class Examined(msgspec.Struct, frozen=True, kw_only=True):
    """What a look at a repository found."""

    problems: tuple[Problem, ...]
    versions: dict[str, int]
    expires: dict[str, dt.datetime]
    """Of the roles above the bins."""
    bins: int
    targets: int
    """In bins."""
    claimed: int
    """Projects whose developers sign."""


def examine(store: MetadataStore, now: dt.datetime) -> Examined:
    """Look at everything that a client could ask for.

    Args:
        store: of metadata.
        now: the time in UTC.
    """
    look = _Look(store, now)
    look.all()
    return Examined(
        problems=tuple(look.problems),
        versions=look.versions,
        expires=look.expires,
        bins=look.bins,
        targets=look.targets,
        claimed=look.claimed,
    )


class _Look:
    def __init__(self, store: MetadataStore, now: dt.datetime) -> None:
        self._store = store
        self._now = now
        self.problems: list[Problem] = []
        self.versions: dict[str, int] = {}
        self.expires: dict[str, dt.datetime] = {}
        self.bins = 0
        self.targets = 0
        self.claimed = 0

    def all(self) -> None:
        root = self._roots()
        if root is None:
            self.problems.append(Problem("1.root.json", "there is no root"))
            return
        timestamp = self._load("timestamp.json", roles.TIMESTAMP, root)
        if timestamp is None:
            return
        meta = timestamp.signed.snapshot_meta
        snapshot = self._load(f"{meta.version}.snapshot.json", roles.SNAPSHOT, root, meta)
        if snapshot is None:
            return
        targets = self._delegated(roles.TARGETS, root, snapshot)
        if targets is None:
            return
        for role in (roles.CLAIMED, roles.RECENT):
            if role in targets.signed.delegations.roles:
                self._every_project(role, targets, snapshot)
        bins = self._delegated(roles.BINS, targets, snapshot)
        if bins is not None:
            self._every_bin(bins, snapshot)

    def _every_project(
        self, role: str, targets: "Metadata[Any]", snapshot: "Metadata[Any]"
    ) -> None:
        delegator = self._delegated(role, targets, snapshot)
        if delegator is None:
            return
        try:
            claims = delegating.claims_of(delegator.signed)
        except AirlockError as error:
            self._say(f"{role}.json", str(error))
            return
        for project in claims:
            self.claimed += 1
            self._delegated(roles.project_role(project), delegator, snapshot)

    def _roots(self) -> "Metadata[Any] | None":
        known: Metadata[Any] | None = None
        version = 1
        while (data := self._store.get(f"{version}.root.json")) is not None:
            name = f"{version}.root.json"
            new = ceremony.read(data, name)
            for judge in (known, new):
                if judge is not None:
                    self._signed(name, roles.ROOT, new, judge)
            if new.signed.version != version:
                self._say(name, f"says that it is version {new.signed.version}")
            known, version = new, version + 1
        if known is not None:
            self._lives(f"{version - 1}.root.json", roles.ROOT, known)
        return known

    def _delegated(
        self, role: str, delegator: "Metadata[Any]", snapshot: "Metadata[Any]"
    ) -> "Metadata[Any] | None":
        meta = snapshot.signed.meta.get(f"{role}.json")
        if meta is None:
            self._say(f"{role}.json", "is not in the snapshot")
            return None
        return self._load(f"{meta.version}.{role}.json", role, delegator, meta)

    def _load(
        self, name: str, role: str, delegator: "Metadata[Any]", meta: Any = None
    ) -> "Metadata[Any] | None":
        data = self._store.get(name)
        if data is None:
            self._say(name, "is missing")
            return None
        try:
            found = ceremony.read(data, name)
            if meta is not None:
                self._matches(name, data, found, meta)
        except AirlockError as error:
            self._say(name, str(error))
            return None
        self._signed(name, role, found, delegator)
        self._lives(name, role, found)
        return found

    def _matches(self, name: str, data: bytes, found: "Metadata[Any]", meta: Any) -> None:
        from tuf.api.exceptions import LengthOrHashMismatchError

        try:
            meta.verify_length_and_hashes(data)
        except LengthOrHashMismatchError as error:
            self._say(name, str(error))
        if found.signed.version != meta.version:
            self._say(name, f"says that it is version {found.signed.version}")

    def _signed(
        self, name: str, role: str, found: "Metadata[Any]", delegator: "Metadata[Any]"
    ) -> None:
        from tuf.api.exceptions import UnsignedMetadataError

        try:
            delegator.signed.verify_delegate(role, found.signed_bytes, found.signatures)
        except (UnsignedMetadataError, ValueError) as error:
            self._say(name, str(error))

    def _lives(self, name: str, role: str, found: "Metadata[Any]") -> None:
        expires = found.signed.expires
        of_project = role.startswith(roles.PROJECT_PREFIX)
        if role in _ABOVE_BINS:
            self.versions[role], self.expires[role] = found.signed.version, expires
        if expires <= self._now:
            self._say(name, f"expired on {expires:%Y-%m-%d %H:%M} UTC")
        elif expires - self._now < (_SOON_PROJECT if of_project else _SOON.get(role, _SOON_ONLINE)):
            self._say(name, f"expires on {expires:%Y-%m-%d %H:%M} UTC", soon=True)

    def _every_bin(self, bins: "Metadata[Any]", snapshot: "Metadata[Any]") -> None:
        succinct = bins.signed.delegations.succinct_roles if bins.signed.delegations else None
        if succinct is None:
            self._say("bins.json", "delegates to no bins")
            return
        for name in succinct.get_roles():
            found = self._delegated(name, bins, snapshot)
            self.bins += 1
            if found is None:
                continue
            self.targets += len(found.signed.targets)
            for path in self._misplaced(found, name, succinct):
                self._say(f"{name}.json", f"{path} belongs into another bin")

    def _misplaced(self, found: "Metadata[Any]", name: str, succinct: Any) -> Iterator[str]:
        return (path for path in found.signed.targets if succinct.get_role_for_target(path) != name)

    def _say(self, document: str, message: str, *, soon: bool = False) -> None:
        self.problems.append(Problem(document, message, soon))
