"""Composition of the review: over HTTP, and for who sits at the machine."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.routing import Route

    from airlock.assembly.gating import GateParts
    from airlock.gate.review import Reviewing
    from airlock.gate.waivers import Waivers


def reviewing_of(inner: "GateParts") -> "Reviewing":
    """Return the review at a gate."""
    from airlock.gate.review import Reviewing

    return Reviewing(
        inner.records, inner.door, inner.catalogue, inner.names, inner.in_force, inner.clock
    )


def waivers_of(inner: "GateParts", reviewing: "Reviewing") -> "Waivers":
    """Return the decisions above verdicts of a gate."""
    from airlock.gate.waivers import Waivers

    return Waivers(inner.records, reviewing, inner.clock)


def review_routes(inner: "GateParts") -> "list[Route]":
    """Return the routes of its API."""
    from airlock.gate.index.review_routes import ReviewRoutes

    reviewing = reviewing_of(inner)
    return ReviewRoutes(reviewing, waivers_of(inner, reviewing)).routes()


def review_pages(inner: "GateParts") -> "list[Route]":
    """Return the routes of its pages."""
    from airlock.web.bulk import BulkPages
    from airlock.web.reviews import ReviewPages
    from airlock.web.waivers import WaiverPages

    reviewing = reviewing_of(inner)
    waivers = WaiverPages(waivers_of(inner, reviewing), reviewing, inner.in_force, inner.clock)
    bulk = BulkPages(reviewing)
    # The one of all files comes last.
    return [
        *waivers.routes(),
        *bulk.routes(),
        *ReviewPages(reviewing, inner.records.people).routes(),
    ]
