"""Progress of a scan on a terminal's standard error.

Drawn by the thread that scans, never by one of its own: the scan forks, and a fork must not copy a
lock that another thread holds.
"""

import time
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from airlock.report import Result, Unexamined, printable

# A short scan shows nothing: a bar that flashes up is noise.
_QUIET_SECONDS = 0.7


class TerminalProgress:
    """Shows how many files were fetched and examined, and which was the last."""

    def __init__(self) -> None:
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[last]}", markup=False),
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
        )
        self._begun = time.monotonic()
        self._shown = False
        self._fetch = self._bars.add_task("Fetching", total=0, last="", visible=False)
        self._examine = self._bars.add_task("Examining", total=0, last="", visible=False)

    def fetching(self, count: int) -> None:
        """Take note that so many files more are wanted."""
        total = (self._bars.tasks[self._fetch].total or 0) + count
        self._bars.update(self._fetch, total=total, visible=True)
        self.tick()

    def fetched(self, name: str) -> None:
        """Take note that a file has arrived or failed."""
        self._bars.update(self._fetch, advance=1, last=printable(name))
        self.tick()

    def examining(self, count: int) -> None:
        """Take note of the number of artifacts to examine."""
        self._bars.update(self._examine, total=count, visible=True)
        self.tick()

    def examined(self, result: Result) -> None:
        """Take note that an artifact was examined."""
        if isinstance(result, Unexamined):
            name = result.name
        else:
            name = f"{result.decision.word} {result.artifact.name.filename}"
        self._bars.update(self._examine, advance=1, last=printable(name))
        self.tick()

    def tick(self) -> None:
        """Show again what is known."""
        if not self._shown and time.monotonic() - self._begun > _QUIET_SECONDS:
            self._bars.start()
            self._shown = True
        if self._shown:
            self._bars.refresh()

    def close(self) -> Self:
        """Take the bars off the terminal."""
        if self._shown:
            self._bars.stop()
        return self
