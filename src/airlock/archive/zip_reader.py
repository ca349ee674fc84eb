"""Zip entries to members: each is unpacked to its end, and held against its size and CRC.

What ``zipfile`` would give is what a member holds: not more than the size that the directory tells,
even where the packed data go on.
"""

import stat
from collections.abc import Iterator

from airlock.archive import zip_records as zip_
from airlock.archive.interface import MemberKind
from airlock.archive.members import Found, HeldMember, Taken, take
from airlock.archive.places import LARGEST_CACHED_BYTES, Place
from airlock.archive.spans import MemorySpan, Span
from airlock.archive.zip_entries import ZipEntry
from airlock.archive.zip_unpack import LARGEST_RATIO, METHODS, STORED, Unpacking
from airlock.archive.zip_views import ZipViews
from airlock.errors import ArchiveError
from airlock.model import Severity

# zipfile refuses entries that are patches, and those whose headers are masked (APPNOTE 4.4.4).
_PATCHED, _MASKED = 0x20, 0x2000
_LONGEST_LINK_BYTES = 4096
# Nothing, deflated, has two bytes.
_EMPTY_BYTES = 2


def read_zip(span: Span, place: Place) -> Iterator[Found]:
    """Iterate over the members of a zip, those first that only other readers than pip's see."""
    yield from _ZipReader(span, place).found()


