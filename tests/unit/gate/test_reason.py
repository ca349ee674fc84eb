"""The reason phrase: only heads of errors are rewritten, and never a byte of a body."""

import asyncio
from collections.abc import Callable

import pytest

from airlock.gate.index.reason import HEADER, ResponseTransport, with_reason

REFUSED = (
    b"HTTP/1.1 403 Forbidden\r\n"
    b"content-type: text/html\r\n"
    b"airlock-verdict: Airlock refuse: runs decoded code\r\n"
    b"content-length: 2\r\n\r\n"
)
REWRITTEN = REFUSED.replace(b"403 Forbidden", b"403 Airlock refuse: runs decoded code")


class Wire(asyncio.Transport):
    """A transport that remembers what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append(bytes(data))

    def close(self) -> None:
        self.closed = True


def test_reason_of_an_error_stands_in_its_status_line() -> None:
    assert with_reason(REFUSED) == REWRITTEN


@pytest.mark.parametrize("status", [b"404 Not Found", b"406 Not Acceptable", b"502 Bad Gateway"])
def test_every_error_may_have_a_reason(status: bytes) -> None:
    head = REFUSED.replace(b"403 Forbidden", status)
    code = status.split()[0]
    assert with_reason(head).startswith(b"HTTP/1.1 " + code + b" Airlock refuse: runs")


def test_head_without_a_phrase_gets_one() -> None:
    head = REFUSED.replace(b" Forbidden", b"")
    assert with_reason(head).startswith(b"HTTP/1.1 403 Airlock refuse: runs decoded code\r\n")


def test_what_follows_the_head_in_the_same_write_stays() -> None:
    assert with_reason(REFUSED + b"ok") == REWRITTEN + b"ok"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nairlock-verdict: no error\r\n\r\n",
        b"HTTP/1.1 301 Moved Permanently\r\nairlock-verdict: no error\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 403 Forbidden\r\nairlock-verdict: the head is cut",
        b"HTTP/1.1 403 Forbidden\r\n\r\nx\r\nairlock-verdict: in the body",
        b"<html>HTTP/1.1 403 Forbidden\r\nairlock-verdict: in a page\r\n\r\n",
    ],
)
def test_everything_else_is_left_as_it_is(data: bytes) -> None:
    assert with_reason(data) == data


def test_header_is_the_one_that_responses_carry() -> None:
    assert f"{HEADER}: ".encode() in REFUSED


def test_body_in_the_shape_of_a_head_is_left_as_it_is() -> None:
    wire, later = Wire(), list[Callable[[], None]]()
    response = ResponseTransport(wire, later.append)
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n"

    response.write(head)
    response.write(REFUSED)

    assert b"".join(wire.sent) == head + REFUSED


def test_head_goes_out_alone_if_no_body_follows_at_once() -> None:
    wire, later = Wire(), list[Callable[[], None]]()
    response = ResponseTransport(wire, later.append)

    response.write(REFUSED)
    assert wire.sent == []
    for call in later:
        call()
    assert wire.sent == [REWRITTEN]
    response.write(b"body")
    assert wire.sent == [REWRITTEN, b"body"]


def test_closing_leaves_nothing_unwritten() -> None:
    wire, later = Wire(), list[Callable[[], None]]()
    response = ResponseTransport(wire, later.append)
    response.write(REFUSED)
    response.close()
    assert wire.sent == [REWRITTEN]


def test_interim_response_leaves_the_head_due() -> None:
    wire, later = Wire(), list[Callable[[], None]]()
    response = ResponseTransport(wire, later.append)

    response.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    response.write(REFUSED)
    response.write(REFUSED)

    assert b"".join(wire.sent[1:]) == REWRITTEN + REFUSED


def test_everything_but_writing_is_the_transport_itself() -> None:
    wire, later = Wire(), list[Callable[[], None]]()
    ResponseTransport(wire, later.append).close()
    assert wire.closed
