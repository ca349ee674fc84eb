"""The log of what was signed: one JSON document a line, only ever added to.

A line is written before the timestamp that makes its snapshot current. A line whose snapshot never
became current is followed by another with the same number.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from airlock.errors import StoreError

_LONGEST_LIST = 1000


class Transaction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One snapshot, and why it was made."""

    at: str
    snapshot: int
    reason: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    bins: int = 0
    """How many bins were signed."""
    offline: tuple[str, ...] = ()
    """Documents of offline roles that it brought in."""
    more: int = 0
    """How many paths more there were than are listed."""

    @classmethod
    def of(  # noqa: PLR0913 - one parameter per field
        cls,
        *,
        at: str,
        snapshot: int,
        reason: str,
        added: tuple[str, ...] = (),
        removed: tuple[str, ...] = (),
        bins: int = 0,
        offline: tuple[str, ...] = (),
    ) -> "Transaction":
        """Return a transaction whose line has a bound."""
        more = max(0, len(added) - _LONGEST_LIST) + max(0, len(removed) - _LONGEST_LIST)
        return cls(
            at=at,
            snapshot=snapshot,
            reason=reason,
            added=added[:_LONGEST_LIST],
            removed=removed[:_LONGEST_LIST],
            bins=bins,
            offline=offline,
            more=more,
        )


class TransactionLog:
    """A log in a file.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, transaction: Transaction) -> None:
        """Add a line; when this returns, it is kept.

        Raises:
            StoreError: if it cannot be written.
        """
        line = msgspec.json.encode(transaction) + b"\n"
        try:
            descriptor = os.open(self._path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "ab") as log:
                log.write(line)
                log.flush()
                os.fsync(log.fileno())
        except OSError as error:
            raise StoreError(f"{self._path} cannot be written: {error.strerror}") from error

    def read(self) -> Iterator[Transaction]:
        """Yield the transactions, the oldest first; a half-written last line is passed over."""
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return
        for line in data.splitlines():
            try:
                yield msgspec.json.decode(line, type=Transaction)
            except msgspec.MsgspecError:
                continue
