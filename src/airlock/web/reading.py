"""What a reader may see of lists: rows of projects that they may not read are left out."""

from collections.abc import Callable

from starlette.requests import Request

from airlock.gate.index.asking import may
from airlock.model import ProjectName
from airlock.model.access import Action


def readable(request: Request) -> Callable[[ProjectName], bool]:
    """Return what tells of a project whether who asks may read it."""
    return lambda project: may(request.scope, Action.READ, project)


def page_number(request: Request, *, most: int = 1000) -> int:
    """Return the number of the page that is asked for, from 1; whatever is none is the first."""
    text = request.query_params.get("page", "1")
    return max(1, min(int(text), most)) if text.isdecimal() and text.isascii() else 1
