"""The places that the frame leads to, and who sees them."""

from collections.abc import Callable
from typing import NamedTuple

from airlock.model.access import Action


class Place(NamedTuple):
    """A link of the main navigation."""

    title: str
    path: str
    action: Action
    """Shown to who may do this to the whole index."""
    anywhere: bool = False
    """Also to who may do it to some projects."""
    under: str = ""
    """What the addresses of the pages under it begin with."""

    def holds(self, path: str) -> bool:
        """Tell whether a page is this place or one under it."""
        return path == self.path or bool(self.under and path.startswith(self.under))


PLACES: tuple[Place, ...] = (
    Place("Home", "/", Action.READ),
    Place("Projects", "/search", Action.READ, under="/projects/"),
    Place("Verdicts", "/verdicts", Action.READ, under="/verdicts/"),
    Place("Review", "/review", Action.REVIEW, anywhere=True, under="/review/"),
    Place("Administration", "/admin", Action.ADMIN, under="/admin/"),
)
"""In the order in which they stand."""


def places_for(
    may: Callable[[Action], bool], may_somewhere: Callable[[Action], bool]
) -> list[Place]:
    """Return the places that somebody sees who may do certain things, everywhere or somewhere."""
    return [
        place
        for place in PLACES
        if may(place.action) or (place.anywhere and may_somewhere(place.action))
    ]
