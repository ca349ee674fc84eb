"""A page of this package as an answer, and what it takes to make one."""

from collections.abc import Callable
from typing import Any

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from airlock.gate.index import answers


def page(request: Request, template: str, code: int = 200, **values: Any) -> Response:
    """Return a page in the frame, from a template of this package."""
    return answers.page(request, template, code, package="airlock.web", **values)


async def in_thread(act: Callable[[], Any]) -> Any:
    """Return what something comes to that waits for the store."""
    return await anyio.to_thread.run_sync(act)
