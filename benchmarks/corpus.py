"""Artifacts to measure on, fetched once from the index and kept outside the repository.

The list is a CSV with the columns name, version, filename, kind, sha256 and size. What comes is
held against the digest of the list.
"""

import asyncio
import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from airlock import assembly, vetting
from airlock.errors import AirlockError
from airlock.model import ProjectName

_DEFAULT = Path.home() / ".cache" / "airlock-benchmarks"
FOLDER = Path(os.environ.get("AIRLOCK_CORPUS", _DEFAULT))


class Wanted(NamedTuple):
    """One artifact of a list."""

    project: str
    filename: str
    sha256: str | None


def read_list(path: Path) -> list[Wanted]:
    """Return what a list names."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        return [Wanted(row["name"], row["filename"], row["sha256"]) for row in rows]


def fetch(wanted: Iterable[Wanted]) -> list[Path]:
    """Return the paths of those artifacts that could be had, fetching what is not there yet."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_fetch(list(wanted)))


async def _fetch(wanted: list[Wanted]) -> list[Path]:
    missing = [one for one in wanted if not (FOLDER / one.filename).exists()]
    if missing:
        async with assembly.index(None)() as index:
            for one in missing:
                try:
                    listing = await index.listing(ProjectName(one.project))
                    file = next(f for f in listing.files if f.filename == one.filename)
                    await index.fetch(file, FOLDER / one.filename)
                except (AirlockError, StopIteration) as error:
                    print(f"not to be had: {one.filename}: {error}")
    present = [one for one in wanted if (FOLDER / one.filename).exists()]
    return [FOLDER / one.filename for one in present if _right(one)]


def _right(one: Wanted) -> bool:
    return one.sha256 in {None, vetting.identify(FOLDER / one.filename).sha256}
