"""Who signs for which role: keys, thresholds, and that online and offline are apart."""

from collections.abc import Mapping
from typing import Any

import msgspec

from airlock.errors import UsageError
from airlock.trust import roles


class RoleKeys(msgspec.Struct, frozen=True):
    """Who signs for a role, and how many of them have to."""

    keys: tuple[Any, ...]
    """Of ``securesystemslib.signer.Key``."""
    threshold: int

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the keys."""
        return frozenset(key.keyid for key in self.keys)

    def checked(self, role: str) -> "RoleKeys":
        """Return it if it can be met.

        Raises:
            UsageError: if it cannot.
        """
        if not 1 <= self.threshold <= len(self.ids):
            raise UsageError(
                f"{role}: {len(self.ids)} different keys cannot reach a threshold of "
                f"{self.threshold}"
            )
        return self

    def same(self, other: "RoleKeys") -> bool:
        """Tell whether the same keys sign, as many of them."""
        return self.ids == other.ids and self.threshold == other.threshold


OnlineKeys = Mapping[str, tuple[Any, ...]]
"""By online role; any one of its keys signs."""


class CeremonyKeys(msgspec.Struct, frozen=True, kw_only=True):
    """The public keys of a repository."""

    root: RoleKeys
    targets: RoleKeys
    bins: RoleKeys
    claimed: RoleKeys | None
    """``None`` in a repository without developers' signatures."""
    online: OnlineKeys

    def checked(self) -> "CeremonyKeys":
        """Return the keys if they keep online and offline apart.

        Raises:
            UsageError: if they do not, or if a threshold cannot be met.
        """
        offline = set[str]()
        for role in roles.OFFLINE:
            signing: RoleKeys | None = getattr(self, role)
            if signing is not None:
                offline |= signing.checked(role).ids
        for role in roles.ONLINE:
            online = {key.keyid for key in self.online.get(role, ())}
            if online & offline or not (online or (role == roles.RECENT and not self.claimed)):
                raise UsageError("the online keys must be keys of their own")
        return self
