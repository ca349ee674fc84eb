"""Listings under load: the gate, and, where they are given, proxpi and devpi in the same run.

``wrk`` on loopback asks for the page of a project with 10 files and of one with 300. The gate asks
everybody who they are, and its door rules: authentication and policy are on. The peers proxy the
same upstream. The processor time that a request costs a server does not depend on what else the
machine does; requests a second do. Say where the peers are with ``AIRLOCK_PROXPI`` and
``AIRLOCK_DEVPI``: the ``bin`` folders of virtual environments of their own, with ``proxpi`` and
``gunicorn``, and with ``devpi-server``.
"""

import contextlib
import datetime as dt
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.measuring import BIN, clean_environment
from tests.simulators.upstream import Upstream, make_wheel

SIZES = {"anchor": 10, "harbour": 300}
SECONDS = int(os.environ.get("AIRLOCK_WRK_SECONDS", "8"))
CONNECTIONS = 32
TOKEN = "a-token-of-the-operator-of-this-run"
JSON = "application/vnd.pypi.simple.v1+json"
_LINE = re.compile(r"^\s*(\S+)[:%]?\s+([\d.]+)(us|ms|s|m)?", re.MULTILINE)
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


class Served(NamedTuple):
    """A server that runs."""

    base: str
    """Of its simple API."""
    group: int
    """Of its processes."""


class Load(NamedTuple):
    """What one server did under load."""

    requests: float
    """A second."""
    p50: float
    p99: float
    """Milliseconds."""
    cpu: float
    """Milliseconds of processor time a request, of the server with all its processes."""
    errors: str


def main() -> None:
    """Print the figures."""
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing; on Debian: apt-get install wrk")
    print(f"\nlistings: wrk, {CONNECTIONS} connections, {SECONDS} s; load {os.getloadavg()[0]:.1f}")
    with Upstream() as upstream, tempfile.TemporaryDirectory() as folder:
        for name, count in SIZES.items():
            for number in range(count):
                upstream.add(*make_wheel(name, f"1.{number}"))
        with _gate(upstream.url, Path(folder)) as base:
            _row("the gate, anonymous", base, {})
            _row("the gate, with a token", base, {"Authorization": f"Bearer {TOKEN}"})
            _row("the gate, gzip", base, {"Accept-Encoding": "gzip"})
        if proxpi := os.environ.get("AIRLOCK_PROXPI"):
            with _proxpi(Path(proxpi), upstream.url) as base:
                _row("proxpi", base, {})
        if devpi := os.environ.get("AIRLOCK_DEVPI"):
            with _devpi(Path(devpi), upstream.url, Path(folder)) as base:
                _row("devpi", base, {})


def _row(name: str, served: "Served", headers: Mapping[str, str]) -> None:
    base, group = served
    for project, count in SIZES.items():
        url = f"{base}{project}/"
        _warm(url, headers)
        load = _wrk(url, {"Accept": JSON, **headers}, group)
        print(
            f"{name:26} {count:4} files {load.requests:9.0f}/s   p50 {load.p50:7.2f} ms   "
            f"p99 {load.p99:7.2f} ms   CPU {load.cpu:6.3f} ms  {load.errors}"
        )


def _warm(url: str, headers: Mapping[str, str]) -> None:
    for _ in range(3):
        request = urllib.request.Request(url, headers={"Accept": JSON, **headers})
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(request, timeout=120).read()


def _cpu_seconds(group: int) -> float:
    """Return what all processes of a group have used, with their children that have ended."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _wrk(url: str, headers: Mapping[str, str], group: int) -> Load:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    before = _cpu_seconds(group)
    text = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    used = _cpu_seconds(group) - before
    found = {
        name: float(value) * _UNITS.get(unit, 1.0) for name, value, unit in _LINE.findall(text)
    }
    count = re.search(r"(\d+) requests in", text)
    wrong = re.search(r"(Non-2xx.*|Socket errors.*)", text)
    return Load(
        requests=found["Requests/sec:"],
        p50=found["50%"],
        p99=found["99%"],
        cpu=1000 * used / int(count[1]) if count else 0.0,
        errors=wrong[1] if wrong else "",
    )


@contextlib.contextmanager
def _running(command: Sequence[str | Path], url: str, **environ: str) -> Iterator[int]:
    process = subprocess.Popen(
        [str(part) for part in command],
        env=clean_environment(**environ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _await(url, process)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"nothing answers at {url}")


@contextlib.contextmanager
def _gate(upstream: str, folder: Path, ahead: str = "") -> Iterator[Served]:
    port = _free_port()
    (folder / "token").write_text(TOKEN)
    policy = folder / "policy.toml"
    line = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    policy.write_text(
        f'[policy]\nname = "bench"\n[policy.age]\nuploaded = "7 days"\nnot-after = {line}\n'
        f"[policy.vet-ahead]\n{ahead}\n"
    )
    command = [BIN / "airlock", "serve", "--port", str(port), "--data", folder / "data"]
    command += ["--index", upstream, "--admin-token-file", folder / "token", "--policy", policy]
    with _running(command, f"http://127.0.0.1:{port}/health") as group:
        yield Served(f"http://127.0.0.1:{port}/simple/", group)


@contextlib.contextmanager
def _proxpi(bin_folder: Path, upstream: str) -> Iterator[Served]:
    port = _free_port()
    command = [bin_folder / "gunicorn", "--workers", "2", "--threads", "4"]
    command += ["--bind", f"127.0.0.1:{port}", "proxpi.server:app"]
    url = f"http://127.0.0.1:{port}/index/"
    with _running(command, url, PROXPI_INDEX_URL=upstream, PROXPI_INDEX_TTL="1800") as group:
        yield Served(url, group)


@contextlib.contextmanager
def _devpi(bin_folder: Path, upstream: str, folder: Path) -> Iterator[Served]:
    data, port = folder / "devpi", _free_port()
    init = [bin_folder / "devpi-init", "--serverdir", data, "--no-root-pypi"]
    subprocess.run([str(part) for part in init], check=True, capture_output=True)
    command = [bin_folder / "devpi-server", "--serverdir", data, "--port", str(port)]
    base = f"http://127.0.0.1:{port}"
    with _running(command, f"{base}/+api") as group:
        _devpi_mirror(base, upstream)
        yield Served(f"{base}/root/mirror/+simple/", group)


def _devpi_mirror(base: str, upstream: str) -> None:
    import json

    def send(method: str, path: str, body: object, headers: Mapping[str, str]) -> dict[str, object]:
        request = urllib.request.Request(
            f"{base}{path}",
            method=method,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json", **headers},
        )
        answer: dict[str, object] = json.load(urllib.request.urlopen(request, timeout=60))
        return answer

    import base64

    login = send("POST", "/+login", {"user": "root", "password": ""}, {})["result"]
    password = login["password"]  # type: ignore[index]
    secret = base64.b64encode(f"root:{password}".encode()).decode()
    send(
        "PUT",
        "/root/mirror",
        {"type": "mirror", "mirror_url": upstream, "volatile": False},
        {"X-Devpi-Auth": secret},
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
