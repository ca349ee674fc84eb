from pathlib import Path

import pytest

from airlock.trust.workspace import Workspace
from tests.simulators.trusting import Clock, Holders, begun


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pair(tmp_path: Path, clock: Clock) -> tuple[Workspace, Holders]:
    return begun(tmp_path, clock)


@pytest.fixture
def workspace(pair: tuple[Workspace, Holders]) -> Workspace:
    return pair[0]


@pytest.fixture
def holders(pair: tuple[Workspace, Holders]) -> Holders:
    return pair[1]
