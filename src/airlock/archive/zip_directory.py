"""Finds the central directory of a zip: the one that Python finds, and all others that exist.

Which directory a reader takes depends on how it searches for the end record, which of two offsets
it believes and whether it heeds the 64-bit records. Each way that leads to another list of entries
is a ``Directory`` of its own; the first is the one that CPython's ``zipfile``, and so pip, reads.

- An end record's signature inside the content of an entry is nothing odd: that is a stored zip in a
  zip. ``zip_layout`` sorts those out; ``candidates`` only finds them.
"""

import msgspec

from airlock.archive import zip_records as zip_
from airlock.archive.spans import Span
from airlock.archive.zip_records import CentralEntry, EndRecord
from airlock.errors import ArchiveError

# A comment has at most 65,535 bytes, and no reader searches much further from the end.
_SEARCHED_BYTES = zip_.END_BYTES + 0x10000
# Each may lead to four directories of as many entries as a release may have; a zip has one or two.
_MOST_CANDIDATES = 8
_LARGEST_DIRECTORY_BYTES = 256 * 1024**2


class Directory(msgspec.Struct):
    """A central directory, as one way of looking finds it."""

    entries: list[CentralEntry]
    start: int
    """Where it begins."""
    end: int
    """Where it ends."""
    shift: int
    """What has to be added to the offsets that it gives."""
    record: EndRecord
    """The end record that led to it, in its 64-bit form if that was the one."""
    tail: int = 0
    """Where the end record with its comment ends."""
    comment: int = 0
    """The length of the archive's comment."""
    broken: str = ""
    """What is wrong with it, if it could not be read to its end."""
    full: bool = False
    """True if it has more entries than were asked for."""


def candidates(span: Span) -> list[EndRecord]:
    """Return every end record near the end, the one that ``zipfile`` takes first."""
    start = max(0, span.size - _SEARCHED_BYTES)
    data = span.read(start, _SEARCHED_BYTES)
    found: list[EndRecord] = []
    at = data.rfind(zip_.END)
    while at >= 0:
        if len(data) - at >= zip_.END_BYTES:
            found.append(zip_.read_end(data[at : at + zip_.END_BYTES], start + at))
        at = data.rfind(zip_.END, 0, at)
    # zipfile looks first whether the very last bytes are a record without a comment.
    found.sort(key=lambda record: (record.at + zip_.END_BYTES != span.size, -record.at))
    return found[:_MOST_CANDIDATES]


def directories(span: Span, record: EndRecord, most: int) -> list[Directory]:
    """Return the directories that an end record may lead to, ``zipfile``'s first.

    Args:
        span: the zip.
        record: one of its ``candidates``.
        most: entries to read of each.
    """
    tail = min(span.size, record.at + zip_.END_BYTES + record.comment)
    found: list[Directory] = []
    for end, wide in _variants(span, record):
        base = wide or record
        for start in (end - base.size, base.offset):
            if 0 <= start <= end and not any(known.start == start for known in found):
                shift = start - base.offset
                found.append(_read(span, base, (start, start + base.size, shift), most))
                found[-1].tail = tail
                found[-1].comment = tail - record.at - zip_.END_BYTES
    return found


def _variants(span: Span, record: EndRecord) -> list[tuple[int, EndRecord | None]]:
    """Return where the directory may end, and the 64-bit record that says where it begins.

    ``zipfile`` takes a 64-bit record right before its locator whether it is needed or not, and
    until CPython 3.14 wherever the locator points (CVE-2025-8291); others do neither.
    """
    locator_at = record.at - zip_.LOCATOR_64_BYTES
    pointed = zip_.read_locator_64(span.read(max(0, locator_at), zip_.LOCATOR_64_BYTES))
    if locator_at < 0 or pointed is None:
        return [(record.at, None)]
    variants: list[tuple[int, EndRecord | None]] = []
    for at in dict.fromkeys((locator_at - zip_.END_64_BYTES, pointed)):
        wide = zip_.read_end_64(span.read(at, zip_.END_64_BYTES), at) if at >= 0 else None
        if wide is not None:
            variants.append((at, wide))
    if not variants or not record.saturated:
        variants.append((record.at, None))
    return variants


def _read(span: Span, record: EndRecord, where: tuple[int, int, int], most: int) -> Directory:
    start, end, shift = where
    directory = Directory([], start, end, shift, record)
    data = span.read(start, min(end - start, _LARGEST_DIRECTORY_BYTES))
    if len(data) < end - start:
        directory.broken = "it is larger than the archive, or than any directory is"
    at = 0
    try:
        while at < len(data):
            if len(directory.entries) >= most:
                directory.full = True
                break
            entry, at = zip_.read_central(data, at)
            directory.entries.append(entry)
    except ArchiveError as error:
        directory.broken = str(error)
        directory.end = start + at
    return directory


def entries_beyond(span: Span, directory: Directory, most: int) -> list[CentralEntry]:
    """Return entries that follow those of the directory, whatever size it is said to have."""
    found: list[CentralEntry] = []
    at = directory.end
    while len(found) < most:
        head = span.read(at, zip_.CENTRAL_BYTES)
        try:
            entry, length = zip_.read_central(span.read(at, zip_.central_size(head)), 0)
        except ArchiveError:
            break
        found.append(entry)
        at += length
    return found
