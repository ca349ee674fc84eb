"""Composition of the pages for people."""

from pathlib import Path
from typing import TYPE_CHECKING

from airlock.assembly.base import about_every_check
from airlock.assembly.kits import READING_KIT, reading_kit
from airlock.assembly.knowing import database_parts
from airlock.assembly.trusting import trust_workspace

if TYPE_CHECKING:
    from starlette.routing import Route

    from airlock.assembly.gating import Clock, GateParts
    from airlock.gate.settings import GateSettings
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
        *VerdictPages(_of_verdicts(inner)).routes(),
        *CheckPages(about_every_check).routes(),
    ]


def _of_verdicts(inner: "GateParts") -> "Sources":
    from airlock.gate.history import StoredHistory
    from airlock.gate.watch.second_look import kept_trace
    from airlock.web.opening import Opening
    from airlock.web.verdicts import Sources
    from airlock.workers import WorkerLimits, Workers

    store, clock = inner.records.store, inner.clock
    # Nobody waits longer for a page.
    limits = WorkerLimits(wall_seconds=30, cpu_seconds=30)
    workers = Workers(reading_kit()[0], READING_KIT, limits, start="forkserver")
    return Sources(
        store,
        inner.door,
        StoredHistory(store, clock),
        Opening(inner.blobs, workers, inner.incoming, clock),
        lambda sha256: kept_trace(inner.records.traces, inner.blobs, sha256, _LARGEST_LOG_BYTES),
        clock,
    )


def feeds(trust_folder: Path | None, clock: "Clock") -> "list[PartStatus]":
    """Return how everything is that a gate knows from elsewhere, and how its signatures are."""
    from airlock.trust import expiries

    found = [part.status() for part, _ in database_parts()]
    if trust_folder is None:
        return [*found, expiries.unsigned()]
    workspace = trust_workspace(trust_folder, needs_online=False)
    return [*found, expiries.status(workspace, clock())]
