"""Composition of what listens for a gate, and serves it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from socket import socket

    from starlette.types import ASGIApp

    from airlock.gate.settings import GateSettings

_WARMED_AFTER_SECONDS = 2.0


def listen(settings: "GateSettings") -> "socket":
    """Return the socket that a gate listens on.

    Raises:
        UsageError: if the address is taken or is not this machine's.
    """
    from airlock.gate.index.server import listen as bind

    return bind(settings.host, settings.port)


def serve(
    app: "ASGIApp", listener: "socket", *, log_json: bool, proxies: Sequence[str] = ()
) -> None:
    """Serve the gate until it is told to stop."""
    from threading import Timer

    from airlock.gate.index.server import configure_logging
    from airlock.gate.index.server import serve as run
    from airlock.web.warming import warm

    configure_logging(json=log_json)
    # Installers need not wait for what only people will see.
    warming = Timer(_WARMED_AFTER_SECONDS, warm)
    warming.daemon = True
    warming.start()
    run(app, listener, proxies)
