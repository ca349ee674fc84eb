"""All entries of a zip that any reader may find, in the order in which readers would differ."""

from airlock.archive import zip_layout
from airlock.archive.notes import Notes
from airlock.archive.spans import Span
from airlock.archive.zip_directory import Directory, candidates, directories, entries_beyond
from airlock.archive.zip_entries import ZipEntry, differences, locate
from airlock.archive.zip_layout import Range
from airlock.archive.zip_records import CentralEntry
from airlock.model import Severity

_MOST_HIDDEN = 10_000
# What an end record can say without its 64-bit form (APPNOTE 4.4.21, 4.4.22).
_COUNT_BITS = 0xFFFF


class ZipViews:
    """The entries that ``zipfile`` sees, and those that only other readers see."""

    def __init__(self, span: Span, notes: Notes, most: int) -> None:
        """Look at the whole structure; no content is read.

        Args:
            span: the zip.
            notes: takes what is wrong with it.
            most: entries to take from any directory.
        """
        self._span = span
        self._notes = notes
        self._most = most
        self._known: set[tuple[int, bytes]] = set()
        self._records: list[Range] = []
        self.seen: list[ZipEntry] = []
        self.hidden: list[ZipEntry] = []
        self.comment = b""
        self._full = False
        self._read_directories()
        # What is not listed is not hidden, either, where the list was cut at the limit.
        if not self._full:
            self._account()

    def _read_directories(self) -> None:
        ends = candidates(self._span)
        if not ends:
            message = "there is no end record, so no directory can be found"
            self._notes.add(Severity.HIGH, "zip-no-end", message, unread=True)
            return
        views = directories(self._span, ends[0], self._most)
        if views:
            self._take(views[0])
        else:
            message = "the end record points outside the archive"
            self._notes.add(Severity.HIGH, "zip-broken-directory", message, unread=True)
        if self._full:
            return
        for view in views[1:]:
            self._add_view(view, "another directory, which other tools read")
        for end in ends[1:]:
            # A stored zip inside the zip has its own end record: nothing odd.
            if not any(entry.data_at <= end.at < entry.end for entry in self.seen):
                for view in directories(self._span, end, _MOST_HIDDEN):
                    self._add_view(view, "the directory of another end record")

    def _take(self, directory: Directory) -> None:
        """Take the directory that ``zipfile`` reads."""
        record, count = directory.record, len(directory.entries)
        if directory.broken:
            message = f"the central directory cannot be read to its end: {directory.broken}"
            self._notes.add(Severity.HIGH, "zip-broken-directory", message, unread=True)
        elif not directory.full and record.entries not in (count, count & _COUNT_BITS):
            message = f"the directory has {count:,} entries, the end record says {record.entries:,}"
            self._notes.add(Severity.HIGH, "zip-count", message)
        if record.disks:
            message = "the end record speaks of several disks"
            self._notes.add(Severity.MEDIUM, "zip-disks", message)
        for told in directory.entries:
            self._locate(told, directory.shift, self.seen)
        self._most -= count
        self._full = directory.full
        if directory.full:
            return
        self._records.append((directory.start, directory.end))
        self._records.append((record.at, directory.tail))
        self.comment = self._span.read(directory.tail - directory.comment, directory.comment)
        beyond = entries_beyond(self._span, directory, _MOST_HIDDEN)
        self._add(beyond, directory.shift, "the directory, behind what it calls its end")

    def _locate(self, told: CentralEntry, shift: int, entries: list[ZipEntry]) -> None:
        entry = locate(self._span, told, shift)
        self._known.add((entry.at, told.name))
        entries.append(entry)

    def _add_view(self, view: Directory, where: str) -> None:
        beyond = entries_beyond(self._span, view, _MOST_HIDDEN)
        self._add([*view.entries, *beyond], view.shift, where)

    def _add(self, entries: list[CentralEntry], shift: int, where: str) -> None:
        """Add those entries of another view that were not known."""
        new = [told for told in entries if (told.offset + shift, told.name) not in self._known]
        new = new[: max(0, min(self._most, _MOST_HIDDEN))]
        self._most -= len(new)
        for told in new:
            self._locate(told, shift, self.hidden)
            self.hidden[-1].hidden = True
            message = f"pip does not see {told.name[:80]!r}, other tools do: it is in {where}"
            self._notes.add(Severity.HIGH, "zip-other-directory", message)

    def _account(self) -> None:
        """Compare local headers, find overlaps, and search what belongs to nothing."""
        for entry in self.seen:
            if entry.local is None:
                message = f"there is no entry where the directory has {entry.name[:80]!r}"
                self._notes.add(Severity.HIGH, "zip-no-local-header", message, unread=True)
            for difference in differences(self._span, entry):
                message = f"{entry.name[:80]!r} has two faces; {difference.message}"
                self._notes.add(Severity.HIGH, difference.code, message)
        zip_layout.tell_overlaps(self.seen, self._records, self._notes)
        ranges = [(entry.at, entry.end) for entry in (*self.seen, *self.hidden) if entry.local]
        for gap in zip_layout.gaps([*ranges, *self._records], self._span.size):
            self.hidden += self.search(gap)

    def search(self, gap: Range) -> list[ZipEntry]:
        """Return the entries in bytes that belong to nothing, and note them."""
        found: list[ZipEntry] = []
        for entry in zip_layout.search(self._span, gap, self._span.size, self._notes):
            if len(self.hidden) + len(found) >= _MOST_HIDDEN:
                message = "there are too many concealed entries to read them all"
                self._notes.stopped("too-many-members", message)
                break
            found.append(entry)
            message = f"{entry.name[:80]!r} is in no directory; tools that read a stream unpack it"
            self._notes.add(Severity.HIGH, "zip-hidden-entry", message)
        return found
