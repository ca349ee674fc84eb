"""What is counted of a watch, for Prometheus: at the gate, or on a port of its own."""

from prometheus_client import Gauge, start_http_server

from airlock.errors import UsageError
from airlock.gate.metrics import REGISTRY
from airlock.model.watching import Backlog, SourceState

_WAITING = Gauge(
    "airlock_watch_waiting", "Files that wait to be looked at.", ["stage"], registry=REGISTRY
)
_ENDED = Gauge(
    "airlock_watch_ended",
    "Files that were looked at, are dead letters, or were withdrawn.",
    ["state"],
    registry=REGISTRY,
)
_PAGES = Gauge("airlock_watch_pages", "Pages that have to be read.", registry=REGISTRY)
_RATE = Gauge("airlock_watch_done_lately", "Files done in five minutes.", registry=REGISTRY)
_CURSOR = Gauge("airlock_watch_cursor", "The serial reached.", ["kind"], registry=REGISTRY)
_FAILING = Gauge(
    "airlock_watch_source_failing", "1 if a source cannot be asked.", ["kind"], registry=REGISTRY
)


def note(backlog: Backlog, sources: tuple[SourceState, ...]) -> None:
    """Take note of how far a watch is."""
    for stage, count in backlog.waiting.items():
        _WAITING.labels(stage).set(count)
    for state in ("done", "dead", "gone"):
        _ENDED.labels(state).set(getattr(backlog, state))
    _PAGES.set(backlog.pages)
    _RATE.set(backlog.done_lately)
    for source in sources:
        _CURSOR.labels(source.kind).set(source.serial)
        _FAILING.labels(source.kind).set(bool(source.error))


def serve(port: int, host: str = "127.0.0.1") -> None:
    """Answer Prometheus on a port, from a thread.

    Raises:
        UsageError: if the port is taken.
    """
    try:
        start_http_server(port, host, registry=REGISTRY)
    except OSError as error:
        raise UsageError(f"port {port} cannot be listened on: {error.strerror}") from error
