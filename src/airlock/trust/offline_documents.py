"""What a ceremony signs: root, targets, bins and claimed, made from keys and from what is current.

Source: PEP 458 (roles, keys, expiry), PEP 480 (claimed, recently-claimed), TAP 15.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from airlock.trust import ceremony, delegating, roles
from airlock.trust.delegating import Claims
from airlock.trust.signing_keys import CeremonyKeys, OnlineKeys, RoleKeys

if TYPE_CHECKING:
    from securesystemslib.signer import Key
    from tuf.api.metadata import DelegatedRole, Root, Signed, Targets

# Every path's hash begins with one of these: bins are responsible for all that is not delegated
# before them.
_EVERY_PREFIX = [f"{digit:x}" for digit in range(16)]
_EVERY_FILE = ["files/*/*"]


def first_documents(keys: CeremonyKeys, bits: int, now: dt.datetime) -> dict[str, bytes]:
    """Return the first documents of the offline roles, unsigned, by their names on the wire."""
    keys.checked()
    made = {
        "1.root.json": _unsigned(_root(keys, 1, now)),
        "1.targets.json": _unsigned(_targets(keys, 1, now)),
        "1.bins.json": _unsigned(_bins(keys.online[roles.BIN], bits, roles.BIN_PREFIX, 1, now)),
    }
    if keys.claimed:
        made["1.claimed.json"] = delegating.delegating_document({}, 1, _expires(now))
    return made


def _root(keys: CeremonyKeys, version: int, now: dt.datetime) -> "Root":
    from tuf.api.metadata import Root

    root = Root(version=version, expires=_expires(now), consistent_snapshot=True)
    who = {
        roles.ROOT: keys.root,
        roles.TARGETS: keys.targets,
        roles.SNAPSHOT: RoleKeys(keys.online[roles.SNAPSHOT], 1),
        roles.TIMESTAMP: RoleKeys(keys.online[roles.TIMESTAMP], 1),
    }
    for role, signing in who.items():
        for key in signing.keys:
            root.add_key(key, role)
        root.roles[role].threshold = signing.threshold
    return root


def _targets(keys: CeremonyKeys, version: int, now: dt.datetime) -> "Targets":
    from tuf.api.metadata import DelegatedRole, Delegations, Targets

    delegated = dict[str, DelegatedRole]()
    who = {roles.BINS: keys.bins}
    if keys.claimed is not None:
        who = {
            roles.CLAIMED: keys.claimed,
            roles.RECENT: RoleKeys(keys.online[roles.RECENT], 1),
            **who,
        }
    for name, signing in who.items():
        everything = name == roles.BINS
        delegated[name] = DelegatedRole(
            name,
            [],
            signing.threshold,
            # Within claimed ones each project's delegation is; what is in none goes on to the bins.
            terminating=False,
            paths=None if everything else list(_EVERY_FILE),
            path_hash_prefixes=list(_EVERY_PREFIX) if everything else None,
        )
    targets = Targets(version=version, expires=_expires(now))
    targets.delegations = Delegations({}, delegated)
    for name, signing in who.items():
        for key in signing.keys:
            targets.add_key(key, name)
    return targets


def _bins(
    online: "Sequence[Key]", bits: int, prefix: str, version: int, now: dt.datetime
) -> "Targets":
    from tuf.api.metadata import Delegations, SuccinctRoles, Targets

    keys = {key.keyid: key for key in online}
    succinct = SuccinctRoles(list(keys), 1, bits, prefix)
    delegations = Delegations(keys, roles=None, succinct_roles=succinct)
    return Targets(version=version, expires=_expires(now), delegations=delegations)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different in the next documents; what is not given stays as it is."""

    root: RoleKeys | None = None
    targets: RoleKeys | None = None
    bins: RoleKeys | None = None
    claimed: RoleKeys | None = None
    online: OnlineKeys = {}
    bits: int | None = None
    claims: Claims | None = None
    """All that ``claimed`` is to delegate."""
    renew: tuple[str, ...] = ()
    """Roles that are signed anew although nothing changes, because they expire."""


