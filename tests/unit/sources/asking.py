"""Asking an index from tests that are not asynchronous."""

import asyncio
import datetime as dt
from pathlib import Path

import msgspec

from airlock.model import ListedFile, ProjectListing, ProjectName, Sha256
from airlock.sources.interface import Limits, Progress
from airlock.sources.simple_index import SimpleIndex

NOW = dt.datetime(2026, 11, 23, 12, 0, tzinfo=dt.UTC)
QUICK = Limits(first_pause_seconds=0, longest_pause_seconds=0, tries=3)


def quick(**changes: float) -> Limits:
    """Return limits under which nothing waits before it tries again."""
    return msgspec.structs.replace(QUICK, **changes)


def listing_of(
    url: str,
    project: str = "example",
    known: ProjectListing | None = None,
    limits: Limits = QUICK,
    now: dt.datetime = NOW,
) -> ProjectListing:
    """Ask for a page."""

    async def ask() -> ProjectListing:
        async with SimpleIndex(url, limits=limits, clock=lambda: now) as index:
            return await index.listing(ProjectName(project), known)

    return asyncio.run(ask())


def fetch(
    url: str,
    file: ListedFile,
    into: Path,
    limits: Limits = QUICK,
    progress: Progress | None = None,
) -> Sha256:
    """Download a file."""

    async def ask() -> Sha256:
        async with SimpleIndex(url, limits=limits) as index:
            return await index.fetch(file, into, progress)

    return asyncio.run(ask())
