"""A client that calls an application in this process: no socket, no thread of a server.

Paths are sent as they are written; redirects are followed, as installers do.
"""

import asyncio
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import httpx
from starlette.applications import Starlette

_BASE = "http://gate.example"


class InProcess:
    """Asks an application between ``with`` and its end; its start and its end are run, too."""

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()

    def __enter__(self) -> Self:
        self._client = self._runner.run(self._start())
        return self

    async def _start(self) -> httpx.AsyncClient:
        await self._stack.enter_async_context(self._app.router.lifespan_context(self._app))
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self._app), follow_redirects=True, trust_env=False
        )
        return await self._stack.enter_async_context(client)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._runner.run(self._stack.aclose())
        self._runner.close()

    def get(self, path: str, accept: str = "*/*", **headers: str) -> httpx.Response:
        """Ask for a path; underscores in names of headers become dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._runner.run(
            self._client.get(f"{_BASE}{path}", headers={"accept": accept, **named})
        )
