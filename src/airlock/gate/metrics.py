"""What a gate counts of itself, for Prometheus: one registry for each process.

No name of a project, user or address is a label: their number has no bound.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Listings that are ready take a tenth of a millisecond, cold files some seconds.
_SECONDS = (0.001, 0.005, 0.015, 0.05, 0.15, 0.5, 1.5, 5, 15, 60)

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

REQUESTS = Counter(
    "airlock_requests",
    "Answers, by the part of the gate that gave them, the method and the status.",
    ["part", "method", "status"],
    registry=REGISTRY,
)
SECONDS = Histogram(
    "airlock_request_seconds",
    "From a request to the end of its answer, in seconds.",
    ["part"],
    buckets=_SECONDS,
    registry=REGISTRY,
)
UNDER_WAY = Gauge(
    "airlock_requests_under_way", "Requests without a whole answer.", registry=REGISTRY
)
VERDICTS = Counter(
    "airlock_verdicts", "Artifacts that were judged, by decision.", ["decision"], registry=REGISTRY
)
EXAMINATION_SECONDS = Histogram(
    "airlock_examination_seconds",
    "How long artifacts were examined, in seconds.",
    buckets=_SECONDS,
    registry=REGISTRY,
)
WRONG_CREDENTIALS = Counter(
    "airlock_wrong_credentials", "Attempts with wrong passwords or tokens.", registry=REGISTRY
)
LOG_ENTRIES = Gauge("airlock_log_entries", "Entries of the log.", registry=REGISTRY)


def exposition() -> bytes:
    """Return everything that is counted, in Prometheus' text format."""
    return generate_latest(REGISTRY)
