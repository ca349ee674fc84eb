"""Composition of the pages for people."""

from pathlib import Path
from typing import TYPE_CHECKING

from airlock.assembly.base import (
    READING_KIT,
    about_every_check,
    database_parts,
    reading_kit,
)
from airlock.assembly.trusting import trust_workspace
from airlock.errors import AirlockError

if TYPE_CHECKING:
    from starlette.routing import Route

    from airlock.assembly.gating import Clock, GateParts
    from airlock.behaviour import Trace
    from airlock.gate.settings import GateSettings
    from airlock.model import Sha256
    from airlock.model.database import PartStatus
    from airlock.web.verdicts import Sources


_LARGEST_LOG_BYTES = 8 * 1024**2
"""Of a detonation that a page shows; `airlock detonate --replay` shows larger ones."""


def web_routes(inner: "GateParts", settings: "GateSettings") -> "list[Route]":
    """Return the routes of the pages, on the parts of a gate."""
    from airlock.web.assets import asset_routes
    from airlock.web.checks import CheckPages
    from airlock.web.figures import Counted
    from airlock.web.home import HomePages
    from airlock.web.names import NamePages
    from airlock.web.projects import ProjectPages
    from airlock.web.projects import Sources as OfProjects
    from airlock.web.search import ListPages
    from airlock.web.verdicts import VerdictPages

    store, browsing, clock = inner.records.store, inner.records.browsing, inner.clock
    counted = Counted(browsing, lambda: feeds(settings.trust_folder, clock), clock)
    projects = OfProjects(
        store,
        inner.blobs,
        browsing,
        inner.names,
        inner.catalogue,
        inner.door,
        inner.advisories,
    )
    return [
        *asset_routes(),
        *HomePages(store, browsing, counted).routes(),
        *ListPages(browsing).routes(),
        *NamePages(store, inner.names).routes(),
        *ProjectPages(projects).routes(),
        *VerdictPages(_of_verdicts(inner, settings)).routes(),
        *CheckPages(about_every_check).routes(),
    ]


def _of_verdicts(inner: "GateParts", settings: "GateSettings") -> "Sources":
    from airlock.gate.history import StoredHistory
    from airlock.web.opening import Opening
    from airlock.web.verdicts import Sources
    from airlock.workers import WorkerLimits, Workers

    store, clock = inner.records.store, inner.clock
    # Nobody waits longer for a page.
    limits = WorkerLimits(wall_seconds=30, cpu_seconds=30)
    workers = Workers(reading_kit()[0], READING_KIT, limits, start="forkserver")
    folder = settings.data_folder / "traces"
    return Sources(
        store,
        inner.door,
        StoredHistory(store, clock),
        Opening(inner.blobs, workers, inner.incoming, clock),
        lambda sha256: trace(folder, sha256),
        clock,
    )


def trace(folder: Path, sha256: "Sha256") -> "Trace | None":
    """Return what was seen of an artifact in a sandbox, if somebody kept the log of it there."""
    from airlock.scanning.traces import read_log

    path = folder / f"{sha256}.log"
    try:
        if path.stat().st_size > _LARGEST_LOG_BYTES:
            return None
    except OSError:
        return None
    try:
        found = read_log(path)
    except AirlockError:
        return None
    return found if found.header.sha256 == sha256 else None


def feeds(trust_folder: Path | None, clock: "Clock") -> "list[PartStatus]":
    """Return how everything is that a gate knows from elsewhere, and how its signatures are."""
    from airlock.trust import expiries

    found = [part.status() for part, _ in database_parts()]
    if trust_folder is None:
        return [*found, expiries.unsigned()]
    workspace = trust_workspace(trust_folder, needs_online=False)
    return [*found, expiries.status(workspace, clock())]
