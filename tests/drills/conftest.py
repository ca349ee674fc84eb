"""Records what each drill saw, and reports it at the end as a table."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from airlock.trust.workspace import Workspace
from tests.simulators.mirror import Mirror
from tests.simulators.trusting import Clock, Holders, added, begun

FILES = {
    "files/flask/flask-1.0.tar.gz": b"flask itself",
    "files/quart/quart-1.0.tar.gz": b"quart itself",
}
_REPORT: list[tuple[str, str]] = []

Note = Callable[[str, object], None]


@pytest.fixture
def note() -> Note:
    """Return what writes a line of the report: the drill, and what the client said."""

    def noted(drill: str, seen: object) -> None:
        _REPORT.append((drill, " ".join(str(seen).split())[:110]))

    return noted


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not _REPORT:
        return
    terminalreporter.section("drills")
    for drill, seen in _REPORT:
        terminalreporter.line(f"{drill:64} {seen}")


class Ground:
    """A published repository, the holders of its offline keys, and a mirror of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock(dt.datetime.now(dt.UTC))
        self.workspace, self.holders = begun(folder, self.clock)
        self.workspace.repository.publish(added(FILES), reason="release")
        self.mirror = Mirror(self.workspace, dict(FILES))
        self.root = folder / "root.json"
        self.root.write_bytes(self.workspace.metadata.get("1.root.json") or b"")

    def copy(self, name: str) -> Workspace:
        """Return what a thief of the whole server has: metadata and online key."""
        import shutil

        shutil.copytree(self.workspace.folder, self.folder / name)
        return Workspace.open(self.folder / name, self.clock)


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    made = Ground(tmp_path)
    made.mirror.start()
    yield made
    made.mirror.stop()


__all__ = ["Ground", "Holders", "Note"]
