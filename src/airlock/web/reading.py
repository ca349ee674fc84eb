"""What a reader may see of lists: rows of projects that they may not read are left out."""

from collections.abc import Callable

from starlette.requests import Request

from airlock.gate.index.asking import may
from airlock.model import ProjectName
from airlock.model.access import Action

_MOST_DIGITS = 9


def readable(request: Request) -> Callable[[ProjectName], bool]:
    """Return what tells of a project whether who asks may read it."""
    return lambda project: may(request.scope, Action.READ, project)


def given_number(text: str, default: int) -> int:
    """Return the number that somebody gave; ``default`` if it is none, or a giant."""
    usable = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if usable else default


def page_number(request: Request, *, most: int = 1000) -> int:
    """Return the number of the page that is asked for, from 1; whatever is none is the first."""
    return max(1, min(given_number(request.query_params.get("page", "1"), 1), most))
