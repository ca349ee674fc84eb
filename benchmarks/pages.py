"""Pages for people on a store with 100,000 artifacts: what each costs the server, and weighs.

The gate answers in this process, without a network between: what is measured is the server's own
time, from the request to the last byte. Wall time depends on what else the machine does; processor
time of this process hardly does. Filling the store takes a minute.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import httpx

from airlock import assembly
from airlock.gate.settings import GateSettings
from airlock.report.frame import every_asset
from benchmarks import stocking
from tests.simulators.upstream import Upstream

BAR_MS = 100
BAR_BYTES = 150_000
_TIMES = 15
_FRAME_BYTES = sum(len(one.body) for one in every_asset().values())


class Cost(NamedTuple):
    """What one page costs."""

    first_wall: float
    """Milliseconds of the first time in a process that is warm otherwise."""
    first_cpu: float
    wall: float
    """Median milliseconds of the times after it."""
    worst: float
    cpu: float
    size: int
    """Bytes, with style, script and icon, uncompressed."""
    status: int


def main() -> None:
    """Print what every page costs."""
    with Upstream() as upstream, tempfile.TemporaryDirectory() as folder:
        settings = GateSettings(data_folder=Path(folder), upstreams=(upstream.url,))
        begun = time.monotonic()
        inner = assembly.gate_parts(settings)
        checks, _ = assembly.examination_kit()
        digests = stocking.stock(inner, checks)
        inner.records.close()
        size = sum(path.stat().st_size for path in Path(folder).rglob("airlock.db*"))
        print(
            f"{stocking.ARTIFACTS:,} artifacts in {time.monotonic() - begun:.0f} s, "
            f"{size / 1e6:,.0f} MB of SQLite"
        )
        asyncio.run(_measure(settings, digests))


async def _measure(settings: GateSettings, digests: dict[str, object]) -> None:
    app, _ = assembly.gate(settings)
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://gate", timeout=120) as client,
    ):
        await client.get("/health")
        # Threads, connections and templates are there in a server that has run for a minute.
        for path in ("/search", "/verdicts", "/names/harbour"):
            await client.get(path)
        heads = f"{'first':>8} {'CPU':>7} {'median':>8} {'worst':>7} {'CPU':>6} {'kB':>6}"
        print(f"\n{'milliseconds':36} {heads}")
        for name, path in _pages(digests).items():
            _tell(name, await _cost(client, path))


def _pages(digests: dict[str, object]) -> dict[str, str]:
    plain = stocking.project_of(17)
    real = digests["real"]
    return {
        "home": "/",
        "search, one word": "/search?q=harbour",
        "search, nothing is found": "/search?q=zzzz",
        "search, page 40": "/search?q=a&page=40",
        "verdicts": "/verdicts",
        "verdicts, held": "/verdicts?decision=hold",
        "verdicts, of a prefix": "/verdicts?q=harbour&decision=refuse",
        "verdicts, far down": "/verdicts?before=1000",
        "project": f"/projects/{plain}",
        "project, 4,000 files": f"/projects/{stocking.LARGE}",
        "project, description of 30 kB": f"/projects/{stocking.REAL}",
        "verdict": f"/verdicts/{digests['plain']}",
        "verdict, 120 findings": f"/verdicts/{digests['grave']}",
        "verdict, with a release before": f"/verdicts/{real}",
        "verdict in Markdown": f"/verdicts/{digests['grave']}.md",
        "report to the registry": f"/verdicts/{digests['grave']}/report",
        "source of a file": f"/verdicts/{real}/source?path=tidal_gauges/__init__.py&line=2000",
        "changes": f"/verdicts/{real}/changes",
        "name": f"/names/{plain}",
        "checks": "/checks",
        "check": "/checks/code-decode-exec",
        "no such page": "/nowhere",
    }


async def _cost(client: httpx.AsyncClient, path: str) -> Cost:
    walls, cpus = [], []
    for _ in range(_TIMES + 1):
        cpu, wall = time.process_time(), time.perf_counter()
        answer = await client.get(path, headers={"accept": "text/html"})
        walls.append(1000 * (time.perf_counter() - wall))
        cpus.append(1000 * (time.process_time() - cpu))
    return Cost(
        walls[0],
        cpus[0],
        statistics.median(walls[1:]),
        max(walls[1:]),
        statistics.median(cpus[1:]),
        len(answer.content) + _FRAME_BYTES,
        answer.status_code,
    )


def _tell(name: str, cost: Cost) -> None:
    notes = [f"HTTP {cost.status}"] if cost.status not in {200, 404} else []
    if max(cost.first_cpu, cost.cpu) > BAR_MS or cost.size > BAR_BYTES:
        notes.append("over the bar")
    print(
        f"{name:36} {cost.first_wall:8.1f} {cost.first_cpu:7.1f} {cost.wall:8.1f} "
        f"{cost.worst:7.1f} {cost.cpu:6.1f} {cost.size / 1000:6.1f}  {', '.join(notes)}".rstrip()
    )
