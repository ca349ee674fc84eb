"""The reason phrase of HTTP/1.1: the one place where pip, uv and Poetry show a refusal's reason.

ASGI has no reason phrase, so a response carries it in a header, and this protocol moves it into the
status line (RFC 9112, 4; see docs/decisions/0001).
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER = "airlock-verdict"
"""Of a response that has a reason; stays in the response, for clients that read headers."""

_PREFIX = f"\r\n{HEADER}: ".encode()
_LINE_END = b"\r\n"


class ReasonProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, with reasons."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the transport that writes reasons between uvicorn and the socket."""
        super().connection_made(_ReasonTransport(transport))  # type: ignore[arg-type]


class _ReasonTransport:
    """A transport that writes the reason of a response into its status line."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def write(self, data: bytes) -> None:
        """Write, with the reason in the status line if the response has one."""
        self._transport.write(with_reason(data))

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
