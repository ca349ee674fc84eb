"""What offline keys sign: root, targets and bins; made, carried around, signed, judged.

- A document waits in ``pending/`` until as many keys have signed as its delegator asks for. It
  holds nothing secret: it can be carried to each machine that has a key, or sent.
- A root is signed by the keys of the root before it, too (TUF 5.3.4).
- Nothing here knows where a key is, and nothing here is imported by what signs online.

Source: PEP 458 (key ceremony, thresholds), TUF specification 1.0.31, TAP 15.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from airlock.errors import MalformedDocument, UsageError
from airlock.trust import roles

if TYPE_CHECKING:
    from securesystemslib.signer import Key, Signer
    from tuf.api.metadata import Metadata, Root, Signed, Targets

# Every path's hash begins with one of these: bins are responsible for all that is not delegated
# before them.
_EVERY_PREFIX = [f"{digit:x}" for digit in range(16)]


class RoleKeys(msgspec.Struct, frozen=True):
    """Who signs for a role, and how many of them have to."""

    keys: tuple[Any, ...]
    """Of ``securesystemslib.signer.Key``."""
    threshold: int

    def checked(self, role: str) -> "RoleKeys":
        """Return it if it can be met.

        Raises:
            UsageError: if it cannot.
        """
        different = {key.keyid for key in self.keys}
        if not 1 <= self.threshold <= len(different):
            raise UsageError(
                f"{role}: {len(different)} different keys cannot reach a threshold of "
                f"{self.threshold}"
            )
        return self


class CeremonyKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The public keys of a repository."""

    root: RoleKeys
    targets: RoleKeys
    bins: RoleKeys
    online: "tuple[Any, ...]"
    """For timestamp, snapshot and the bins themselves; any one of them signs."""

    def checked(self) -> "CeremonyKeys":
        """Return the keys if they keep online and offline apart.

        Raises:
            UsageError: if they do not, or if a threshold cannot be met.
        """
        for role in roles.OFFLINE:
            getattr(self, role).checked(role)
        online = {key.keyid for key in self.online}
        offline = {k.keyid for role in roles.OFFLINE for k in getattr(self, role).keys}
        if not online or online & offline:
            raise UsageError("the online key must be a key of its own")
        return self


def first_documents(keys: CeremonyKeys, bits: int, now: dt.datetime) -> dict[str, bytes]:
    """Return the first root, targets and bins, unsigned, by their names on the wire."""
    keys.checked()
    return {
        "1.root.json": _unsigned(_root(keys, 1, now)),
        "1.targets.json": _unsigned(_targets(keys.bins, 1, now)),
        "1.bins.json": _unsigned(_bins(keys.online, bits, 1, now)),
    }


def _root(keys: CeremonyKeys, version: int, now: dt.datetime) -> "Root":
    from tuf.api.metadata import Root

    root = Root(version=version, expires=_expires(now), consistent_snapshot=True)
    who = {
        roles.ROOT: keys.root,
        roles.TARGETS: keys.targets,
        roles.SNAPSHOT: RoleKeys(keys.online, 1),
        roles.TIMESTAMP: RoleKeys(keys.online, 1),
    }
    for role, signing in who.items():
        for key in signing.keys:
            root.add_key(key, role)
        root.roles[role].threshold = signing.threshold
    return root


def _targets(bins: RoleKeys, version: int, now: dt.datetime) -> "Targets":
    from tuf.api.metadata import DelegatedRole, Delegations, Targets

    role = DelegatedRole(
        roles.BINS, [], bins.threshold, terminating=False, path_hash_prefixes=list(_EVERY_PREFIX)
    )
    targets = Targets(version=version, expires=_expires(now))
    targets.delegations = Delegations({}, {roles.BINS: role})
    for key in bins.keys:
        targets.add_key(key, roles.BINS)
    return targets