def next_documents(
    current: Mapping[str, bytes], change: Change, now: dt.datetime
) -> dict[str, bytes]:
    """Return the documents that a change needs, unsigned, by their names on the wire.

    Args:
        current: root, targets, bins and, where there is one, claimed as they are, by role.
        change: what is to be different.
        now: the time in UTC.

    Raises:
        UsageError: if a threshold could not be met.
    """
    signed = {role: ceremony.read(data).signed for role, data in current.items()}
    keys = _keys_after(signed, change)
    before = signed[roles.BINS].delegations.succinct_roles
    bits = change.bits or before.bit_length
    prefix = roles.BIN_PREFIX if change.bits else before.name_prefix
    made = dict[str, bytes]()

    def add(role: str, document: "Root | Targets") -> None:
        made[f"{document.version}.{role}.json"] = _unsigned(document)

    changed = set(change.online)
    at_top = change.root or change.targets or changed & {roles.TIMESTAMP, roles.SNAPSHOT}
    if at_top or roles.ROOT in change.renew:
        add(roles.ROOT, _root(keys, signed[roles.ROOT].version + 1, now))
    delegated = change.bins or change.claimed or roles.RECENT in changed
    if delegated or roles.TARGETS in change.renew:
        add(roles.TARGETS, _targets(keys, signed[roles.TARGETS].version + 1, now))
    if roles.BIN in changed or change.bits or roles.BINS in change.renew:
        version = signed[roles.BINS].version + 1
        add(roles.BINS, _bins(keys.online[roles.BIN], bits, prefix, version, now))
    return made | _claimed(signed.get(roles.CLAIMED), change, keys, now)


def _claimed(
    before: "Targets | None", change: Change, keys: CeremonyKeys, now: dt.datetime
) -> dict[str, bytes]:
    if keys.claimed is None:
        return {}
    unchanged = change.claims is None and not change.claimed and roles.CLAIMED not in change.renew
    if before is not None and unchanged:
        return {}
    claims = change.claims
    if claims is None:
        claims = delegating.claims_of(before) if before else {}
    version = before.version + 1 if before else 1
    made = delegating.delegating_document(claims, version, _expires(now))
    return {f"{version}.{roles.CLAIMED}.json": made}


def _keys_after(signed: Mapping[str, Any], change: Change) -> CeremonyKeys:
    root, targets, bins = (signed[role] for role in (roles.ROOT, roles.TARGETS, roles.BINS))
    online = {
        roles.TIMESTAMP: _who(root, roles.TIMESTAMP).keys,
        roles.SNAPSHOT: _who(root, roles.SNAPSHOT).keys,
        roles.BIN: tuple(
            bins.delegations.keys[one] for one in bins.delegations.succinct_roles.keyids
        ),
    }
    claimed = change.claimed
    if roles.CLAIMED in targets.delegations.roles:
        claimed = claimed or _who(targets, roles.CLAIMED)
        online[roles.RECENT] = _who(targets, roles.RECENT).keys
    return CeremonyKeys(
        root=change.root or _who(root, roles.ROOT),
        targets=change.targets or _who(root, roles.TARGETS),
        bins=change.bins or _who(targets, roles.BINS),
        claimed=claimed,
        online=online | dict(change.online),
    ).checked()


def _who(delegator: Any, role: str) -> RoleKeys:
    at_top = role in roles.TOP
    found: DelegatedRole = (delegator.roles if at_top else delegator.delegations.roles)[role]
    keys = delegator.keys if at_top else delegator.delegations.keys
    return RoleKeys(tuple(keys[keyid] for keyid in found.keyids), found.threshold)


def _unsigned(signed: "Signed") -> bytes:
    from tuf.api.metadata import Metadata

    return ceremony.to_bytes(Metadata(signed))


def _expires(now: dt.datetime) -> dt.datetime:
    return roles.expires(now, roles.OFFLINE_LIFE)
