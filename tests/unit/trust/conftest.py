import shutil
from pathlib import Path

import pytest

from airlock.trust.workspace import Workspace
from tests.simulators.trusting import Clock, Holders, begun


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def _first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Holders]:
    """A ceremony once, for all: keys under a passphrase take their time on purpose."""
    folder = tmp_path_factory.mktemp("first")
    return folder, begun(folder, Clock())[1]


@pytest.fixture
def pair(_first: tuple[Path, Holders], tmp_path: Path, clock: Clock) -> tuple[Workspace, Holders]:
    shutil.copytree(_first[0] / "trust", tmp_path / "trust")
    return Workspace.open(tmp_path / "trust", clock), _first[1]


@pytest.fixture
def workspace(pair: tuple[Workspace, Holders]) -> Workspace:
    return pair[0]


@pytest.fixture
def holders(pair: tuple[Workspace, Holders]) -> Holders:
    return pair[1]
