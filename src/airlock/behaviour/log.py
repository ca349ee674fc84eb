"""Traces as text: a line of JSON for the header, then one for each event."""

from collections.abc import Iterable, Iterator

import msgspec

from airlock.behaviour.events import LOG_SCHEMA, AnyEvent, Header, Trace
from airlock.errors import MalformedDocument

MOST_BYTES = 256 * 1024 * 1024
"""Of a log that is read back."""

_EVENT: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_HEADER = msgspec.json.Decoder(Header)


def encode_line(value: Header | AnyEvent) -> bytes:
    """Return a header or event as a line."""
    return msgspec.json.encode(value) + b"\n"


def decode_event(line: bytes) -> AnyEvent:
    """Return the event of a line.

    Raises:
        MalformedDocument: if it is none.
    """
    try:
        return _EVENT.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedDocument(f"this is no event of a detonation: {error}") from error


def write(trace: Trace) -> Iterator[bytes]:
    """Iterate over the lines of a trace."""
    yield encode_line(trace.header)
    for event in trace.events:
        yield encode_line(event)


def read(lines: Iterable[bytes], origin: str) -> Trace:
    """Return the trace that was written.

    Args:
        lines: of a log.
        origin: its name, for the reader of an error.

    Raises:
        MalformedDocument: if it is no log, or of another version.
    """
    rows = iter(lines)
    try:
        header = _HEADER.decode(next(rows, b""))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedDocument(
            f"{origin} is no log of a detonation: {error}",
            hint="Airlock writes one with: airlock detonate TARGET --log FILE",
        ) from error
    if header.schema != LOG_SCHEMA:
        raise MalformedDocument(f"{origin} is a log of version {header.schema}, not {LOG_SCHEMA}")
    events = []
    for number, line in enumerate(rows, 2):
        if line.strip():
            try:
                events.append(decode_event(line))
            except MalformedDocument as error:
                raise MalformedDocument(f"{origin}, line {number}: {error}") from error
    return Trace(header=header, events=tuple(events))
