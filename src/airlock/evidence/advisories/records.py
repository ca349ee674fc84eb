"""Records as a database holds them: evaluated as far as can be without knowing the release.

- Ranges are intervals of version keys (``keys``), made of OSV's events by OSV's own algorithm.
- Versions that are listed and lie in an interval are not listed again.
"""

import msgspec

Interval = tuple[bytes, bytes | None, bool]
"""From a key on; up to a key or without end; whether that key is inside."""


class Affected(msgspec.Struct, frozen=True, array_like=True):
    """What one record says of one project."""

    project: str
    """Normalised."""
    intervals: tuple[Interval, ...] = ()
    versions: tuple[bytes, ...] = ()
    """Keys of versions that are affected besides, sorted."""
    fixed: tuple[tuple[bytes, str], ...] = ()
    """The versions that end an affected range, ascending."""
    blind: str = ""
    """Why it cannot be said of every version whether it is affected; empty if it can."""

    @property
    def whole(self) -> bool:
        """Whether every version is affected, past and to come."""
        return any(not low and high is None for low, high, _ in self.intervals)

    def affects(self, keys: tuple[bytes, ...]) -> bool:
        """Tell whether a version is affected, by its keys (``keys.keys_of``)."""
        return any(key in self.versions for key in keys) or any(
            low <= key and (high is None or key < high or (inclusive and key == high))
            for low, high, inclusive in self.intervals
            for key in keys
        )


class Record(msgspec.Struct, frozen=True, array_like=True):
    """One record of a source."""

    id: str
    aliases: tuple[str, ...] = ()
    summary: str = ""
    details: str = ""
    malware: bool = False
    severity: str = ""
    """A word of ``model.Severity``; empty if nobody rated it."""
    score: float | None = None
    vector: str = ""
    published: str = ""
    modified: str = ""
    withdrawn: bool = False
    references: tuple[str, ...] = ()
    affected: tuple[Affected, ...] = ()
    """Of projects of the Python index; nothing of other ecosystems."""


class Exploitation(msgspec.Struct, frozen=True, array_like=True):
    """How one CVE fares in the world."""

    epss: float | None = None
    percentile: float | None = None
    exploited: bool = False
