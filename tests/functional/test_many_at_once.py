"""Many clients at once on a cold gate, and what is made ready before anybody asks for it."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.functional.conftest import Gate
from tests.simulators.upstream import Upstream, make_wheel
from tests.unit.workers.examinations import until

JSON = "application/vnd.pypi.simple.v1+json"
PIP = "pip/26.1 " + json.dumps(
    {"cpu": "x86_64", "python": "3.12.3", "system": {"name": "Linux", "release": "6"}}
)
CLIENTS = 50


def vetted(gate: Gate) -> Counter[str]:
    """Return how often each file was examined."""
    lines = (line for line in gate.log.read_text().splitlines() if line.startswith("{"))
    events = map(json.loads, lines)
    return Counter(event["file"] for event in events if event["event"] == "vetted")


def test_fifty_cold_installations_fetch_and_vet_each_file_once(
    start_gate: Callable[..., Gate], upstream: Upstream
) -> None:
    for name in ("harbour", "anchor", "quay"):
        for version in ("1.0", "2.0"):
            upstream.add(*make_wheel(name, version))
    gate = start_gate("--log-json")

    async def install(client: httpx.AsyncClient) -> None:
        for name in ("harbour", "anchor", "quay"):
            page = await client.get(f"{gate.simple}{name}/", headers={"accept": JSON})
            file = next(one for one in page.json()["files"] if "-2.0-" in one["filename"])
            for ending in (".metadata", ""):
                answer = await client.get(page.url.join(file["url"] + ending))
                answer.raise_for_status()

    async def install_all() -> None:
        limits = httpx.Limits(max_connections=CLIENTS)
        headers = {"user-agent": PIP}
        async with httpx.AsyncClient(timeout=120, limits=limits, headers=headers) as client:
            await asyncio.gather(*(install(client) for _ in range(CLIENTS)))

    asyncio.run(install_all())

    files = {f"{name}-{v}-py3-none-any.whl" for name in ("harbour", "anchor", "quay") for v in "12"}
    files = {name.replace("-1-", "-1.0-").replace("-2-", "-2.0-") for name in files}
    assert {file: upstream.count(f"/files/{file}") for file in files} == dict.fromkeys(files, 1)
    assert vetted(gate) == dict.fromkeys(files, 1)


def offer_what_requires(upstream: Upstream) -> None:
    requires = ["anchor<3", 'windlass; sys_platform == "win32"', 'rope; extra == "all"']
    for version in ("1.0", "2.0"):
        upstream.add(*make_wheel("harbour", version, requires=requires))
    for name in ("anchor", "windlass", "rope"):
        for version in ("1.0", "2.0", "3.0"):
            upstream.add(*make_wheel(name, version, requires=["chain"]))
    for version in ("1.0", "2.0"):
        upstream.add(*make_wheel("chain", version, requires=["harbour"]))


def test_what_a_release_requires_is_vetted_before_it_is_asked_for(
    start_gate: Callable[..., Gate], upstream: Upstream
) -> None:
    offer_what_requires(upstream)
    gate = start_gate("--log-json")

    answer = httpx.get(
        f"{gate.simple}harbour/", headers={"user-agent": PIP, "accept": JSON}, timeout=60
    )

    assert answer.status_code == 200
    assert until(lambda: vetted(gate)["chain-2.0-py3-none-any.whl"] == 1)
    asked = {path for path in (one.path for one in upstream.asked) if path.startswith("/simple/")}
    assert asked == {"/simple/harbour/", "/simple/anchor/", "/simple/chain/"}
    assert vetted(gate)["anchor-2.0-py3-none-any.whl"] == 1
    assert not vetted(gate)["anchor-3.0-py3-none-any.whl"], "harbour wants none of it"


def test_requirements_are_not_followed_where_the_policy_says_so(
    start_gate: Callable[..., Gate], upstream: Upstream, tmp_path: Path
) -> None:
    offer_what_requires(upstream)
    policy = tmp_path / "policy.toml"
    policy.write_text('[policy]\nname = "test"\n[policy.vet-ahead]\ndependencies = false\n')
    gate = start_gate("--policy", policy, "--log-json")

    for name in ("harbour", "rope"):
        httpx.get(f"{gate.simple}{name}/", headers={"user-agent": PIP}, timeout=60)

    assert not upstream.count("/simple/anchor/")
    assert not upstream.count("/simple/chain/")
