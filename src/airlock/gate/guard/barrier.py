"""The proxy of the guarded command: it refuses, so that nothing goes round the guard.

pip, uv, Poetry, git over HTTP and what a build may start obey the proxy of their environment. A
program that does not is no installer of files; what keeps programs in is a sandbox, not this.
"""

import asyncio
import contextlib
from collections.abc import Callable
from urllib.parse import urlsplit

from airlock.policy.guard import GuardRules
from airlock.report import reason_phrase

_HEAD_BYTES = 16 * 1024
_HEAD_SECONDS = 30.0
_PIECE_BYTES = 64 * 1024
_PORTS = {"https": 443, "http": 80}


class Barrier:
    """A forward proxy that lets nothing out but to the hosts that the policy names.

    Args:
        rules: of the policy.
        note: told of each refusal, in one line.
    """

    def __init__(self, rules: GuardRules, note: Callable[[str], None]) -> None:
        self._open_to = {_host_and_port(url) for url in rules.allow if "//" in url}
        self._note = note
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> str:
        """Listen on loopback, and return the URL of the proxy."""
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0, limit=_HEAD_BYTES)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aexit__(self, *_about: object) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_HEAD_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
            method, target = _asked(head)
            place = _host_and_port(target if "//" in target else f"https://{target}")
            if place in self._open_to and method == "CONNECT":
                await _tunnel(reader, writer, place)
            else:
                await self._refuse(writer, f"{place[0]}:{place[1]}")
        except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError):
            # Whoever speaks no HTTP to a proxy gets no answer, and nothing through it.
            pass
        except asyncio.LimitOverrunError:
            pass
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _refuse(self, writer: asyncio.StreamWriter, place: str) -> None:
        message = f"Airlock refuse: {place} was not asked through the guard"
        self._note(message)
        reason = reason_phrase(message)
        writer.write(
            f"HTTP/1.1 403 {reason}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode()
        )
        await writer.drain()


async def _tunnel(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, place: tuple[str, int]
) -> None:
    there, back = await asyncio.open_connection(*place)
    try:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await writer.drain()
        await asyncio.gather(_pour(reader, back), _pour(there, writer))
    finally:
        back.close()


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while piece := await source.read(_PIECE_BYTES):
        sink.write(piece)
        await sink.drain()
    if sink.can_write_eof():
        sink.write_eof()


def _asked(head: bytes) -> tuple[str, str]:
    method, target, _ = head.split(b"\r\n", 1)[0].decode("ascii", errors="replace").split(" ")
    return method, target


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url.removeprefix("git+"))
    return parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 443)
