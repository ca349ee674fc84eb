"""Reads the form of an upload (``multipart/form-data``, RFC 7578) while it arrives.

- The file goes to the disk piece by piece and is digested on the way; it is never in memory whole.
- Everything has a limit: the file, the other fields together, their number, the names.
- One file, in the field ``content``. Tools send a signature (``gpg_signature``) as a second one; it
  is a field here, as small as the others.
"""

import hashlib
from typing import IO, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from airlock.errors import InvalidUpload, UploadTooLarge

_FIELDS_BYTES = 16 * 1024**2
"""Of all fields but the file: descriptions and attestations. The longest real ones have two."""
_MOST_FIELDS = 5_000
_LONGEST_NAME = 100
_CONTENT = "content"
SIGNATURE = "gpg_signature"
"""The field that tools send as a file, ``<file>.asc``."""


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


class UploadForm:
    """What of a form has arrived.

    Args:
        content_type: of the request.
        into: where the file goes.
        most_bytes: that the file may have.

    Raises:
        InvalidUpload: if it is no form.
    """

    def __init__(self, content_type: str, into: IO[bytes], *, most_bytes: int) -> None:
        self.fields: dict[str, list[str]] = {}
        """By name; every value in the order of its arrival."""
        self.filename = ""
        """As the client names the file."""
        self.size = 0
        self.begun = False
        """Whether the file has begun to arrive: the fields before it are there."""
        self.ended = False
        self._into = into
        self._most_bytes = most_bytes
        self._digests: dict[str, _Digest] = {
            "md5_digest": hashlib.md5(usedforsecurity=False),
            "sha256_digest": hashlib.sha256(),
            "blake2_256_digest": hashlib.blake2b(digest_size=32),
        }
        self._parser = _parser(content_type, self)
        self._headers: dict[str, bytes] = {}
        self._header = (bytearray(), bytearray())
        self._name = ""
        self._is_file = False
        self._value = bytearray()
        self._bytes = 0
        self._count = 0

    def feed(self, data: bytes) -> None:
        """Take what has arrived.

        Raises:
            InvalidUpload: if it is no form, or has too many fields.
            UploadTooLarge: if the file or the other fields are too large.
        """
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise InvalidUpload(f"the form cannot be read: {error}") from error

    def digests(self) -> dict[str, str]:
        """Return the digests of the file by the names of the fields that announce them."""
        return {field: digest.hexdigest() for field, digest in self._digests.items()}

    def one(self, name: str) -> str:
        """Return the value of a field; empty if it is not there.

        Raises:
            InvalidUpload: if it is there twice: tools would not agree on which counts.
        """
        values = self.fields.get(name, [])
        if len(values) > 1:
            raise InvalidUpload(f"{name}: given {len(values)} times")
        return values[0] if values else ""

    def on_part_begin(self) -> None:
        """Begin a field."""
        self._headers = {}
        self._value = bytearray()
        self._count += 1
        if self._count > _MOST_FIELDS:
            raise InvalidUpload(f"the form has more than {_MOST_FIELDS:,} fields")

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a header's name."""
        self._header[0].extend(data[start:end])

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a header's value."""
        self._header[1].extend(data[start:end])

    def on_header_end(self) -> None:
        """Keep a header."""
        name, value = self._header
        self._headers[bytes(name).decode("latin-1").lower()] = bytes(value)
        self._header = (bytearray(), bytearray())

    def on_headers_finished(self) -> None:
        """Learn which field it is."""
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._is_file = b"filename" in options and self._name != SIGNATURE
        if not self._name or len(self._name) > _LONGEST_NAME:
            raise InvalidUpload("a field of the form has no name, or an endless one")
        if not self._is_file:
            return
        if self._name != _CONTENT or self.begun:
            raise InvalidUpload("the form may have one file, in the field 'content'")
        self.begun = True
        self.filename = options[b"filename"].decode("utf-8", "replace")

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        """Take a piece of a field."""
        piece = data[start:end]
        if self._is_file:
            self._write(piece)
            return
        self._bytes += len(piece)
        if self._bytes > _FIELDS_BYTES:
            raise UploadTooLarge(f"the fields of the form have more than {_FIELDS_BYTES:,} bytes")
        self._value += piece

    def on_part_end(self) -> None:
        """Keep a field."""
        if self._is_file:
            return
        try:
            text = self._value.decode()
        except UnicodeDecodeError as error:
            raise InvalidUpload(f"{self._name}: not UTF-8") from error
        self.fields.setdefault(self._name, []).append(text)

    def on_end(self) -> None:
        """Note that the form is whole."""
        self.ended = True

    def _write(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size > self._most_bytes:
            raise UploadTooLarge(
                f"{self.filename[:120]} is larger than the limit of {self._most_bytes:,} bytes",
                hint="The operator sets it with airlock serve --largest-upload.",
            )
        for digest in self._digests.values():
            digest.update(piece)
        self._into.write(piece)


def _parser(content_type: str, form: UploadForm) -> MultipartParser:
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise InvalidUpload("an upload is a form (multipart/form-data) with a boundary")
    try:
        return MultipartParser(
            boundary,
            {
                "on_part_begin": form.on_part_begin,
                "on_part_data": form.on_part_data,
                "on_part_end": form.on_part_end,
                "on_header_field": form.on_header_field,
                "on_header_value": form.on_header_value,
                "on_header_end": form.on_header_end,
                "on_headers_finished": form.on_headers_finished,
                "on_end": form.on_end,
            },
        )
    except FormParserError as error:
        raise InvalidUpload(f"the form cannot be read: {error}") from error
