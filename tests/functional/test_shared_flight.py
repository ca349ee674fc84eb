"""Servers that share a store fetch and vet a cold file once; what a killed one began is ended."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.functional.conftest import Gate
from tests.simulators.upstream import Upstream, make_wheel
from tests.unit.workers.examinations import until

SLOW_BYTES_PER_SECOND = 400
PATIENCE_SECONDS = 120


@pytest.fixture(params=["sqlite", "postgresql"])
def gates(
    request: pytest.FixtureRequest, start_gate: Callable[..., Gate], tmp_path: Path
) -> tuple[Gate, Gate]:
    """Two servers with one store."""
    environment = {}
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgresql").database()
        environment["AIRLOCK_DATABASE"] = url.replace("postgresql+psycopg", "postgresql")
    options = ("--data", tmp_path / "shared", "--log-json")
    one = start_gate(*options, **environment)
    return one, start_gate(*options, **environment)


def vetted(gate: Gate) -> int:
    lines = (line for line in gate.log.read_text().splitlines() if line.startswith("{"))
    return sum(json.loads(line)["event"] == "vetted" for line in lines)


def ask(gate: Gate, path: str) -> int:
    try:
        return httpx.get(f"{gate.url}{path}", timeout=PATIENCE_SECONDS).status_code
    except httpx.TransportError:
        return 0


def test_a_cold_file_is_fetched_and_vetted_once(
    gates: tuple[Gate, Gate], upstream: Upstream
) -> None:
    filename, data = make_wheel("harbour", "1.0")
    upstream.add(filename, data)
    upstream.fault(f"/files/{filename}", "slow", SLOW_BYTES_PER_SECOND)
    for gate in gates:
        assert gate.listed("harbour") == [filename]

    with ThreadPoolExecutor() as pool:
        path = gates[0].file_path(filename)
        answers = list(pool.map(lambda gate: ask(gate, path), gates))

    assert answers == [200, 200]
    assert upstream.count(f"/files/{filename}") == 1
    assert sum(map(vetted, gates)) == 1


@pytest.mark.parametrize("gates", ["postgresql"], indirect=True)
def test_what_a_killed_server_began_another_ends(
    gates: tuple[Gate, Gate], upstream: Upstream
) -> None:
    filename, data = make_wheel("anchor", "1.0")
    upstream.add(filename, data)
    upstream.fault(f"/files/{filename}", "hang", times=1)
    one, other = gates
    for gate in gates:
        assert gate.listed("anchor") == [filename]

    with ThreadPoolExecutor() as pool:
        path = one.file_path(filename)
        first = pool.submit(ask, one, path)
        assert until(lambda: upstream.count(f"/files/{filename}") == 1)
        second = pool.submit(ask, other, path)
        one.kill()
        assert (first.result(), second.result()) == (0, 200)

    assert upstream.count(f"/files/{filename}") == 2
