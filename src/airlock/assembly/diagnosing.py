"""Compositions of what tells how this installation is."""

from pathlib import Path
from typing import TYPE_CHECKING

from airlock import scratch
from airlock.assembly.base import every_check, extra, index, now
from airlock.assembly.detonating import sandbox_abilities
from airlock.assembly.kits import examination_kit, workers
from airlock.assembly.knowing import attestor, database_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airlock.diagnosis.answers import Answer
    from airlock.diagnosis.storage import Looks


def diagnosis(data_folder: Path, index_url: str | None, *, offline: bool) -> "Iterator[Answer]":
    """Return the answers about this installation."""
    from airlock.diagnosis import examine_installation

    return examine_installation(
        checks=every_check,
        facts=lambda: examination_kit()[1](now()),
        database=lambda: [part.status() for part, _ in database_parts()],
        isolation=_isolation_probe,
        sandbox=lambda: [one.missing for one in sandbox_abilities() if one.needed and one.missing],
        provenance=lambda: attestor().absent,
        index=None if offline else index(index_url),
        data_folder=data_folder,
        looks=lambda: _looks(data_folder),
    )


def _looks(folder: Path) -> "Looks":
    """Return how to look at the servers that the settings of a data folder name."""
    from airlock.diagnosis.storage import Looks
    from airlock.store.places import places

    found = places(folder)

    def database() -> str:
        with extra("gate"):
            from airlock.store.looking import look_at_database

            return look_at_database(found.database)

    def blobs() -> str:
        with extra("gate"):
            from airlock.store.looking import look_at_blobs

            return look_at_blobs(found.blobs)

    return Looks(
        database=database if found.file is None else None,
        blobs=None if isinstance(found.blobs, Path) else blobs,
    )


def _isolation_probe() -> str:
    """Examine an empty file in a process of its own; return what went wrong, or nothing."""
    from airlock import vetting
    from airlock.model import Status
    from airlock.workers import Job

    with scratch.folder("doctor") as folder:
        path = folder / "probe-1.0.tar.gz"
        path.write_bytes(b"")
        job = Job(artifact=vetting.identify(path), path=str(path), now=now())
        outcomes = workers("fork").run(job).outcomes
    looked = any(outcome.status is not Status.FAILED for outcome in outcomes)
    return "" if looked else outcomes[0].reason
