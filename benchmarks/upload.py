"""Uploads of small wheels: the gate, which vets each, and pypiserver and devpi in the same run.

``AIRLOCK_UPLOADS`` says how many, by default 1,000; they come through ``AIRLOCK_UPLOADERS``
connections, by default 4, as several release jobs would. The peers look at nothing that is in a
file. Say where they are with ``AIRLOCK_PYPISERVER`` and ``AIRLOCK_DEVPI``: the ``bin`` folders of
virtual environments of their own.
"""

import asyncio
import base64
import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx

from benchmarks.index import TOKEN, _cpu_seconds, _free_port, _gate, _running
from tests.simulators.upstream import Upstream, make_wheel

UPLOADS = int(os.environ.get("AIRLOCK_UPLOADS", "1000"))
UPLOADERS = int(os.environ.get("AIRLOCK_UPLOADERS", "4"))
_PATIENCE = httpx.Timeout(600)


class Receiver(NamedTuple):
    """A server that takes uploads."""

    url: str
    user: str
    password: str
    group: int
    """Of its processes."""


def main() -> None:
    """Print the figures."""
    print(
        f"\nuploads of {UPLOADS} small wheels, {UPLOADERS} at a time; load {os.getloadavg()[0]:.1f}"
    )
    with Upstream() as upstream, tempfile.TemporaryDirectory() as folder:
        with _gate(upstream.url, Path(folder)) as (base, group):
            url = base.removesuffix("simple/") + "legacy/"
            _row("the gate, with vetting", Receiver(url, "__token__", TOKEN, group))
        if peer := os.environ.get("AIRLOCK_PYPISERVER"):
            with _pypiserver(Path(peer), Path(folder)) as receiver:
                _row("pypiserver", receiver)
        if peer := os.environ.get("AIRLOCK_DEVPI"):
            with _devpi(Path(peer), Path(folder)) as receiver:
                _row("devpi", receiver)


def _row(name: str, to: Receiver) -> None:
    # What a server loads when it is first asked is no part of it.
    asyncio.run(_upload(to, [make_wheel("acme-first", "1.0")]))
    wheels = [make_wheel(f"acme-{number}", "1.0") for number in range(UPLOADS)]
    begun, before = time.monotonic(), _cpu_seconds(to.group)
    asyncio.run(_upload(to, wheels))
    seconds, cpu = time.monotonic() - begun, _cpu_seconds(to.group) - before
    print(
        f"{name:26} {UPLOADS / seconds:7.1f}/s   CPU {1000 * cpu / UPLOADS:6.1f} ms an upload",
        flush=True,
    )


async def _upload(to: Receiver, waiting: list[tuple[str, bytes]]) -> None:
    async def one() -> None:
        async with httpx.AsyncClient(auth=(to.user, to.password), timeout=_PATIENCE) as client:
            while waiting:
                filename, data = waiting.pop()
                form = {
                    ":action": "file_upload",
                    "metadata_version": "2.1",
                    "name": filename.split("-")[0],
                    "version": "1.0",
                    "filetype": "bdist_wheel",
                    "pyversion": "py3",
                }
                content = {"content": (filename, data)}
                answer = await client.post(to.url, data=form, files=content)
                answer.raise_for_status()

    await asyncio.gather(*(one() for _ in range(UPLOADERS)))


@contextlib.contextmanager
def _pypiserver(bin_folder: Path, folder: Path) -> Iterator[Receiver]:
    port, packages = _free_port(), folder / "packages"
    packages.mkdir()
    command = [bin_folder / "pypi-server", "run", "--port", str(port), "--interface", "127.0.0.1"]
    command += ["--passwords", ".", "--authenticate", ".", packages]
    url = f"http://127.0.0.1:{port}/"
    with _running(command, url) as group:
        yield Receiver(url, "anybody", "any", group)


@contextlib.contextmanager
def _devpi(bin_folder: Path, folder: Path) -> Iterator[Receiver]:
    data, port = folder / "devpi", _free_port()
    init = [
        bin_folder / "devpi-init",
        "--serverdir",
        data,
        "--no-root-pypi",
        "--root-passwd",
        "any",
    ]
    subprocess.run([str(part) for part in init], check=True, capture_output=True)
    command = [bin_folder / "devpi-server", "--serverdir", data, "--port", str(port)]
    base = f"http://127.0.0.1:{port}"
    with _running(command, f"{base}/+api") as group:
        login = httpx.post(f"{base}/+login", json={"user": "root", "password": "any"}).json()
        secret = base64.b64encode(f"root:{login['result']['password']}".encode()).decode()
        made = httpx.put(
            f"{base}/root/stage", json={"bases": []}, headers={"X-Devpi-Auth": secret}, timeout=60
        )
        made.raise_for_status()
        yield Receiver(f"{base}/root/stage/", "root", "any", group)
