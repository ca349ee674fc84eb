"""What a gate counts of itself, for Prometheus: one registry for each process.

Every counter is of this process alone, as Prometheus wants it: it adds up what it scrapes from each
server by its own address. ``airlock_server_info`` says whose they are, so that a scrape that went
through a balancer shows. No name of a project, user or address of a client is a label: their number
has no bound.
"""

import os
import socket

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)

from airlock import __version__

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
SERVER = Info("airlock_server", "Which process these are of.", registry=REGISTRY)
SERVER.info({"host": socket.gethostname(), "process": str(os.getpid()), "version": __version__})
LOG_ENTRIES = Gauge("airlock_log_entries", "Entries of the log.", registry=REGISTRY)


def exposition() -> bytes:
    """Return everything that is counted, in Prometheus' text format."""
    return generate_latest(REGISTRY)
