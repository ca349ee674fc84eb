"""The sinkhole's sockets: a thread for each of a bounded number of connections."""

import random
import socket
import threading
from collections.abc import Callable

from airlock.behaviour.events import AnyEvent, Looked, Lost, Sent
from airlock.detonation.interface import Sinkhole
from airlock.detonation.network import DNS_PORT, TCP_PORT, UDP_PORT
from airlock.detonation.sinkhole.authority import Authority
from airlock.detonation.sinkhole.names import Names
from airlock.detonation.sinkhole.talking import Talk
from airlock.errors import DetonationError

_MOST_CONNECTIONS = 128
_LARGEST_DATAGRAM = 65_535
# Where nothing can be turned to one port: those that are asked for most.
_PORTS = (
    *(21, 22, 23, 25, 53, 80, 110, 143, 443, 465, 587, 993, 995, 1080, 1234, 1337, 1433, 1935),
    *(2222, 2525, 3000, 3128, 3306, 3333, 4242, 4343, 4433, 4443, 4444, 4445, 5000, 5001, 5432),
    *(5555, 6000, 6379, 6443, 6666, 6667, 6697, 7000, 7777, 8000, 8001, 8008, 8080, 8081, 8088),
    *(8443, 8444, 8800, 8880, 8888, 9000, 9001, 9090, 9443, 9999, 12345, 13337, 14444, 27017),
    *(31337, 54321),
)


class LoopbackSinkhole(Sinkhole):
    """Listens in the namespace of the cell.

    Args:
        authority: for TLS.
        chance: for addresses.
        marker: for programs.
        redirects: whether every port is turned to the sinkhole's.
    """

    def __init__(
        self, authority: Authority, chance: random.Random, marker: str, *, redirects: bool
    ) -> None:
        self._authority = authority
        self._names = Names(chance)
        self._marker = marker
        self._redirects = redirects
        self._sockets: list[socket.socket] = []
        self._places = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        self._emit: Callable[[AnyEvent], None] = lambda _: None

    def open(self, emit: Callable[[AnyEvent], None]) -> None:
        """Begin to answer."""
        self._emit = emit
        try:
            for port in (TCP_PORT,) if self._redirects else _PORTS:
                self._listen(port, socket.SOCK_STREAM, self._accept)
            self._listen(DNS_PORT if self._redirects else 53, socket.SOCK_DGRAM, self._resolve)
            if self._redirects:
                self._listen(UDP_PORT, socket.SOCK_DGRAM, self._take)
        except OSError as error:
            raise DetonationError(f"the sinkhole cannot listen: {error}") from error

    def close(self) -> None:
        """End."""
        for one in self._sockets:
            one.close()

    def _listen(self, port: int, kind: int, serve: Callable[[socket.socket], None]) -> None:
        # Not on every address: answers must come from where questions were turned to.
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            everywhere = "" if family == socket.AF_INET else "::"
            listener = socket.socket(family, kind)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                listener.bind((address if self._redirects else everywhere, port))
            except OSError:
                listener.close()
                if family == socket.AF_INET:
                    raise
                continue
            if kind == socket.SOCK_STREAM:
                listener.listen(256)
            self._sockets.append(listener)
            threading.Thread(target=serve, args=(listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            if not self._places.acquire(blocking=False):
                connection.close()
                self._emit(Lost(what="There were more connections than the sinkhole can answer"))
                continue
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            Talk(connection, self._names, self._authority, self._marker, self._emit).run()
        finally:
            self._places.release()

    def _resolve(self, listener: socket.socket) -> None:
        while True:
            try:
                packet, client = listener.recvfrom(_LARGEST_DATAGRAM)
            except OSError:
                return
            try:
                reply, name, kind, address = self._names.answer(packet)
            except ValueError:
                self._emit(Sent(address="", port=53, protocol="udp", data=packet))
                continue
            self._emit(Looked(name=name, record=kind, answer=address))
            listener.sendto(reply, client)

    def _take(self, listener: socket.socket) -> None:
        while True:
            try:
                packet, client = listener.recvfrom(_LARGEST_DATAGRAM)
            except OSError:
                return
            # Where it was going, connection tracking knows; the tracer tells it as well.
            self._emit(
                Sent(address=client[0].removeprefix("::ffff:"), port=0, protocol="udp", data=packet)
            )
