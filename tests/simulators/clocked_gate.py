"""A gate in this process, on a real socket, with the time in the test's hand."""

import datetime as dt
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn

from airlock import assembly
from airlock.gate.index.server import configured
from airlock.gate.settings import GateSettings

_START_SECONDS = 60.0


class ClockedGate:
    """Serves between ``with`` and its end.

    Args:
        folder: of its data.
        upstream: the URL of the index that it asks.
        settings: of the gate, beside these.
    """

    def __init__(self, folder: Path, upstream: str, **settings: Any) -> None:
        self.now = dt.datetime.now(dt.UTC)
        self.data = folder / "data"
        made = GateSettings(
            port=0,
            data_folder=self.data,
            upstreams=(upstream,),
            listing_age=dt.timedelta(0),
            examinations=1,
            **settings,
        )
        app, _ = assembly.gate(made, lambda: self.now)
        self.routes = app.routes
        self._listener = assembly.listen(made)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.simple = f"{self.url}/simple/"
        self._server = uvicorn.Server(configured(app))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + _START_SECONDS
        while not self._server.started:
            assert self._thread.is_alive(), "it ended"
            assert time.monotonic() < deadline, "it did not start"
            time.sleep(0.01)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join(_START_SECONDS)
        self._listener.close()

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.now += dt.timedelta(**by)
