"""Runs the gate's application on a socket until it is told to stop."""

import logging
import sys

import structlog
import uvicorn
from starlette.types import ASGIApp

from airlock.gate.index.reason import ReasonProtocol

_STOP_SECONDS = 10


def configure_logging(*, json: bool) -> None:
    """Log events to standard error: as JSON for machines, or readable for people."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def serve(app: ASGIApp, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM; requests under way get some seconds to end."""
    uvicorn.run(
        app,
        host=host,
        port=port,
        http=ReasonProtocol,
        loop="uvloop",
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
