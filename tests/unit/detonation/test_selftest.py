"""Everything that the probe of a sandbox could reach is a reason to run nothing in it."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from airlock.detonation.interface import Plan
from airlock.detonation.selftest import Probed, problems_of, require_isolation
from airlock.errors import UnsafeHost
from tests.checks.watched import HEADER

PLAN = Plan(
    header=msgspec.structs.replace(HEADER, began=dt.datetime(2026, 11, 23, tzinfo=dt.UTC)),
    work="/tmp/none",
    python="/usr/bin/python3",
    artifact="example-1.0.tar.gz",
    project="example",
    marker="/run/m",
)
TIGHT = Probed(
    host_service="error: refused",
    host_file=False,
    processes=2,
    capabilities=0,
    no_new_privileges=True,
    devices=("lo",),
    outside="HTTP/1.1 200 OK",
    writes_system=False,
    new_users=False,
    home_bytes=1024,
    root_entries=("bin", "etc", "home"),
    tracer="0",
)


def test_a_tight_sandbox_is_used() -> None:
    assert list(problems_of(PLAN, TIGHT)) == []
    require_isolation(PLAN, "noise\n" + msgspec.json.encode(TIGHT).decode())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host_service", "hello"),
        ("host_service", ""),
        ("host_file", True),
        ("processes", 40),
        ("capabilities", 1 << 21),
        ("no_new_privileges", False),
        ("devices", ("eth0", "lo")),
        ("outside", "error: no route"),
        ("writes_system", True),
        ("new_users", True),
        ("home_bytes", 1 << 40),
        ("root_entries", ("bin", "host")),
        ("tracer", "17"),
    ],
)
def test_anything_that_gets_out_is_a_refusal(field: str, value: Any) -> None:
    leaky = msgspec.structs.replace(TIGHT, **{field: value})
    with pytest.raises(UnsafeHost, match="not tight"):
        require_isolation(PLAN, msgspec.json.encode(leaky).decode())


@pytest.mark.parametrize("output", ["", "{}", "bwrap: no permissions", '{"host_service": 1}'])
def test_a_probe_that_does_not_answer_is_a_refusal(output: str) -> None:
    with pytest.raises(UnsafeHost, match="did not answer"):
        require_isolation(PLAN, output)
