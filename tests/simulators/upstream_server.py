"""The wire of the simulated index: real sockets on loopback, one thread for each connection."""

import hashlib
import http.server
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Self
from urllib.parse import unquote, urlsplit

import msgspec

_PIECE = 16 * 1024
_NO_CONTENT = {304}


class Asked(msgspec.Struct, frozen=True):
    """One request."""

    method: str
    path: str
    """Decoded, without the query."""
    headers: dict[str, str]
    """By lower-case names."""
    body: bytes = b""


class Answer(msgspec.Struct, frozen=True):
    """One answer, and how it is spoilt on the wire."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}
    silent: bool = False
    reset: bool = False
    hang: bool = False
    length: bool = True
    cut: int | None = None
    """How many bytes of the body are sent before the connection closes or hangs."""
    bytes_per_second: int | None = None

    def but(self, **changes: object) -> "Answer":
        """Return a copy with changes."""
        return msgspec.structs.replace(self, **changes)

    def with_etag(self, asked: Asked) -> "Answer":
        """Return the answer to a conditional request (RFC 9110, 13.1.2)."""
        etag = f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'
        headers = {**self.headers, "ETag": etag}
        if asked.headers.get("if-none-match") == etag:
            return Answer(304, headers=headers)
        return self.but(headers=headers)


class LoopbackServer:
    """Serves what a function answers, on a free port of 127.0.0.1; over TLS with a context."""

    def __init__(
        self,
        answer: Callable[[Asked], Answer],
        tls: ssl.SSLContext | None = None,
        address: str = "127.0.0.1",
    ) -> None:
        self._server = _Server(answer, address)
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def port(self) -> int:
        """The port it listens on, from its construction to its stop."""
        return int(self._server.server_address[1])

    def start(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Cut every connection and return when no thread is left."""
        self._server.stopping.set()
        self._server.shutdown()
        self._server.cut_connections()
        self._server.server_close()
        self._thread.join()


class _Server(http.server.ThreadingHTTPServer):
    # Threads are joined when the server closes, so that no test leaves one behind.
    daemon_threads = False
    block_on_close = True
    request_queue_size = 128

    def __init__(self, answer: Callable[[Asked], Answer], address: str) -> None:
        self.answer = answer
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__((address, 0), _Handler)

    def process_request_thread(self, request: object, client_address: object) -> None:
        if not isinstance(request, socket.socket):
            return
        with self._guard:
            self._open.add(request)
        try:
            if self.stopping.is_set():
                self.shutdown_request(request)
                return
            super().process_request_thread(request, client_address)
        finally:
            with self._guard:
                self._open.discard(request)

    def cut_connections(self) -> None:
        with self._guard:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet: clients that go away in the middle are what these tests are about."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One packet for head and body of small answers, else Nagle adds 40 ms to each.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        answer = self.server.answer(Asked(self.command, path, headers, body))
        if answer.silent:
            self.server.stopping.wait()
        elif answer.reset:
            self._reset()
        else:
            self._send(answer)
            return
        self.close_connection = True

    do_HEAD = do_GET  # noqa: N815 (the name that http.server asks for)
    do_POST = do_GET  # noqa: N815 (likewise)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""

    def _reset(self) -> None:
        # Lingering for zero seconds makes the kernel send RST instead of FIN.
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status, _reason(answer.status))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.length and answer.status not in _NO_CONTENT:
            self.send_header("Content-Length", str(len(answer.body)))
        if not answer.length or answer.cut is not None:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD" and answer.status not in _NO_CONTENT:
            self._send_body(answer)
        self.wfile.flush()
        if answer.hang:
            self.server.stopping.wait()

    def _send_body(self, answer: Answer) -> None:
        body = answer.body if answer.cut is None else answer.body[: answer.cut]
        if answer.bytes_per_second is None:
            self.wfile.write(body)
            return
        # Ten small pieces a second.
        step = max(1, answer.bytes_per_second // 10)
        for start in range(0, len(body), step):
            self.wfile.write(body[start : start + step])
            self.wfile.flush()
            if self.server.stopping.wait(step / answer.bytes_per_second):
                return


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Strange"
