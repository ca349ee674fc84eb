"""``pip install flask`` and the same with uv: direct, through a cold gate, through a warm gate."""

import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from airlock.sources.pip_configuration import default_index_url
from benchmarks.measuring import BIN, Figure, clean_environment, heading, measure, median, row

RUNS = 5
PROJECT = "flask"


def main() -> None:
    """Print the figures; wall time, because most of it is waiting."""
    heading(f"install of {PROJECT}, caches of the clients off")
    for client in ("pip", "uv"):
        _compare(client)


def _compare(client: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        gate = start(port, folder)
        try:
            url = f"http://127.0.0.1:{port}/simple/"
            cold = _install(client, url, folder)
            pairs = [
                (_install(client, default_index_url(), folder), _install(client, url, folder))
                for _ in range(RUNS)
            ]
        finally:
            gate.send_signal(signal.SIGTERM)
            gate.wait()
    direct, warm = (median([pair[side] for pair in pairs]) for side in (0, 1))
    row(f"{client}, direct", direct, f"exit {direct.exit_code}")
    row(f"{client}, through a cold gate", cold, f"exit {cold.exit_code}")
    ratio = warm.wall_seconds / direct.wall_seconds
    row(f"{client}, through a warm gate", warm, f"exit {warm.exit_code}; {ratio:.2f} of direct")


def start(port: int, folder: str, *options: str) -> subprocess.Popen[bytes]:
    """Start a gate, and wait until it answers."""
    data = f"{folder}/gate"
    command = [BIN / "airlock", "serve", "--port", str(port), "--data", data, *options]
    gate = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return gate
    sys.exit("the gate did not start")


def _install(client: str, index: str, folder: str) -> Figure:
    target = tempfile.mkdtemp(dir=folder)
    if client == "pip":
        command = [BIN / "python", "-m", "pip", "install", "--quiet", "--no-cache-dir"]
        command += ["--target", target, "--index-url", index, PROJECT]
    else:
        command = [BIN / "uv", "pip", "install", "--quiet", "--no-cache"]
        command += ["--target", target, "--default-index", index, PROJECT]
    return measure(command, clean_environment())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
