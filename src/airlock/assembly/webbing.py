"""Composition of the pages for people."""

from pathlib import Path
from typing import TYPE_CHECKING

from airlock.assembly.base import database_parts
from airlock.assembly.trusting import trust_workspace

if TYPE_CHECKING:
    from starlette.routing import Route

    from airlock.assembly.gating import Clock, GateParts
    from airlock.model.database import PartStatus


def web_routes(inner: "GateParts", trust_folder: Path | None) -> "list[Route]":
    """Return the routes of the pages, on the parts of a gate."""
    from airlock.web.assets import asset_routes
    from airlock.web.figures import Counted
    from airlock.web.home import HomePages
    from airlock.web.names import NamePages
    from airlock.web.projects import ProjectPages, Sources
    from airlock.web.search import ListPages
    from airlock.web.verdicts import VerdictPages

    store, browsing = inner.records.store, inner.records.browsing
    counted = Counted(browsing, lambda: feeds(trust_folder, inner.clock), inner.clock)
    sources = Sources(
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
        *ProjectPages(sources).routes(),
        *VerdictPages(store, inner.door).routes(),
    ]


def feeds(trust_folder: Path | None, clock: "Clock") -> "list[PartStatus]":
    """Return how everything is that a gate knows from elsewhere, and how its signatures are."""
    from airlock.trust import expiries

    found = [part.status() for part, _ in database_parts()]
    if trust_folder is None:
        return [*found, expiries.unsigned()]
    workspace = trust_workspace(trust_folder, needs_online=False)
    return [*found, expiries.status(workspace, clock())]
