"""A day at an index that misbehaves, while watchers and workers are killed: one verdict on each."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from airlock.store import open_records
from tests.simulators.upstream import Upstream
from tests.watch.world import World, results

# Another seed can be tried: AIRLOCK_SEED=…; the long form is ``python -m benchmarks watch``.
SEED = int(os.environ.get("AIRLOCK_SEED", "1"))


@pytest.fixture(scope="module")
def server() -> Iterator[Upstream]:
    with Upstream() as index:
        yield index


@pytest.mark.parametrize(("engine", "seed"), [("sqlite", SEED), ("postgresql", SEED + 1)])
def test_every_release_has_exactly_one_verdict(
    server: Upstream, tmp_path: Path, request: pytest.FixtureRequest, engine: str, seed: int
) -> None:
    server.reset()
    url = f"sqlite:///{tmp_path}/airlock.db"
    if engine == "postgresql":
        url = request.getfixturevalue("postgresql").emptied()
    with open_records(url) as records:
        world = World(server, records, tmp_path, seed)
        day = asyncio.run(world.run(steps=6, releases=6, kills=0.02))
        counted = results(records, day.published)
        backlog = records.works.backlog(world.now)
        dead = records.works.letters(dead=True, limit=100)
    assert day.kills > 5, "nobody was killed: the test says nothing"
    assert not dead, dead
    assert {name: counted[name] for name in day.published} == dict.fromkeys(day.published, 1)
    # What was withdrawn in time has none, and is accounted for.
    assert all(counted.get(name, 0) <= 1 for name in day.withdrawn)
    assert "before-1.0-py3-none-any.whl" not in counted
    assert backlog.waiting == {"static": 0, "detonation": 0}
    assert backlog.pages == 0
