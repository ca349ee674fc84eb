"""Walks a tar as ``tarfile`` does, and then looks where ``tarfile`` does not.

``tarfile`` stops at the first block of zeros and, without a word, at the first broken header. Other
readers go on, or take another size for true. Whatever looks like a header and was not seen is read
as well, and comes first in the list, so that the entries that installers see stay the last word.

- Every header block is visited once, so the walk ends.
- Entries are counted against the limits here, before anything is kept of them.
"""

from collections.abc import Iterator

from airlock.archive import tar_headers as tar
from airlock.archive.budget import Limit, Meter
from airlock.archive.notes import Notes
from airlock.archive.spans import Span
from airlock.archive.tar_entries import EntryReader, TarEntry
from airlock.errors import ArchiveError
from airlock.model import Severity

# Half a gigabyte behind the end of an archive; the padding of honest ones is zeros.
_MOST_STRAY = 1_000_000


class TarWalk:
    """All entries of one tar."""

    def __init__(self, span: Span, notes: Notes, meter: Meter) -> None:
        self._span = span
        self._notes = notes
        self._meter = meter
        self._visited: set[int] = set()
        self._alternatives: list[int] = []
        self._full = False

    def entries(self) -> list[TarEntry]:
        """Return the entries that only other readers see, then the ones that ``tarfile`` sees."""
        seen: list[TarEntry] = []
        stopped_at = self._run(0, EntryReader(self._span), seen)
        hidden: list[TarEntry] = []
        while self._alternatives and not self._full:
            self._run_hidden(self._alternatives.pop(), hidden)
        if not self._full:
            self._look_behind(stopped_at, hidden)
        self._tell_hidden(hidden)
        return [*hidden, *seen]

    def _run(self, position: int, reader: EntryReader, found: list[TarEntry]) -> int:
        """Collect entries from a position on; return where there are no more."""
        while position < self._span.size and position not in self._visited:
            block = self._span.read(position, tar.BLOCK_BYTES)
            if tar.is_zero(block):
                return position
            try:
                entry = reader.read(position)
            except ArchiveError as error:
                self._tell_broken(position, error)
                return position + tar.BLOCK_BYTES
            if self._meter.member() is not None:
                self._full = True
                self._notes.stopped(Limit.MEMBERS.value, "the archive has too many entries")
                return self._span.size
            found.append(entry)
            self._visited.update(entry.headers)
            self._alternatives += entry.alternatives
            position = entry.end
        if position >= self._span.size and found:
            self._tell_cut(position)
        return position

    def _run_hidden(self, position: int, found: list[TarEntry]) -> int:
        block = self._span.read(position, tar.BLOCK_BYTES)
        if position in self._visited or tar.is_zero(block) or not tar.looks_like_header(block):
            return position
        entries: list[TarEntry] = []
        end = self._run(position, EntryReader(self._span), entries)
        for entry in entries:
            entry.hidden = True
        found += entries
        return end

    def _look_behind(self, position: int, hidden: list[TarEntry]) -> None:
        """Read what lies behind the place where ``tarfile`` stops."""
        stray = 0
        for offset in self._blocks(position):
            if offset < position or offset in self._visited:
                continue
            if self._full:
                return
            position = self._run_hidden(offset, hidden)
            stray += position == offset
            if stray > _MOST_STRAY:
                message = "what lies behind the end of the archive was not searched to its end"
                self._notes.stopped("tar-trailing-unsearched", message)
                break
        if stray:
            message = f"{stray:,} blocks behind the end of the archive are no entries"
            self._notes.add(Severity.LOW, "tar-trailing-data", message)

    def _blocks(self, position: int) -> Iterator[int]:
        """Iterate over the positions, whole blocks from the given one, that are not all zeros."""
        for chunk in self._span.chunks(position):
            if chunk.count(0) != len(chunk):
                for start in range(0, len(chunk), tar.BLOCK_BYTES):
                    if chunk[start : start + tar.BLOCK_BYTES].strip(b"\0"):
                        yield position + start
            position += len(chunk)

    def _tell_broken(self, position: int, error: ArchiveError) -> None:
        message = f"a broken header at byte {position:,}: {error}; tools stop reading there"
        self._notes.add(Severity.HIGH, "tar-broken-header", message, unread=True)

    def _tell_cut(self, position: int) -> None:
        if position > self._span.size:
            message = "the archive ends in the middle of an entry"
            self._notes.add(Severity.HIGH, "truncated", message, unread=True)
        else:
            message = "the archive ends without the mark of its end"
            self._notes.add(Severity.LOW, "tar-no-end", message)

    def _tell_hidden(self, hidden: list[TarEntry]) -> None:
        for entry in hidden:
            message = f"an entry that pip does not see, but other tools do: {entry.name[:120]!r}"
            self._notes.add(Severity.HIGH, "tar-hidden-entry", message)
