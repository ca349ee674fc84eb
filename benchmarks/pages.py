"""Pages for people on a store with 100,000 artifacts: what each costs the server, and weighs.

On SQLite and on PostgreSQL, whose own time is in the wall times, not in the processor's. In the end
a policy is tried on all of it, in the background, and a page is asked for meanwhile.

The gate answers in this process, without a network between: what is measured is the server's own
time, from the request to the last byte. Wall time depends on what else the machine does; processor
time of this process hardly does. Filling the store takes a minute.
"""

import asyncio
import contextlib
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx

from airlock import assembly
from airlock.gate.settings import GateSettings
from airlock.report.frame import every_asset
from airlock.web.warming import warm
from benchmarks import stocking
from tests.simulators.postgresql import PostgreSQL
from tests.simulators.upstream import Upstream

BAR_MS = 100
BAR_BYTES = 150_000
_TIMES = 15
_DATABASES = "sqlite postgresql"
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
    """Print what every page costs, on each database."""
    for database in os.environ.get("AIRLOCK_BENCHMARK_DATABASES", _DATABASES).split():
        print(f"\n== {database}", flush=True)
        with _database(database):
            _measure_all()


@contextlib.contextmanager
def _database(name: str) -> Iterator[None]:
    if name == "sqlite":
        yield
        return
    with PostgreSQL() as server:
        os.environ["AIRLOCK_DATABASE"] = server.database()
        try:
            yield
        finally:
            del os.environ["AIRLOCK_DATABASE"]


def _measure_all() -> None:
    with Upstream() as upstream, tempfile.TemporaryDirectory() as folder:
        token = Path(folder) / "operator"
        token.write_text(secrets.token_urlsafe(32))
        token.chmod(0o600)
        settings = GateSettings(
            data_folder=Path(folder), upstreams=(upstream.url,), admin_token_file=token
        )
        begun = time.monotonic()
        inner = assembly.gate_parts(settings)
        checks, _ = assembly.examination_kit()
        digests = stocking.stock(inner, checks)
        inner.records.close()
        size = sum(path.stat().st_size for path in Path(folder).rglob("airlock.db*"))
        print(
            f"{stocking.ARTIFACTS:,} artifacts in {time.monotonic() - begun:.0f} s, "
            + (f"{size / 1e6:,.0f} MB of SQLite" if size else "in PostgreSQL")
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
        # Whoever looks at what was vetted looks at a gate that vets.
        await client.get(f"/simple/{stocking.REAL}/")
        # As ``airlock serve`` does two seconds after its start.
        warm()
        # Threads, connections and templates are there in a server that has run for a minute.
        for path in ("/search", "/verdicts", "/names/harbour"):
            await client.get(path)
        heads = f"{'first':>8} {'CPU':>7} {'median':>8} {'worst':>7} {'CPU':>6} {'kB':>6}"
        print(f"\n{'milliseconds':36} {heads}")
        for name, path in _pages(digests).items():
            _tell(name, await _cost(client, path))
        client.headers["authorization"] = f"Bearer {settings.admin_token_file.read_text()}"  # type: ignore[union-attr]
        for name, path in _of_people(digests).items():
            _tell(name, await _cost(client, path))
        await _dry_run(client)


def _of_people(digests: dict[str, object]) -> dict[str, str]:
    return {
        "review": "/review",
        "review, groups": "/review?view=groups",
        "review, a case": f"/review/{digests['grave']}",
        "people": "/admin",
        "tokens": "/admin/tokens",
        "names": "/admin/names",
        "upstreams": "/admin/upstreams",
        "policy": "/admin/policy",
        "policy, revisions": "/admin/policy/history",
        "trust": "/admin/trust",
        "workers": "/admin/workers",
        "log": "/admin/log",
        "log, of a kind": "/admin/log?kind=settings",
    }


async def _dry_run(client: httpx.AsyncClient) -> None:
    """Try a policy on everything, and ask for a page while it goes on."""
    cpu, wall = time.process_time(), time.perf_counter()
    form = {"what": "try", "days": "999", "text": '[policy]\nname = "x"\nhold-score = 0.5\n'}
    begun = await client.post("/admin/policy", data=form)
    place, pages = begun.headers["location"], []
    while True:
        asked = time.perf_counter()
        answer = await client.get(place, headers={"accept": "text/html"})
        pages.append(1000 * (time.perf_counter() - asked))
        if "data-live" not in answer.text:
            break
        await asyncio.sleep(0.2)
    print(
        f"dry run: {time.perf_counter() - wall:.0f} s, {time.process_time() - cpu:.0f} s of CPU; "
        f"its page meanwhile {statistics.median(pages):.0f} ms, at worst {max(pages):.0f} ms"
    )


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
