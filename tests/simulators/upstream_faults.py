"""How the simulated index misbehaves."""

import enum
from collections.abc import Mapping

import msgspec

from tests.simulators.upstream_pages import Entry
from tests.simulators.upstream_server import Answer


class Fault(enum.StrEnum):
    """How an index misbehaves, and what ``value`` means."""

    STATUS = "status"
    """Answers with that status (``value``: int; default 500) and no content."""
    TRUNCATE = "truncate"
    """Announces the whole length, sends that many bytes (default half) and closes."""
    WRONG_BYTES = "wrong-bytes"
    """Flips one bit in the middle."""
    SLOW = "slow"
    """Sends that many bytes a second (default 10)."""
    HANG = "hang"
    """Never answers."""
    HANG_BODY = "hang-body"
    """Sends the head and half of the body, then nothing more."""
    RESET = "reset"
    """Resets the connection."""
    REDIRECT = "redirect"
    """Answers 302 to that URL (default itself, for ever)."""
    EXTRA = "extra"
    """Sends that many bytes more than the file has (default 1), with a length to match."""
    NO_LENGTH = "no-length"
    """Sends the body without announcing its length, and closes."""
    HTML_ONLY = "html_only"
    """A page comes as HTML whatever the client accepts (PEP 503)."""
    NO_UPLOAD_TIME = "no_upload_time"
    """The page tells no time of upload; the pattern is of the page or of the file."""
    NO_SIZE = "no_size"
    """Likewise, no size."""
    NO_HASHES = "no_hashes"
    """Likewise, no digest."""
    WRONG_HASH = "wrong-hash-in-page"
    """Likewise, a digest of something else."""


class Order(msgspec.Struct):
    """An order to misbehave where a path matches a pattern."""

    pattern: str
    fault: Fault
    value: int | str | None
    headers: Mapping[str, str]
    times: int | None
    """For how many requests more; ``None`` for ever."""


_OF_ENTRIES: dict[Fault, dict[str, object]] = {
    Fault.NO_UPLOAD_TIME: {"upload_time": None},
    Fault.NO_SIZE: {"tell_size": False},
    Fault.NO_HASHES: {"announced": ""},
    Fault.WRONG_HASH: {"announced": "0" * 64},
}
ENTRY_FAULTS = tuple(_OF_ENTRIES)
"""Those that spoil what a page says of a file."""


def spoil_entry(entry: Entry, fault: Fault) -> Entry:
    """Return what the page says of a file, spoilt."""
    return msgspec.structs.replace(entry, **_OF_ENTRIES[fault])


def spoil(answer: Answer, order: Order, here: str) -> Answer:
    """Return an answer, spoilt; ``here`` is the URL that was asked."""
    number = order.value if isinstance(order.value, int) else None
    if order.fault is Fault.STATUS:
        return Answer(number or 500, headers=dict(order.headers))
    if order.fault is Fault.REDIRECT:
        return Answer(302, headers={"Location": str(order.value or here)})
    return answer.but(**_changes(answer, order.fault, number))


def _changes(answer: Answer, fault: Fault, number: int | None) -> dict[str, object]:
    body, middle = answer.body, len(answer.body) // 2
    cut = middle if number is None else number
    changes: dict[Fault, dict[str, object]] = {
        Fault.WRONG_BYTES: {"body": _flipped(body, middle)},
        Fault.EXTRA: {"body": body + bytes(number or 1)},
        Fault.TRUNCATE: {"cut": cut},
        Fault.HANG_BODY: {"cut": cut, "hang": True},
        Fault.SLOW: {"bytes_per_second": number or 10},
        Fault.HANG: {"silent": True},
        Fault.RESET: {"reset": True},
        Fault.NO_LENGTH: {"length": False},
    }
    return changes.get(fault, {})


def _flipped(body: bytes, at: int) -> bytes:
    return body[:at] + bytes(byte ^ 1 for byte in body[at : at + 1]) + body[at + 1 :]
