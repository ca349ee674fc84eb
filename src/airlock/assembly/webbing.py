"""Composition of the pages for people."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.routing import Route

    from airlock.assembly.gating import GateParts


def web_routes(inner: "GateParts") -> "list[Route]":
    """Return the routes of the pages, on the parts of a gate."""
    from airlock.web.assets import asset_routes
    from airlock.web.home import HomePages
    from airlock.web.names import NamePages
    from airlock.web.verdicts import VerdictPages

    store = inner.records.store
    return [
        *asset_routes(),
        *HomePages(store).routes(),
        *NamePages(store, inner.names).routes(),
        *VerdictPages(store, inner.door).routes(),
    ]
