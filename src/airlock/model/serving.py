"""Who got which file from a gate: what a new advisory is held against."""

import datetime as dt
from typing import Self

import msgspec

from airlock.errors import UsageError
from airlock.model.artifact import ArtifactName
from airlock.model.identity import ProjectName, Sha256


class Serving(msgspec.Struct, frozen=True, kw_only=True):
    """How often somebody got one file from one network with one kind of client.

    Raises:
        UsageError: if the count is below 1 or a time has no zone.
    """

    sha256: Sha256
    filename: str
    project: ProjectName
    account: str = ""
    """Of whoever got it: the person, machine or project that a token is for; empty for nobody
    known."""
    network: str = ""
    """Such as ``198.51.100.0/24``; empty where nobody recorded it."""
    client: str = ""
    """``pip``, ``uv``, ``poetry``, ``pdm``, ``twine`` or ``other``."""
    count: int = 1
    first_served: dt.datetime
    """In UTC."""
    last_served: dt.datetime
    """In UTC."""

    def __post_init__(self) -> None:
        if self.count < 1:
            raise UsageError("what was never served is no serving")
        if None in {self.first_served.utcoffset(), self.last_served.utcoffset()}:
            raise UsageError("the time of a serving has no time zone")

    @property
    def key(self) -> tuple[str, ...]:
        """What servings that add up have in common."""
        return self.project, self.filename, self.sha256, self.account, self.network, self.client

    def __add__(self, other: Self) -> Self:
        """Return both together; they have the same key."""
        return msgspec.structs.replace(
            self,
            count=self.count + other.count,
            first_served=min(self.first_served, other.first_served),
            last_served=max(self.last_served, other.last_served),
        )

    @property
    def version(self) -> str:
        """The version in the file's name."""
        return ArtifactName.parse(self.filename).version

    @property
    def to_whom(self) -> str:
        """Who got it, for a person."""
        where = ", ".join(filter(None, (self.client, self.network)))
        who = self.account or "nobody known"
        return f"{who} ({where})" if where else who
