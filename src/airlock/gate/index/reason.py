"""The reason phrase of HTTP/1.1: the one place where pip, uv and Poetry show a refusal's reason.

ASGI has no reason phrase, so a response carries it in a header, and this protocol moves it into the
status line (RFC 9112, 4; see docs/decisions/0001).
"""

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER = "airlock-verdict"
"""Of a response that has a reason; stays in the response, for clients that read headers."""

_PREFIX = f"\r\n{HEADER}: ".encode()
_LINE_END = b"\r\n"
_INTERIM = b"HTTP/1.1 1"
"""``100 Continue`` comes before the head (RFC 9110, 15.2)."""


class ReasonProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, with reasons."""

    _socket: asyncio.Transport

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the way to the client."""
        self._socket = transport
        super().connection_made(transport)

    def on_headers_complete(self) -> None:
        """Give the response to this request a transport of its own, which writes its reason."""
        self.transport = ResponseTransport(self._socket, self.loop.call_soon)  # type: ignore[assignment]
        super().on_headers_complete()


class ResponseTransport:
    """A transport for one response, which writes the reason of it into its status line.

    Only the first write is a head. What follows is a body, perhaps of bytes that a package chose:
    taken for a head, it could be made to grow, and what then stood after its announced length
    would be the answer to the client's next request (CWE-444).

    Args:
        transport: that leads to the client.
        soon: calls a function when everything that is to be done now is done.
    """

    def __init__(
        self, transport: asyncio.Transport, soon: Callable[[Callable[[], None]], object]
    ) -> None:
        self._transport = transport
        self._soon = soon
        self._head_is_due = True
        self._held = b""

    def write(self, data: bytes) -> None:
        """Write, with the reason in the status line if this is the head of a response with one.

        The head waits for the body, if that comes before anything else happens: one system call
        and one packet instead of two.
        """
        if self._head_is_due:
            if not data.startswith(_INTERIM):
                self._head_is_due = False
                self._held = with_reason(data)
                self._soon(self._flush)
                return
        elif self._held:
            head, self._held = self._held, b""
            self._transport.writelines((head, data))
            return
        self._transport.write(data)

    def _flush(self) -> None:
        if self._held:
            head, self._held = self._held, b""
            self._transport.write(head)

    def close(self) -> None:
        """Close once everything is written."""
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


def with_reason(data: bytes) -> bytes:
    """Return the head of an error response with its reason in the status line.

    Everything else, such as a body or the head of a success, comes back as it is.
    """
    if not data.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5")):
        return data
    head, blank, body = data.partition(b"\r\n\r\n")
    at = head.find(_PREFIX)
    if at < 0 or not blank:
        return data
    reason = head[at + len(_PREFIX) :].partition(_LINE_END)[0]
    status, _, headers = head.partition(_LINE_END)
    code = b" ".join(status.split(b" ", 2)[:2])
    return code + b" " + reason + _LINE_END + headers + blank + body
