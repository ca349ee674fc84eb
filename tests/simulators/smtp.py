"""A mail server on loopback: takes what it is sent (RFC 5321), or refuses it."""

import email
import email.policy
import socketserver
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from email.message import EmailMessage


class Smtp:
    """A server between ``with`` and its end.

    Attributes:
        taken: the messages, in the order of arrival.
        refusing: whether it refuses every message.
    """

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.refusing = False
        simulator = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                simulator.talk(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def talk(self, client: socketserver.StreamRequestHandler) -> None:
        """Answer one client."""

        def say(text: str) -> None:
            client.wfile.write(f"{text}\r\n".encode())

        say("220 mail.example")
        while line := client.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                say("354 go on")
                self._take(client)
                say("451 not now" if self.refusing else "250 taken")
            elif word == b"QUIT":
                say("221 bye")
                return
            else:
                say("250 mail.example")

    def _take(self, client: socketserver.StreamRequestHandler) -> None:
        lines = []
        while (line := client.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if not self.refusing:
            message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
            self.taken.append(message)
