"""Composition of the review: over HTTP, and for who sits at the machine."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.routing import Route

    from airlock.assembly.gating import GateParts
    from airlock.gate.review import Reviewing


def reviewing_of(inner: "GateParts") -> "Reviewing":
    """Return the review at a gate."""
    from airlock.gate.review import Reviewing

    return Reviewing(
        inner.records, inner.door, inner.catalogue, inner.names, inner.in_force, inner.clock
    )


def review_routes(inner: "GateParts") -> "list[Route]":
    """Return the routes of its API."""
    from airlock.gate.index.review_routes import ReviewRoutes

    return ReviewRoutes(reviewing_of(inner)).routes()
