"""Which logs of detonations are kept, in every database."""

import datetime as dt

from airlock.model import ArtifactName, ProjectName, Sha256
from airlock.store import Records
from airlock.store.traces import KeptTrace
from tests.unit.store.examples import NOW

BYTES, OTHER = Sha256.of(b"bytes"), Sha256.of(b"other")


def kept(filename: str, log: bytes, minutes: int = 0) -> KeptTrace:
    """Return what is kept of a run."""
    return KeptTrace(
        sha256=BYTES,
        name=ArtifactName.parse(filename),
        project=ProjectName("example"),
        log=Sha256.of(log),
        seen_at=NOW + dt.timedelta(minutes=minutes),
    )


def test_the_newest_log_of_some_bytes_is_the_one(records: Records) -> None:
    assert records.traces.of(BYTES) is None
    first, again = kept("example-1.0.tar.gz", b"1"), kept("example-1.0.tar.gz", b"2", 1)
    renamed = kept("example-1.0.zip", b"3", 2)
    for trace in (first, again):
        records.traces.put(trace)
    assert records.traces.of(BYTES) == again
    records.traces.put(renamed)
    assert records.traces.of(BYTES) == renamed
    assert records.traces.of(OTHER) is None
