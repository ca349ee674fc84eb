"""How much of a container may still be read; shared by all archives nested in it.

- Every byte that is unpacked is counted once, before anybody keeps it.
- A limit that was reached is a value (``Limit``), not an error: the reader notes it and goes on
  with what the other limits permit.
"""

import enum

from airlock.archive.interface import Limits


class Limit(enum.StrEnum):
    """Which limit was reached; the value is the code of the anomaly."""

    MEMBERS = "too-many-members"
    MEMBER_BYTES = "member-too-large"
    TOTAL_BYTES = "total-too-large"
    RATIO = "ratio-too-high"


class Budget:
    """What is left of the limits of one reading."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.members_left = limits.members
        self.bytes_left = limits.total_bytes

    def meter(self, packed_bytes: int) -> "Meter":
        """Return a meter for one container of that packed size."""
        return Meter(self, packed_bytes)


class Meter:
    """Counts what one container unpacks to, against its own ratio and everybody's budget."""

    def __init__(self, budget: Budget, packed_bytes: int) -> None:
        self._budget = budget
        limits = budget.limits
        self.free = False
        """True while what is spent was counted before, when the stream around it was unpacked."""
        self._ratio_left = max(limits.ratio_from_bytes, packed_bytes * limits.ratio)

    def member(self) -> Limit | None:
        """Count one entry; return the limit that forbids it, if there is one."""
        if self._budget.members_left <= 0:
            return Limit.MEMBERS
        self._budget.members_left -= 1
        return None

    def spend(self, count: int, so_far: int) -> Limit | None:
        """Count ``count`` bytes of a member of which ``so_far`` were unpacked before.

        Returns:
            The limit that forbids them, or ``None``. What is forbidden is not counted.
        """
        limit = self.refuses(count, so_far)
        if limit is None and not self.free:
            self._count(count)
        return limit

    def refuses(self, count: int, so_far: int = 0) -> Limit | None:
        """Return the limit that forbids that many more bytes of a member."""
        if so_far + count > self._budget.limits.member_bytes:
            return Limit.MEMBER_BYTES
        return None if self.free else self._refuses(count)

    def spend_stream(self, count: int) -> Limit | None:
        """Count bytes that are no member's, such as those of an unpacked tar."""
        limit = self._refuses(count)
        if limit is None:
            self._count(count)
        return limit

    @property
    def room(self) -> int:
        """How many bytes of a stream may still be counted."""
        return max(0, min(self._budget.bytes_left, self._ratio_left))

    def _refuses(self, count: int) -> Limit | None:
        if count > self._budget.bytes_left:
            return Limit.TOTAL_BYTES
        return Limit.RATIO if count > self._ratio_left else None

    def _count(self, count: int) -> None:
        self._budget.bytes_left -= count
        self._ratio_left -= count
