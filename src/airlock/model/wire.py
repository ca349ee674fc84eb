"""Values to JSON and back: between processes, and into the store.

This is the one place that knows how a ``ProjectName`` or ``Sha256`` looks on the wire. What users
read has its own, stable form (``report.json``); this one may change with any version.
"""

from typing import TypeVar

import msgspec

from airlock.errors import InvalidName, MalformedDocument

T = TypeVar("T")


def encode(value: object) -> bytes:
    """Return a value of the model as JSON."""
    return _ENCODER.encode(value)


def decode(data: bytes | str, kind: type[T]) -> T:
    """Return the value that ``encode`` wrote.

    Raises:
        MalformedDocument: if the bytes are no such value.
    """
    try:
        return msgspec.json.decode(data, type=kind, dec_hook=_from_text)
    except (msgspec.MsgspecError, InvalidName, UnicodeDecodeError, RecursionError) as error:
        raise MalformedDocument(f"a stored {kind.__name__} cannot be read: {error}") from error


def _from_text(kind: type, value: object) -> object:
    if not isinstance(value, str):
        raise TypeError(f"{kind.__name__} is a string")  # msgspec says where
    return kind(value)


# The hook is asked only about our own kinds of strings. It is a function in C because it is asked
# twice for each of the thousands of files of a listing, which then takes a quarter of the time.
_ENCODER = msgspec.json.Encoder(enc_hook=str.__str__)
