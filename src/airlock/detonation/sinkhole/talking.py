"""One connection: what it is, what is said, and what is answered."""

import io
import socket
import ssl
import struct
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

from airlock.behaviour.events import AnyEvent, Asked, Reached, Sent
from airlock.detonation.sinkhole.answers import answer
from airlock.detonation.sinkhole.authority import Authority
from airlock.detonation.sinkhole.names import Names

_SO_ORIGINAL_DST = 80
_LARGEST_BODY = 1024 * 1024
_FIRST_WORDS_SECONDS = 1.5
_SILENCE_SECONDS = 8.0
_MOST_REQUESTS = 50
_TLS_HANDSHAKE = 0x16
_MAIL_PORTS = (25, 465, 587, 2525)
_METHODS = tuple(
    f"{method} ".encode()
    for method in "GET POST PUT PATCH DELETE HEAD OPTIONS CONNECT TRACE PROPFIND".split()
)


class Talk:
    """Talks to one client.

    Args:
        connection: accepted.
        names: that were looked up.
        authority: for TLS.
        marker: for programs.
        emit: takes what was seen.
    """

    def __init__(
        self,
        connection: socket.socket,
        names: Names,
        authority: Authority,
        marker: str,
        emit: Callable[[AnyEvent], None],
    ) -> None:
        self._connection = connection
        self._authority = authority
        self._marker = marker
        self._emit = emit
        self.address, self.port = _destination(connection)
        self.name = names.name(self.address)
        self.tls = False

    def run(self) -> None:
        """Talk until the client is done, or silent."""
        stream = self._connection
        try:
            first = self._first(stream)
            if first[:1] == bytes([_TLS_HANDSHAKE]):
                server = self._authority.server(self.name or self.address)
                stream.settimeout(_SILENCE_SECONDS)
                stream = server.wrap_socket(stream, server_side=True)
                self.tls = True
                first = self._first(stream)
            self._told(Reached(address=self.address, port=self.port, name=self.name, tls=self.tls))
            stream.settimeout(_SILENCE_SECONDS)
            if first.startswith(_METHODS):
                _Requests(stream, self)
            else:
                self._listen(stream, first)
        except (OSError, ssl.SSLError, ValueError):
            self._told(Reached(address=self.address, port=self.port, name=self.name, tls=self.tls))
        finally:
            stream.close()

    def _first(self, stream: socket.socket) -> bytes:
        """Return the beginning of what a client says, without taking it away where that goes."""
        stream.settimeout(_FIRST_WORDS_SECONDS)
        try:
            if isinstance(stream, ssl.SSLSocket):
                return b"GET "  # nearly everything within TLS is HTTP; others end in raw bytes
            return stream.recv(8, socket.MSG_PEEK)
        except TimeoutError:
            return b""

    def _listen(self, stream: socket.socket, first: bytes) -> None:
        """Take what is no HTTP; greet who waits for a greeting."""
        if not first:
            stream.sendall(b"220 mail.example ESMTP\r\n" if self.port in _MAIL_PORTS else b"\r\n")
        kept = bytearray()
        while len(kept) < _LARGEST_BODY:
            try:
                received = stream.recv(65_536)
            except (TimeoutError, OSError):
                break
            if not received:
                break
            kept += received
            if self.port in _MAIL_PORTS:
                stream.sendall(_mail(received))
        if kept:
            self.sent(bytes(kept))

    def sent(self, data: bytes) -> None:
        """Tell of bytes that are no request."""
        self._told(Sent(address=self.address, port=self.port, name=self.name, data=data))

    def asked(
        self, method: str, path: str, headers: tuple[tuple[str, str], ...], body: bytes
    ) -> bytes:
        """Tell of a request; return the answer."""
        fields = {name.lower(): value for name, value in headers}
        host = fields.get("host") or self.name or f"{self.address}:{self.port}"
        scheme = "https" if self.tls else "http"
        url = path if "://" in path else f"{scheme}://{host}{path}"
        status, kind, content, what = answer(method, path, fields.get("accept", ""), self._marker)
        self._told(Asked(method=method, url=url, headers=headers, body=body, answered=what))
        head = (
            f"HTTP/1.1 {status} OK\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n"
            "Server: nginx\r\n\r\n"
        )
        return head.encode() + (b"" if method == "HEAD" else content)

    def _told(self, event: AnyEvent) -> None:
        self._emit(event)


class _Requests(BaseHTTPRequestHandler):
    """Reads requests; everything that can go wrong with them is the base class's matter."""

    def __init__(self, stream: socket.socket, talk: Talk) -> None:
        self._talk = talk
        self.rfile: Any = stream.makefile("rb")
        self.wfile: Any = io.BytesIO()
        self.client_address = ("", 0)
        self.close_connection = True
        for _ in range(_MOST_REQUESTS):
            if not self._one(stream):
                break

    def _one(self, stream: socket.socket) -> bool:
        self.raw_requestline = self.rfile.readline(65_537)
        if not self.raw_requestline:
            return False
        if not self.parse_request():
            self._talk.sent(bytes(self.raw_requestline) + self._rest())
            return False
        if self.headers.get("Expect", "").lower() == "100-continue":
            stream.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        headers = tuple((name, value) for name, value in self.headers.items())
        stream.sendall(self._talk.asked(self.command, self.path, headers, self._body()))
        return not self.close_connection

    def _rest(self) -> bytes:
        """Return what else was said by somebody who does not speak HTTP."""
        kept = bytearray()
        try:
            while len(kept) < _LARGEST_BODY and (more := self.rfile.read1(65_536)):
                kept += more
        except OSError:
            pass
        return bytes(kept)

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        length = self.headers.get("Content-Length", "0")
        return bytes(self.rfile.read(min(int(length), _LARGEST_BODY))) if length.isdigit() else b""

    def _chunks(self) -> bytes:
        kept = bytearray()
        while len(kept) < _LARGEST_BODY:
            size = self.rfile.readline(100).split(b";")[0].strip()
            count = int(size, 16) if size else 0
            if not count:
                break
            kept += self.rfile.read(min(count, _LARGEST_BODY))
            self.rfile.readline(10)
        return bytes(kept)

    def log_message(self, *_: Any) -> None:
        """Say nothing: everything is told as an event."""

    def send_error(self, *_: Any, **__: Any) -> None:
        """Answer nothing to what is no request."""


def _destination(connection: socket.socket) -> tuple[str, int]:
    """Return where the client wanted to go."""
    host, port = connection.getsockname()[:2]
    try:
        if connection.family == socket.AF_INET6 and not host.startswith("::ffff:"):
            raw = connection.getsockopt(socket.IPPROTO_IPV6, _SO_ORIGINAL_DST, 28)
            return socket.inet_ntop(socket.AF_INET6, raw[8:24]), struct.unpack("!H", raw[2:4])[0]
        raw = connection.getsockopt(socket.IPPROTO_IP, _SO_ORIGINAL_DST, 16)
        return socket.inet_ntoa(raw[4:8]), struct.unpack("!H", raw[2:4])[0]
    except OSError:
        return str(host).removeprefix("::ffff:"), int(port)


def _mail(received: bytes) -> bytes:
    """Answer as a server of mail that takes everything."""
    line = received.strip().upper()
    if line.startswith(b"EHLO"):
        return b"250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n"
    if line.startswith(b"AUTH"):
        return b"235 ok\r\n"
    if line.startswith(b"DATA"):
        return b"354 go on\r\n"
    if line.startswith(b"QUIT"):
        return b"221 bye\r\n"
    return b"250 ok\r\n"
