"""Runs the gate's application on a socket until it is told to stop."""

import contextlib
import gc
import logging
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from typing import TextIO

import structlog
import uvicorn
from starlette.types import ASGIApp

from airlock.errors import UsageError
from airlock.gate.index.reason import ReasonProtocol

_STOP_SECONDS = 10
_WAITING_CONNECTIONS = 2048
_STOPS = (signal.SIGINT, signal.SIGTERM)


def configure_logging(*, json: bool, stream: TextIO | None = None, over_line: bool = False) -> None:
    """Log events: as JSON for machines, or readable for people.

    Args:
        json: for machines.
        stream: where to; standard error without it.
        over_line: another process shows a line on the same terminal, and will show it again.
    """
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
            *([_over_line] if over_line else []),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        # A stream is closed with the command that it belongs to, and the next one has its own.
        cache_logger_on_first_use=stream is None,
    )


def _over_line(_logger: object, _method: str, event: object) -> str:
    # To the begin of the line, and clear it (ECMA-48, 8.3.41).
    return f"\r\x1b[K{event}"


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        UsageError: if the address is taken or is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_WAITING_CONNECTIONS)
    except OSError as error:
        listener.close()
        raise UsageError(
            f"{host}, port {port}, cannot be listened on: {error.strerror}",
            hint="Another gate may run there; name another port with --port.",
        ) from error
    return listener


def serve(app: ASGIApp, listener: socket.socket, proxies: Sequence[str]) -> None:
    """Serve until SIGINT or SIGTERM; requests under way get some seconds to end."""
    _Server(configured(app, proxies)).run(sockets=[listener])


def configured(app: ASGIApp, proxies: Sequence[str] = ()) -> uvicorn.Config:
    """Return how uvicorn serves an application of ours.

    Args:
        app: that is served.
        proxies: addresses and networks of reverse proxies in front of it.
    """
    return uvicorn.Config(
        app,
        http=ReasonProtocol,
        loop="uvloop",
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=True,
        # What a client says of its own address is believed of nobody but these.
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=_STOP_SECONDS,
    )


class _Server(uvicorn.Server):
    """uvicorn's server, for which being asked to stop is no failure of the process."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and leave what is there then out of every later search for garbage.

        It stays until the end: going through all of it each time held requests up for longer than
        most of them take.
        """
        await super().startup(sockets)
        gc.collect()
        gc.freeze()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGINT and SIGTERM; do not raise them again once everything is closed."""
        before = {kind: signal.signal(kind, self.handle_exit) for kind in _STOPS}
        try:
            yield
        finally:
            for kind, handler in before.items():
                signal.signal(kind, handler)
