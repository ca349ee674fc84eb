"""A gate at work: many cold installations at once, and memory after 500 projects.

``AIRLOCK_CLIENTS`` and ``AIRLOCK_PROJECTS`` say how many; by default 50 and 500.
"""

import asyncio
import os
import re
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks.index import JSON, TOKEN, _gate
from tests.simulators.upstream import Upstream, make_wheel

CLIENTS = int(os.environ.get("AIRLOCK_CLIENTS", "50"))
PROJECTS = int(os.environ.get("AIRLOCK_PROJECTS", "500"))
_PATIENCE = httpx.Timeout(600)


def main() -> None:
    """Print the figures."""
    print(f"\na gate at work; load {os.getloadavg()[0]:.1f}")
    with Upstream() as upstream, tempfile.TemporaryDirectory() as folder:
        wanted = [f"quay-{number}" for number in range(20)]
        for name in wanted:
            upstream.add(*make_wheel(name, "1.0"))
        for number in range(PROJECTS):
            for version in range(40):
                upstream.add(*make_wheel(f"pier-{number}", f"1.{version}"))
        with _gate(upstream.url, Path(folder), "versions = 0") as (base, group):
            asyncio.run(_cold(base, wanted, upstream))
            asyncio.run(_projects(base))
            print(f"memory of the server after {PROJECTS} projects: {_memory_mib(group):.0f} MiB")


async def _cold(base: str, wanted: list[str], upstream: Upstream) -> None:
    upstream.forget()
    before = await _verdicts(base)
    begun = time.monotonic()

    async def install() -> None:
        async with httpx.AsyncClient(timeout=_PATIENCE) as client:
            for name in wanted:
                page = await client.get(f"{base}{name}/", headers={"Accept": JSON})
                file = page.json()["files"][0]
                answer = await client.get(page.url.join(file["url"]))
                answer.raise_for_status()

    await asyncio.gather(*(install() for _ in range(CLIENTS)))
    fetched = [upstream.count(f"/files/*{name.replace('-', '_')}-1.0-*") for name in wanted]
    print(
        f"{CLIENTS} cold installations of {len(wanted)} files at once: "
        f"{time.monotonic() - begun:.1f} s; fetched {min(fetched)} to {max(fetched)} times each, "
        f"{await _verdicts(base) - before} verdicts"
    )


async def _verdicts(base: str) -> int:
    """Return how many artifacts were judged, by the gate's own count."""
    async with httpx.AsyncClient(timeout=_PATIENCE, auth=("__token__", TOKEN)) as client:
        text = (await client.get(base.removesuffix("simple/") + "metrics")).text
    counts = re.findall(r"^airlock_verdicts_total\{[^}]*\} ([0-9.]+)", text, re.MULTILINE)
    return int(sum(map(float, counts)))


async def _projects(base: str) -> None:
    async with httpx.AsyncClient(timeout=_PATIENCE) as client:
        for number in range(PROJECTS):
            for _ in range(2):
                headers = {"Accept": JSON, "Accept-Encoding": "gzip"}
                answer = await client.get(f"{base}pier-{number}/", headers=headers)
                answer.raise_for_status()


def _memory_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024
