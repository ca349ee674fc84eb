"""What the processes of the store's tests do: they write, say what they wrote, and are killed.

A module of its own, so that a process that runs it imports nothing of pytest.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing.synchronize import Barrier
from pathlib import Path

from airlock.model import ProjectName, Sha256
from airlock.store import open_blobs, open_store
from tests.unit.store.examples import (
    NOW,
    SOURCE,
    artifact,
    digest,
    listed,
    listing,
    verdict,
    waiver,
)

# The kill has to find some blobs half written: most are large.
_BLOB_BYTES = 3_000_000


def url_of(folder: Path) -> str:
    """Return the URL of the store in a folder."""
    return f"sqlite:///{folder}/airlock.db"


def blob(number: int) -> bytes:
    """Return bytes that are different for each number."""
    return (b"%d," % number) * (_BLOB_BYTES // len(b"%d," % number))


def write_until_killed(folder: Path, start: int) -> None:
    """Store one thing after the other; after each, note in ``acknowledged`` that it is stored."""
    with (
        open_store(url_of(folder)) as store,
        open_blobs(folder / "blobs") as blobs,
        _acknowledging(folder) as note,
    ):
        for number in count(start):
            given = folder / "given"
            given.write_bytes(blob(number))
            blobs.put(Sha256.of(blob(number)), given)
            note("blob", number)
            store.put_listing(listing(*(listed(n) for n in range(number - 20, number + 1))))
            store.remember_artifact(artifact(number), seen_at=NOW)
            note("artifact", number)
            store.append_verdict(verdict(number))
            note("verdict", number)


def append(folder: Path, start: int, numbers: int) -> None:
    """Append verdicts on the same digest as everybody, and on digests of one's own."""
    with open_store(url_of(folder)) as store:
        for number in range(start, start + numbers):
            store.append_verdict(verdict(0, checks_version=str(number)))
            store.append_verdict(verdict(number))
            store.remember_artifact(artifact(number, project=f"of-{start}"), seen_at=NOW)
            store.put_listing(listing(listed(number), project=f"of-{start}"))
            store.add_waiver(waiver(f"w{number}", sha256=digest(number)))
            store.revoke_waiver(f"w{number}", by="Bob Example", reason="was wrong", at=NOW)
            if store.listing(SOURCE, ProjectName(f"of-{start}")) is None:
                raise SystemExit("what was just written is not there")


def open_at_once(folder: Path, others: Barrier) -> None:
    """Open a store that is not there yet, in the same moment as all others."""
    import airlock.store.migrations.upgrading  # noqa: F401 - so that nobody comes late

    others.wait()
    with open_store(url_of(folder)) as store, open_blobs(folder / "blobs"):
        store.append_verdict(verdict(os.getpid()))


@contextmanager
def _acknowledging(folder: Path) -> Iterator[Callable[[str, int], None]]:
    flags = os.O_CREAT | os.O_APPEND | os.O_WRONLY
    descriptor = os.open(folder / "acknowledged", flags, 0o600)

    def note(kind: str, number: int) -> None:
        # One write of one line: the kernel has it whole or not at all.
        os.write(descriptor, f"{kind} {number}\n".encode())

    try:
        yield note
    finally:
        os.close(descriptor)
