"""Serves the files of a folder on loopback for almost nothing: the kernel sends them.

``python -m benchmarks.serving FOLDER`` prints its port. What it costs can be told apart, because it
is a process of its own: 0.1 ms a file, where the simulators of the tests take ten times that.
"""

import http
import os
import socket
import sys
import threading
from pathlib import Path

_LONGEST_REQUEST = 1 << 16
_PAGE = "application/vnd.pypi.simple.v1+json"


def main() -> None:
    """Serve until killed."""
    folder = Path(sys.argv[1])
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            client, _ = server.accept()
            threading.Thread(target=_serve, args=(client, folder), daemon=True).start()


def _serve(client: socket.socket, folder: Path) -> None:
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with client:
        while b"\r\n\r\n" in (request := client.recv(_LONGEST_REQUEST)):
            asked = request.split(b" ", 2)[1].decode()
            # The page of a project lies there as a file, too.
            name = asked.rstrip("/").rpartition("/")[2] + (".json" if asked.endswith("/") else "")
            _answer(client, folder / name)


def _answer(client: socket.socket, path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        client.sendall(_head(http.HTTPStatus.NOT_FOUND, 0, path))
        return
    try:
        size = os.fstat(descriptor).st_size
        client.sendall(_head(http.HTTPStatus.OK, size, path), socket.MSG_MORE)
        sent = 0
        while sent < size:
            sent += os.sendfile(client.fileno(), descriptor, sent, size - sent)
    finally:
        os.close(descriptor)


def _head(status: http.HTTPStatus, size: int, path: Path) -> bytes:
    kind = _PAGE if path.suffix == ".json" else "application/octet-stream"
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Length: {size}\r\n"
        f"Content-Type: {kind}\r\n\r\n"
    ).encode()


if __name__ == "__main__":
    main()
