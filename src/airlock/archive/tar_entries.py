"""One entry of a tar: its header with everything that long-name and pax headers change in it.

The order in which ``tarfile`` applies them decides: the first extension header wins over a later
one, and all win over a global one. Where another reader (uv's, GNU tar) may see something else, the
entry says where that reader would go on (``alternatives``), and why (``quirks``); CVE-2025-62518.
"""

import hashlib
from collections.abc import Iterator, Mapping

import msgspec

from airlock.archive import tar_headers as tar
from airlock.archive.spans import Span
from airlock.errors import ArchiveError
from airlock.model import Severity

# A chain of extension headers is two or three long; tarfile recurses, and would exhaust its stack.
_LONGEST_CHAIN = 32
_LARGEST_EXTENSION_BYTES = 1024**2
# A size of 8 GiB does not fit the header's octal digits; the header then says 0.
_OCTAL_SIZES = 8**11
_NAME_BYTES = 100
# The fields of a pax header that change what is unpacked, and where.
_SPARSE_FIELDS = "GNU.sparse."
_HEEDED = frozenset({"path", "linkpath", "size", "GNU.sparse.name"})
# A pax header may hold a name of a megabyte; a tar of such names must not fill the memory.
_LONGEST_NAME = 4096


class Quirk(msgspec.Struct, frozen=True):
    """Something about an entry that readers may take in different ways."""

    severity: Severity
    code: str
    message: str
    unread: bool = False


class TarEntry(msgspec.Struct):
    """An entry as ``tarfile`` sees it."""

    name: str
    kind: bytes
    """The type byte of its header."""
    size: int
    data_at: int
    mode: int
    link: str
    end: int
    """Where the next header is."""
    headers: list[int]
    """Where its header blocks are."""
    alternatives: list[int]
    """Where other readers may look for the next header."""
    quirks: list[Quirk]
    hidden: bool = False
    """True if ``tarfile`` does not see it."""


class _Extension(msgspec.Struct):
    """A header that changes the entry after it."""

    kind: bytes
    data: bytes


class EntryReader:
    """Reads entries of one tar; remembers its global pax header."""

    def __init__(self, span: Span) -> None:
        self._span = span
        self._globals: dict[str, str] = {}

    def read(self, position: int) -> TarEntry:
        """Read the entry whose first header is at a position.

        Raises:
            ArchiveError: if there is none that ``tarfile`` would accept.
        """
        headers: list[int] = []
        extensions: list[_Extension] = []
        for _ in range(_LONGEST_CHAIN):
            headers.append(position)
            header = tar.read_header(self._span.read(position, tar.BLOCK_BYTES))
            position += tar.BLOCK_BYTES
            if header.size < 0:
                raise ArchiveError("the header gives a negative size")
            if header.kind not in _EXTENSIONS:
                return self._entry(header, headers, extensions)
            extensions.append(self._extension(header, position))
            position += tar.padded(header.size)
        raise ArchiveError("the chain of extension headers has no end")

    def _extension(self, header: tar.TarHeader, position: int) -> _Extension:
        if header.size > _LARGEST_EXTENSION_BYTES:
            raise ArchiveError("an extension header is too large to be one")
        data = self._span.read(position, header.size)
        if len(data) < header.size:
            raise ArchiveError("an extension header is cut off")
        return _Extension(header.kind, data)

    def _entry(
        self, header: tar.TarHeader, headers: list[int], extensions: list[_Extension]
    ) -> TarEntry:
        data_at = headers[-1] + tar.BLOCK_BYTES
        entry = TarEntry(
            name=header.name,
            kind=header.kind,
            size=header.size,
            data_at=data_at,
            mode=header.mode,
            link=header.link,
            end=data_at,
            headers=headers,
            alternatives=[],
            quirks=list(_quirks_of_header(header)),
        )
        if header.kind == tar.GNU_SPARSE:
            entry.data_at = self._after_sparse_map(headers[-1])
        self._extend(entry, extensions)
        _settle_end(entry, header)
        entry.name, entry.link = _bounded(entry.name), _bounded(entry.link)
        return entry

    def _extend(self, entry: TarEntry, extensions: list[_Extension]) -> None:
        """Apply the extensions as ``tarfile`` does: globals, then the last one, the first one."""
        if not extensions and not self._globals:
            return
        seen = [extension.kind for extension in extensions if extension.kind != tar.PAX_GLOBAL]
        if len(seen) != len(set(seen)):
            message = "the same kind of extension header comes twice before one entry"
            entry.quirks.append(Quirk(Severity.HIGH, "tar-repeated-header", message))
        local: list[Mapping[str, str]] = []
        for extension in extensions:
            fields = _fields(extension, entry)
            if extension.kind == tar.PAX_GLOBAL:
                self._globals |= fields
                _judge_globals(fields, entry)
            else:
                local.append(fields)
        _apply(self._globals, entry)
        for own in reversed(local):
            _apply(own, entry)

    def _after_sparse_map(self, header_at: int) -> int:
        """Skip the further blocks of an old GNU sparse map."""
        position, flag = header_at, 482
        while self._span.read(position + flag, 1) not in (b"", b"\0"):
            position, flag = position + tar.BLOCK_BYTES, 504
        return position + tar.BLOCK_BYTES


