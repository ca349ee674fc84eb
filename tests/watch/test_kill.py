"""Real processes on one PostgreSQL, killed at random: one verdict on each release."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import lacking
from tests.simulators import postgresql as postgresql_server
from tests.simulators.postgresql import PostgreSQL
from tests.simulators.upstream import Upstream
from tests.watch.killing import Life, Terms

SEED = int(os.environ.get("AIRLOCK_SEED", "1"))
TERMS = Terms(releases=12, projects=10**6, killed_every=5, restarted_every=12, at_once=12)


@pytest.fixture
def server() -> Iterator[PostgreSQL]:
    """A PostgreSQL of the test's own: what was committed survives its end."""
    if reason := postgresql_server.lacking():
        lacking(reason)
    with PostgreSQL(durable=True) as started:
        yield started


def test_one_verdict_on_each_whoever_is_killed(
    server: PostgreSQL, upstream: Upstream, tmp_path: Path
) -> None:
    lived = Life(server, upstream, tmp_path, TERMS, SEED).run()
    assert (len(lived.published), lived.kills, lived.restarts) == (12, 3, 1)
    assert {name: lived.verdicts[name] for name in lived.published} == dict.fromkeys(
        lived.published, 1
    )
    assert not lived.dead
    assert set(lived.codes.values()) == {0}, lived.codes
