"""The log of every decision and change: a chain in which each entry has the hash of the one before.

- An entry is the bytes of its document; its hash is their SHA-256. The document has the number of
  the entry and the hash of the one before, so that an entry that was changed, taken out, put in or
  moved breaks the chain at its place.
- Numbers run from 1 without gaps. What is cut off at the end leaves a chain that is whole: only who
  kept an ``Anchor`` elsewhere sees it. An anchor also shows a chain that was written anew.
- Entries have no secrets in them.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from typing import Self

import msgspec

from airlock.errors import MalformedDocument, UsageError
from airlock.model.identity import Sha256
from airlock.model.wire import decode, encode

GENESIS = Sha256("0" * 64)
"""What the first entry has in the place of the hash of the one before."""
_ANCHOR = re.compile(r"([1-9][0-9]{0,17}):([0-9a-fA-F]{64})", re.ASCII)


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was decided or changed."""

    kind: str
    """Such as ``verdict``, ``waiver``, ``token-created``."""
    subject: str
    """What it is about: a digest, a name, an id."""
    by: str
    at: dt.datetime
    """In UTC, by the clock of who decided; the order is that of the numbers."""
    details: dict[str, str] = {}


class Anchor(msgspec.Struct, frozen=True):
    """The number and the hash of an entry: what an operator keeps somewhere else."""

    seq: int
    hash: Sha256

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the anchor that ``str`` wrote.

        Raises:
            UsageError: if the text is none.
        """
        found = _ANCHOR.fullmatch(text.strip())
        if found is None:
            raise UsageError(f"{text[:80]!r} is no anchor", hint="An anchor is NUMBER:SHA256.")
        return cls(int(found[1]), Sha256(found[2]))

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


class _Document(msgspec.Struct, frozen=True):
    seq: int
    event: Event
    previous: Sha256


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event in its place in the chain."""

    seq: int
    """From 1."""
    event: Event
    previous: Sha256
    document: bytes
    hash: Sha256
    """Of the document."""

    @classmethod
    def after(cls, last: Anchor | None, event: Event) -> Self:
        """Return the entry of an event that follows the last one."""
        seq = last.seq + 1 if last else 1
        previous = last.hash if last else GENESIS
        utc = msgspec.structs.replace(event, at=event.at.astimezone(dt.UTC))
        document = encode(_Document(seq, utc, previous))
        return cls(
            seq=seq, event=utc, previous=previous, document=document, hash=Sha256.of(document)
        )

    @classmethod
    def read(cls, document: bytes, said: str) -> Self:
        """Return the entry of a stored document and the hash that is stored beside it.

        Raises:
            MalformedDocument: if it cannot be read. A wrong hash is left to ``verify``.
        """
        found = decode(document, _Document)
        return cls(
            seq=found.seq,
            event=found.event,
            previous=found.previous,
            document=document,
            hash=Sha256(said),
        )

    @property
    def anchor(self) -> Anchor:
        """What proves later that the chain led up to here."""
        return Anchor(self.seq, self.hash)


class Verification(msgspec.Struct, frozen=True):
    """What came of looking through the whole chain."""

    head: Anchor | None
    """The last entry that is in order; ``None`` if there is none."""
    faults: tuple[str, ...]
    """Each in one line; empty if everything is in order."""


def verify(rows: Iterable[tuple[int, bytes, str]], anchors: Iterable[Anchor]) -> Verification:
    """Look through a chain.

    Args:
        rows: the stored number, document and hash of every entry, sorted by number.
        anchors: that were kept elsewhere.
    """
    wanted = {anchor.seq: anchor.hash for anchor in anchors}
    last: Anchor | None = None
    faults: list[str] = []
    for seq, document, said in rows:
        fault = _fault(last, seq, document, said)
        if fault:
            # What follows hangs on an entry that is not in order.
            faults.append(fault)
            break
        last = Anchor(seq, Sha256(said))
        if wanted.pop(seq, last.hash) != last.hash:
            faults.append(f"entry {seq} is not the one that its anchor names")
    at = last.seq if last else 0
    missing = [] if faults else sorted(seq for seq in wanted if seq > at)
    faults += [f"the log ends at entry {at}, before its anchor at {seq}" for seq in missing]
    return Verification(last, tuple(faults))


def _fault(last: Anchor | None, seq: int, document: bytes, said: str) -> str:
    expected = last.seq + 1 if last else 1
    if seq != expected:
        return f"entry {expected} is missing"
    # SQLite gives back whatever somebody put there, such as text.
    if not isinstance(document, bytes) or hashlib.sha256(document).hexdigest() != said:
        return f"entry {seq} was changed: its hash is another"
    try:
        entry = Entry.read(document, said)
    except MalformedDocument as error:
        return f"entry {seq} cannot be read: {error}"
    if entry.seq != seq:
        return f"entry {entry.seq} stands in the place of entry {seq}"
    if entry.previous != (last.hash if last else GENESIS):
        return f"entry {seq} does not follow the one before it"
    return ""
