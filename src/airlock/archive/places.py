"""Where a reader is: which container of a reading, how deep, and what it may still use."""

from airlock.archive.budget import Budget, Limit
from airlock.archive.interface import NESTED, Limits
from airlock.archive.notes import Notes
from airlock.archive.paths import PathJudge
from airlock.archive.spans import Spool
from airlock.model import Severity

# Small members of zips stay in memory, so that ten checks do not inflate them ten times.
LARGEST_CACHED_BYTES = 1024**2
_CACHE_BYTES = 128 * 1024**2

_LIMIT_TEXTS = {
    Limit.MEMBERS: "there are too many entries",
    Limit.MEMBER_BYTES: "it unpacks to more than the limit for one member",
    Limit.TOTAL_BYTES: "everything together unpacks to more than the limit",
    Limit.RATIO: "it unpacks to far too many times its size",
}


class Ground:
    """What all containers of one reading share."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.budget = Budget(limits)
        self.spool = Spool()
        self._cache_left = _CACHE_BYTES

    def cache(self, size: int) -> bool:
        """Return whether a member of that size may stay in memory, and count it if so."""
        if size > min(self._cache_left, LARGEST_CACHED_BYTES):
            return False
        self._cache_left -= size
        return True


class Place:
    """One container of a reading."""

    def __init__(self, ground: Ground, notes: Notes, prefix: str = "", depth: int = 0) -> None:
        self.ground = ground
        self.notes = notes
        self.prefix = prefix
        """What the paths of its members begin with."""
        self.depth = depth
        """0 for the artifact itself."""
        self.judge = PathJudge(notes, ground.limits)

    def inside(self, path: str) -> "Place":
        """Return the place of an archive that is the member under a (complete) path."""
        prefix = path + NESTED
        return Place(self.ground, self.notes.inside(prefix), prefix, self.depth + 1)

    def stopped(self, limit: Limit, path: str = "") -> None:
        """Note that a limit ended the reading of a member, or of everything."""
        what = f"{path[-200:]!r} was not read" if path else "not everything was read"
        # Honest releases may be large; none is a bomb.
        severity = Severity.HIGH if limit is Limit.RATIO else Severity.MEDIUM
        message = f"{what}: {_LIMIT_TEXTS[limit]}"
        self.notes.stopped(limit.value, message, path=path, severity=severity)