def _bins(online: "Sequence[Key]", bits: int, version: int, now: dt.datetime) -> "Targets":
    from tuf.api.metadata import Delegations, SuccinctRoles, Targets

    keys = {key.keyid: key for key in online}
    succinct = SuccinctRoles(list(keys), 1, bits, roles.BIN_PREFIX)
    delegations = Delegations(keys, roles=None, succinct_roles=succinct)
    return Targets(version=version, expires=_expires(now), delegations=delegations)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different in the next documents; what is not given stays as it is."""

    root: RoleKeys | None = None
    targets: RoleKeys | None = None
    bins: RoleKeys | None = None
    online: tuple[Any, ...] | None = None
    bits: int | None = None
    renew: tuple[str, ...] = ()
    """Roles that are signed anew although nothing changes, because they expire."""


def next_documents(
    current: Mapping[str, bytes], change: Change, now: dt.datetime
) -> dict[str, bytes]:
    """Return the documents that a change needs, unsigned, by their names on the wire.

    Args:
        current: root, targets and bins as they are, by role.
        change: what is to be different.
        now: the time in UTC.

    Raises:
        UsageError: if a threshold could not be met.
    """
    root, targets, bins = (read(current[role], role).signed for role in roles.OFFLINE)
    keys = CeremonyKeys(
        root=change.root or _who(root, roles.ROOT),
        targets=change.targets or _who(root, roles.TARGETS),
        bins=change.bins or _who(targets, roles.BINS),
        online=change.online or _who(root, roles.TIMESTAMP).keys,
    ).checked()
    bits = change.bits or bins.delegations.succinct_roles.bit_length
    rooted = change.root or change.targets or change.online
    made: dict[str, Root | Targets] = {}
    if rooted or roles.ROOT in change.renew:
        made[roles.ROOT] = _root(keys, root.version + 1, now)
    if change.bins or roles.TARGETS in change.renew:
        made[roles.TARGETS] = _targets(keys.bins, targets.version + 1, now)
    if change.online or change.bits or roles.BINS in change.renew:
        made[roles.BINS] = _bins(keys.online, bits, bins.version + 1, now)
    return {f"{one.version}.{role}.json": _unsigned(one) for role, one in made.items()}


def _who(delegator: Any, role: str) -> RoleKeys:
    found = delegator.roles[role] if role in roles.TOP else delegator.delegations.roles[role]
    keys = delegator.keys if role in roles.TOP else delegator.delegations.keys
    return RoleKeys(tuple(keys[keyid] for keyid in found.keyids), found.threshold)


def sign(document: bytes, signer: "Signer") -> bytes:
    """Return a document with one signature more.

    Raises:
        MalformedDocument: if it is no metadata document.
        UsageError: if the key does not sign.
    """
    metadata = read(document)
    try:
        metadata.sign(signer, append=True)
    # What a signer raises is as various as the devices behind it.
    except Exception as error:
        raise UsageError(f"the key did not sign: {error}") from error
    return to_bytes(metadata)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How far a document is from being valid."""

    role: str
    version: int
    missing: int
    """Signatures that are still needed."""
    may_sign: tuple[str, ...]
    """The ids of keys that count and have not signed."""
    signed: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return self.missing == 0


def standing(
    document: bytes, delegator: "Root | Targets", before: "Root | None" = None
) -> Standing:
    """Return how far a document is from being valid.

    Args:
        document: that is pending.
        delegator: the document that says who signs; for a root it is the root itself.
        before: the root before this one.

    Raises:
        MalformedDocument: if it is no metadata document.
    """
    metadata = read(document)
    role = _role(metadata)
    asked = [delegator] if before is None else [delegator, before]
    results = [
        one.get_verification_result(role, metadata.signed_bytes, metadata.signatures)
        for one in asked
    ]
    return Standing(
        role=role,
        version=metadata.signed.version,
        missing=max(max(0, one.threshold - len(one.signed)) for one in results),
        may_sign=tuple(dict.fromkeys(k for one in results for k in one.unsigned)),
        signed=tuple(dict.fromkeys(k for one in results for k in one.signed)),
    )


def _role(metadata: "Metadata[Any]") -> str:
    kind = str(metadata.signed.type)
    if kind != roles.TARGETS or not metadata.signed.delegations:
        return kind
    return roles.BINS if metadata.signed.delegations.succinct_roles else roles.TARGETS


def read(document: bytes, origin: str = "a document") -> "Metadata[Any]":
    """Return a document as python-tuf reads it.

    Raises:
        MalformedDocument: if it is none.
    """
    from tuf.api.metadata import Metadata
    from tuf.api.serialization import DeserializationError

    try:
        return Metadata.from_bytes(document)
    except DeserializationError as error:
        raise MalformedDocument(
            f"{origin} is no TUF metadata: {error.__cause__ or error}"
        ) from error


def to_bytes(metadata: "Metadata[Any]") -> bytes:
    """Return a document as it is kept: compact."""
    from tuf.api.serialization.json import JSONSerializer

    return metadata.to_bytes(JSONSerializer(compact=True))


def _unsigned(signed: "Signed") -> bytes:
    from tuf.api.metadata import Metadata

    return to_bytes(Metadata(signed))


def _expires(now: dt.datetime) -> dt.datetime:
    return roles.expires(now, roles.OFFLINE_LIFE)