class _ZipReader:
    def __init__(self, span: Span, place: Place) -> None:
        self._span = span
        self._place = place
        self._notes = place.notes
        self._meter = place.ground.budget.meter(span.size)
        self._views = ZipViews(span, place.notes, place.ground.budget.members_left + 1)

    def found(self) -> Iterator[Found]:
        """Iterate over all entries; what is concealed inside others comes last."""
        entries = [*self._views.hidden, *self._views.seen]
        self._tell_comments()
        for entry in entries:
            limit = self._meter.member()
            if limit is not None:
                self._place.stopped(limit)
                return
            found = self._member(entry, entries)
            if found is not None:
                yield found

    def _member(self, entry: ZipEntry, entries: list[ZipEntry]) -> Found | None:
        path = self._place.judge.settle(entry.name)
        folder = entry.name.endswith("/")
        if not path and folder and not entry.told.unpacked:
            return None  # the root itself
        mode = entry.told.attributes >> 16
        full = self._place.prefix + (path or "unnamed")
        member = HeldMember(path=full, kind=MemberKind.FILE, mode=stat.S_IMODE(mode))
        self._tell_names(entry, path)
        if folder and not entry.told.unpacked and entry.told.packed <= _EMPTY_BYTES:
            member.kind = MemberKind.DIRECTORY
            return Found(member)
        if folder:
            message = "a directory with content: some tools write it, others drop it"
            self._notes.add(Severity.HIGH, "zip-directory-content", message, path=path)
        if mode & stat.S_ISUID:
            message = "a file that runs with the rights of its owner (setuid)"
            self._notes.add(Severity.MEDIUM, "setuid", message, path=path)
        if refused := _refusal(entry):
            code, message = refused
            self._notes.add(Severity.HIGH, code, message, path=path, unread=True)
            return Found(member)
        found = self._unpack(entry, path, member, entries)
        if stat.S_ISLNK(mode):
            self._tell_link(member, path)
        return found

    def _unpack(
        self, entry: ZipEntry, path: str, member: HeldMember, entries: list[ZipEntry]
    ) -> Found:
        told = entry.told
        packed = self._span.slice(entry.data_at, told.packed)
        longest = packed.size * LARGEST_RATIO if entry.open_ended else told.unpacked
        unpacking = Unpacking(packed, told.method, longest)
        taken = take(
            unpacking, self._meter, told_bytes=told.unpacked, keep_bytes=LARGEST_CACHED_BYTES
        )
        self._judge(entry, path, unpacking, taken)
        if not taken.error and taken.limit is None and unpacking.used < packed.size:
            self._slack(entry, path, unpacking.used, entries)
        size, data = taken.size, taken.data
        member.size, member.sha256 = size, taken.sha256
        if data is not None and self._place.ground.cache(size):
            member.hold(lambda: data)
        else:
            member.hold(
                lambda: b"".join(_again(packed, told.method, size)),
                lambda: _again(packed, told.method, size),
            )
        return Found(member, taken.format, lambda: self._content(packed, told.method, member))

    def _content(self, packed: Span, method: int, member: HeldMember) -> Span:
        if method == STORED:
            return packed.slice(0, member.size)
        if member.size <= LARGEST_CACHED_BYTES:
            return MemorySpan(member.read())
        return self._place.ground.spool.keep(_again(packed, method, member.size))

    def _slack(self, entry: ZipEntry, path: str, used: int, entries: list[ZipEntry]) -> None:
        """Search what the packed data hold behind the end of their stream."""
        start, end = entry.data_at + used, entry.data_at + entry.told.packed
        entries += self._views.search((start, end))
        if not entry.open_ended:
            message = f"{end - start:,} bytes are concealed behind its packed data"
            self._notes.add(Severity.MEDIUM, "zip-slack", message, path=path)

    def _judge(self, entry: ZipEntry, path: str, unpacking: Unpacking, taken: Taken) -> None:
        told, notes = entry.told, self._notes
        if taken.limit is not None:
            self._place.stopped(taken.limit, path)
        elif taken.error:
            notes.add(Severity.HIGH, "damaged-entry", taken.error, path=path, unread=True)
        elif unpacking.more:
            message = f"it unpacks to more than the {told.unpacked:,} bytes that it is said to be"
            notes.add(Severity.HIGH, "size-lie", message, path=path, unread=True)
        elif not entry.open_ended and taken.size != told.unpacked:
            message = f"it unpacks to {taken.size:,} bytes, not to {told.unpacked:,}"
            notes.add(Severity.HIGH, "size-lie", message, path=path)
        elif not entry.open_ended and unpacking.crc != told.crc:
            message = f"its CRC is {unpacking.crc:08x}, not {told.crc:08x}"
            notes.add(Severity.HIGH, "crc-mismatch", message, path=path)

    def _tell_names(self, entry: ZipEntry, path: str) -> None:
        other = zip_.unicode_path(entry.told.extra) if entry.told.extra else None
        if other is not None and other != entry.name:
            # The field is there for names that are not ASCII; on others it can only deceive.
            severity = Severity.HIGH if entry.told.name.isascii() else Severity.LOW
            message = f"its extra field gives it another name: {other[:120]!r}"
            self._notes.add(severity, "zip-unicode-path", message, path=path)
        if entry.told.comment:
            message = f"it has a comment: {_shown(entry.told.comment)}"
            self._notes.add(Severity.LOW, "zip-entry-comment", message, path=path)

    def _tell_link(self, member: HeldMember, path: str) -> None:
        target = member.read()[: _LONGEST_LINK_BYTES + 1] if member.size else b""
        member.link = target[:_LONGEST_LINK_BYTES].decode("utf-8", "surrogateescape")
        message = "a symbolic link in a zip: pip writes a file with the target as its content"
        self._notes.add(Severity.LOW, "zip-symlink", message, path=path)

    def _tell_comments(self) -> None:
        if comment := self._views.comment:
            message = f"the archive has a comment of {len(comment):,} bytes: {_shown(comment)}"
            self._notes.add(Severity.LOW, "zip-comment", message)


def _refusal(entry: ZipEntry) -> tuple[str, str] | None:
    """Return why the content cannot be read: a code and a message."""
    flags, method = entry.told.flags, entry.told.method
    if flags & (zip_.ENCRYPTED | _MASKED):
        return "encrypted-entry", "it is encrypted"
    if method not in METHODS or flags & _PATCHED:
        return "unknown-method", f"it is packed by a method that pip cannot unpack ({method})"
    if entry.local is None:
        return "no-content", "there is no content where the directory says"
    return None


def _again(packed: Span, method: int, size: int) -> Iterator[bytes]:
    """Unpack once more what could be unpacked before."""
    unpacking = Unpacking(packed, method, size)
    left = size
    pieces = iter(unpacking)
    while left > 0:
        try:
            piece = next(pieces)
        except StopIteration as error:
            raise ArchiveError("the archive changed while it was open") from error
        left -= len(piece)
        yield piece


def _shown(comment: bytes) -> str:
    return ascii(comment[:100].decode("utf-8", "replace"))