_EXTENSIONS = frozenset(
    {tar.LONG_NAME, tar.LONG_LINK, tar.PAX_NEXT, tar.PAX_GLOBAL, tar.PAX_SOLARIS}
)


def _quirks_of_header(header: tar.TarHeader) -> Iterator[Quirk]:
    if header.prefixed and header.magic != b"ustar\0":
        message = "the name is split in a way that only some readers put together"
        yield Quirk(Severity.MEDIUM, "tar-prefix", message)
    if header.kind == tar.GNU_SPARSE:
        yield _SPARSE
    elif header.kind not in tar.KNOWN:
        message = f"an entry of the unknown type {header.kind!r} is unpacked as a file"
        yield Quirk(Severity.MEDIUM, "tar-unknown-type", message)


_SPARSE = Quirk(
    Severity.MEDIUM, "tar-sparse", "a sparse file: its holes were not filled in", unread=True
)


def _fields(extension: _Extension, entry: TarEntry) -> dict[str, str]:
    """Return what an extension header sets, in the keywords of pax."""
    if extension.kind == tar.LONG_NAME:
        return {"path": tar.text_of_long(extension.data)}
    if extension.kind == tar.LONG_LINK:
        return {"linkpath": tar.text_of_long(extension.data)}
    fields: dict[str, str] = {}
    try:
        for keyword, value in tar.pax_records(extension.data):
            if keyword.startswith(_SPARSE_FIELDS):
                fields.setdefault(_SPARSE_FIELDS, "")
            if keyword not in _HEEDED:
                continue
            if keyword in fields and fields[keyword] != value:
                message = f"a pax header sets {keyword[:40]!r} twice"
                entry.quirks.append(Quirk(Severity.HIGH, "tar-repeated-header", message))
            fields[keyword] = value
    except ArchiveError as error:
        entry.quirks.append(Quirk(Severity.MEDIUM, "tar-pax-malformed", str(error), unread=True))
    return fields


def _judge_globals(fields: Mapping[str, str], entry: TarEntry) -> None:
    if odd := fields.keys() & {"path", "linkpath", "size"}:
        message = f"a global pax header sets the {' and '.join(sorted(odd))} of all that follows"
        entry.quirks.append(Quirk(Severity.HIGH, "tar-global-override", message))


def _apply(fields: Mapping[str, str], entry: TarEntry) -> None:
    if "path" in fields:
        _rename(fields["path"], entry)
    if "linkpath" in fields:
        entry.link = fields["linkpath"]
    if "size" in fields:
        entry.size = _pax_size(fields["size"])
    if _SPARSE_FIELDS in fields:
        entry.quirks.append(_SPARSE)
        entry.name = fields.get("GNU.sparse.name", entry.name)


def _rename(path: str, entry: TarEntry) -> None:
    """Note a long name that overrides a short one for no reason: readers may see either."""
    short = path.isascii() and len(path) <= _NAME_BYTES
    if short and path.rstrip("/") != entry.name.rstrip("/"):
        message = f"an extension header renames {entry.name[:80]!r} to {path[:80]!r}"
        entry.quirks.append(Quirk(Severity.HIGH, "tar-renamed", message))
    entry.name = path


def _bounded(name: str) -> str:
    """Shorten a name that no file system allows; different ones stay different."""
    if len(name) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{name[:_LONGEST_NAME]}~{digest}~{name[-100:]}"


def _pax_size(text: str) -> int:
    try:
        size = int(text)
    except ValueError:
        return 0  # as tarfile
    if size < 0:
        raise ArchiveError("a pax header gives a negative size")
    return size


def _settle_end(entry: TarEntry, header: tar.TarHeader) -> None:
    """Find where the next header is, for ``tarfile`` and for others."""
    after_header_size = entry.data_at + tar.padded(header.size)
    if header.has_data:
        entry.end = entry.data_at + tar.padded(entry.size)
    elif header.size:
        # tarfile goes on right after such a header; others skip the size that it gives.
        entry.alternatives.append(after_header_size)
        severity = Severity.LOW if header.kind == tar.DIRECTORY else Severity.HIGH
        message = "an entry that has no content has a size"
        entry.quirks.append(Quirk(severity, "tar-size-without-data", message))
    if entry.size != header.size and entry.size < _OCTAL_SIZES:
        entry.alternatives.append(after_header_size)
        message = f"two sizes: {header.size:,} in the header, {entry.size:,} in its extension"
        entry.quirks.append(Quirk(Severity.HIGH, "tar-two-sizes", message))
    if not header.has_data:
        entry.size = 0
