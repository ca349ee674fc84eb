"""What an example did in a sandbox, as its ``trace`` tells."""

import datetime as dt
from collections.abc import Iterable

from airlock.behaviour import Bait, Header, Trace, judge
from airlock.behaviour.log import decode_event
from airlock.evidence.behaviour import Behaviour, NotWatched, Watched

HEADER = Header(
    filename="example-1.0.tar.gz",
    sha256="0" * 64,
    began=dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC),
    python="3.11.2",
    host="desk-51c0de",
    user="clara42",
    home="/home/clara42",
    tree=("~/.local/", "/tmp/"),
    baits=(
        Bait(name="an SSH private key", path=".ssh/id_rsa", token="PRIVATEPRIVATE4711"),
        Bait(name="the variable TOKEN", variable="TOKEN", token="VARIABLEVARIABLE42"),
        Bait(name="a document", path="Documents/contract.docx", token="D" * 20, secret=False),
    ),
)
"""Of every example; its baits are what the traces of examples steal."""
WHOLE = (
    '{"event":"ended","phase":"install"}',
    '{"event":"ended","phase":"import","at":9.0}',
)
"""The ends of the phases that every whole trace has."""


def trace(lines: Iterable[str]) -> Trace:
    """Return a trace of some events; ``WHOLE`` is added unless a phase ends in them."""
    told = list(lines)
    if not any('"ended"' in line for line in told):
        told += WHOLE
    return Trace(header=HEADER, events=tuple(decode_event(line.encode()) for line in told))


def behaviour(lines: Iterable[str] | None) -> Behaviour:
    """Return what an example did; nobody watched it if there are no lines."""
    return NotWatched() if lines is None else Watched(judge(trace(lines)))
