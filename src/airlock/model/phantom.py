"""Names that are asked for and that no index has: typos, private names, inventions of a model.

Whoever publishes such a name is installed by everybody who goes on asking for it.
"""

import datetime as dt
import ipaddress
from typing import Self

import msgspec

from airlock.errors import UsageError
from airlock.model.identity import ProjectName

# What one household or one office has: enough to tell apart who asks, too little to name a person.
_IPV4_PREFIX = 24
_IPV6_PREFIX = 48
_CLIENTS = ("pip", "uv", "poetry", "pdm", "twine")
OTHER_CLIENT = "other"


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """How often a name that does not exist was asked for from one network by one kind of client.

    Raises:
        UsageError: if the count is below 1 or a time has no zone.
    """

    project: ProjectName
    network: str = ""
    """Such as ``198.51.100.0/24``; empty where nobody recorded it."""
    client: str = OTHER_CLIENT
    """``pip``, ``uv``, ``poetry``, ``pdm``, ``twine`` or ``other``."""
    count: int = 1
    first_asked: dt.datetime
    """In UTC."""
    last_asked: dt.datetime
    """In UTC."""

    def __post_init__(self) -> None:
        if self.count < 1:
            raise UsageError("what was never asked for is no sighting")
        if None in {self.first_asked.utcoffset(), self.last_asked.utcoffset()}:
            raise UsageError("the time of a sighting has no time zone")

    @property
    def key(self) -> tuple[ProjectName, str, str]:
        """What sightings that add up have in common."""
        return self.project, self.network, self.client

    def __add__(self, other: Self) -> Self:
        """Return both together; they have the same key."""
        return msgspec.structs.replace(
            self,
            count=self.count + other.count,
            first_asked=min(self.first_asked, other.first_asked),
            last_asked=max(self.last_asked, other.last_asked),
        )


def network_of(address: str) -> str:
    """Return the network of a client's address, /24 or /48; empty if it is no IP address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(ipaddress.IPv6Network((int(parsed), _IPV6_PREFIX), strict=False))
        parsed = parsed.ipv4_mapped
    return str(ipaddress.IPv4Network((int(parsed), _IPV4_PREFIX), strict=False))


def client_of(user_agent: str) -> str:
    """Return the family of a client by its ``User-Agent`` (RFC 9110, 10.1.5)."""
    product = user_agent.partition("/")[0].strip().lower()
    return product if product in _CLIENTS else OTHER_CLIENT
