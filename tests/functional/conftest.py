"""Real processes for tests through the user's door: the gate, pip, uv and ``airlock`` itself."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.simulators.upstream import Upstream

START_SECONDS = 60.0
RUN_SECONDS = 120.0
NO_DATABASE = Path(os.devnull) / "airlock"


def clean_environment(**more: str) -> dict[str, str]:
    """Return an environment in which only what a test says leads to an index."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PIP_", "UV_", "AIRLOCK_"))
    }
    return {
        **kept,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_NO_CONFIG": "1",
        "NO_COLOR": "1",
        # What the user of this machine keeps up to date is no part of a test.
        "AIRLOCK_DB": str(NO_DATABASE),
        **more,
    }


def run(
    *command: str | Path, given: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with some text as its input; never raises for its exit code."""
    return subprocess.run(
        [str(part) for part in command],
        input=given,
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )


def airlock(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``airlock`` as its user does."""
    return run(Path(sys.executable).parent / "airlock", *arguments, **environment)


class Gate:
    """A gate as a process of its own."""

    def __init__(
        self, upstream: Upstream, folder: Path, *options: str | Path, **environment: str
    ) -> None:
        self.upstream = upstream
        self.folder = folder
        self.options = options
        self.environment = {"AIRLOCK_DB": str(folder / "db"), **environment}
        self.port = free_port()
        self.log = folder / "gate.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def simple(self) -> str:
        return f"{self.url}/simple/"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    str(Path(sys.executable).parent / "airlock"),
                    "serve",
                    "--port",
                    str(self.port),
                    "--data",
                    str(self.data),
                    "--index",
                    self.upstream.url,
                    *map(str, self.options),
                ],
                env=clean_environment(**self.environment),
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the gate did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """End it as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> int:
        """End it as an operator does; return its exit code."""
        if self._process is None:
            return 0
        self._process.terminate()
        code = self._process.wait(START_SECONDS)
        self._process = None
        return code

    def get(self, path: str, accept: str = "*/*") -> httpx.Response:
        return httpx.get(f"{self.url}{path}", headers={"accept": accept}, timeout=60)

    def listed(self, project: str) -> list[str]:
        """Return the names of the files that the gate lists."""
        answer = self.get(f"/simple/{project}/", "application/vnd.pypi.simple.v1+json")
        assert answer.status_code == 200, answer.text
        return [file["filename"] for file in answer.json()["files"]]

    def file(self, filename: str) -> httpx.Response:
        """Ask for a file under the URL that upstream's digest gives it."""
        return self.get(self.file_path(filename))

    def file_path(self, filename: str) -> str:
        digest = self.upstream.sha256(filename)
        return f"/files/{digest}/{filename}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def _shared_upstream() -> Iterator[Upstream]:
    with Upstream() as index:
        yield index


@pytest.fixture
def upstream(_shared_upstream: Upstream) -> Upstream:
    """An index as new; the server behind it is shared by all tests of a process."""
    _shared_upstream.reset()
    return _shared_upstream


@pytest.fixture(scope="session")
def _shared_gate(
    _shared_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gate]:
    gate = Gate(_shared_upstream, tmp_path_factory.mktemp("gate"), "--listing-age", "0")
    gate.start()
    yield gate
    gate.kill()


@pytest.fixture
def gate(_shared_gate: Gate, upstream: Upstream) -> Gate:
    """A gate that asks upstream for every listing anew, shared by all tests of a process.

    What earlier tests asked for is in its store: a test names artifacts of its own, or starts a
    gate of its own.
    """
    assert _shared_gate.upstream is upstream
    return _shared_gate


@pytest.fixture
def start_gate(upstream: Upstream, tmp_path: Path) -> Iterator[Callable[..., Gate]]:
    """Start gates in front of the upstream; all of them end with the test."""
    gates: list[Gate] = []

    def start(*options: str | Path, **environment: str) -> Gate:
        folder = tmp_path / f"gate-{len(gates)}"
        folder.mkdir()
        gate = Gate(upstream, folder, *options, **environment)
        gates.append(gate)
        gate.start()
        return gate

    yield start
    for gate in gates:
        gate.kill()


@pytest.fixture
def own_gate(start_gate: Callable[..., Gate]) -> Gate:
    """A gate of the test's own: to count what it asks, to stop it, to kill it."""
    return start_gate()


class Installer:
    """An unmodified client that installs into a folder."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self._runs = 0

    def install(self, index: str, *requirements: str) -> subprocess.CompletedProcess[str]:
        """Install into a fresh folder, ``self.target``, without any cache of its own."""
        self._runs += 1
        self.target = self.folder / f"{self.name}-{self._runs}"
        if self.name == "pip":
            return run(
                sys.executable,
                "-m",
                "pip",
                "install",
                "--no-cache-dir",
                "--no-build-isolation",
                "--target",
                self.target,
                "--index-url",
                index,
                *requirements,
            )
        return run(
            Path(sys.executable).parent / "uv",
            "pip",
            "install",
            "--no-cache",
            "--target",
            self.target,
            "--default-index",
            index,
            *requirements,
        )

    def installed(self) -> set[str]:
        """Return the names of what lies in the folder of the last installation.

        Without what a client keeps for itself, such as uv's ``.lock``.
        """
        if not self.target.exists():
            return set()
        return {path.name for path in self.target.iterdir() if not path.name.startswith(".")}


@pytest.fixture(params=["pip", "uv"])
def installer(request: pytest.FixtureRequest, tmp_path: Path) -> Installer:
    return Installer(request.param, tmp_path)
