"""A page of this package as an answer."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from airlock.gate.index import answers


def page(request: Request, template: str, code: int = 200, **values: Any) -> Response:
    """Return a page in the frame, from a template of this package."""
    return answers.page(request, template, code, package="airlock.web", **values)
