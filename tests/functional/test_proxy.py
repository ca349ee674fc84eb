"""``airlock proxy``: a service, and pip and uv that know of it by their settings alone."""

import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.functional.conftest import START_SECONDS, Gate, clean_environment, free_port
from tests.simulators import hostile
from tests.simulators.trusting import Clock, added, begun, today
from tests.simulators.upstream import Upstream, make_sdist, make_wheel

BIN = Path(sys.executable).parent
SECONDS = 240


class Proxy:
    """The service, and a user whose settings are in a folder of their own."""

    def __init__(self, upstream: Upstream, folder: Path) -> None:
        self.upstream = upstream
        self.folder = folder
        self.port = free_port()
        self.settings = folder / "config"
        self.data = folder / "data"
        self.options: tuple[str | Path, ...] = ("--index", upstream.url)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environ(self) -> dict[str, str]:
        known = clean_environment(HOME=str(self.folder), XDG_CONFIG_HOME=str(self.settings))
        return {k: v for k, v in known.items() if k not in {"PIP_CONFIG_FILE", "UV_NO_CONFIG"}}

    def start(self) -> None:
        words = ["--port", str(self.port), "--data", str(self.data), *map(str, self.options)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(BIN / "airlock"), "proxy", "serve", *words],
                env=clean_environment(),
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/health", timeout=5)
            except httpx.TransportError:
                assert time.monotonic() < deadline, (self.folder / "log").read_text()
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            assert self._process.wait(START_SECONDS) == 0

    def command(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(BIN / "airlock"), "proxy", *map(str, words), "--data", str(self.data)],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def install(self, client: str, *wanted: str) -> subprocess.CompletedProcess[str]:
        words = {
            "pip": [sys.executable, "-m", "pip", "install", "--no-cache-dir"],
            "uv": [str(BIN / "uv"), "pip", "install", "--no-cache"],
        }[client]
        target = self.folder / f"{client}-target"
        return subprocess.run(
            [*words, "--target", str(target), *wanted],
            env=self.environ,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )


@pytest.fixture
def proxy(upstream: Upstream, tmp_path: Path) -> Iterator[Proxy]:
    upstream.add(*make_wheel("harbour", "1.0"))
    upstream.add(*make_sdist("evil-pkg", "1.0", setup_py=hostile.DECODE_EXEC))
    service = Proxy(upstream, tmp_path)
    yield service
    service.stop()


def test_pip_and_uv_take_from_the_proxy_until_it_is_undone(proxy: Proxy) -> None:
    pip, uv = proxy.settings / "pip" / "pip.conf", proxy.settings / "uv" / "uv.toml"
    pip.parent.mkdir(parents=True)
    pip.write_text("# mine\n[global]\ntimeout = 99\nindex-url = http://elsewhere.invalid/simple/\n")
    before = pip.read_bytes()
    bad = make_sdist("evil-too", "1.0", setup_py=hostile.DECODE_EXEC)
    proxy.upstream.add(*bad)
    proxy.start()

    enabled = proxy.command("enable", "--port", str(proxy.port))

    assert enabled.returncode == 0, enabled.stderr
    for client, evil in (("pip", "evil-pkg"), ("uv", "evil-too")):
        good, refused = proxy.install(client, "harbour"), proxy.install(client, evil)
        assert good.returncode == 0, good.stderr
        assert refused.returncode != 0
        assert "Airlock refuse" in refused.stdout + refused.stderr
    assert "timeout = 99" in pip.read_text()
    assert proxy.command("enable", "--port", "1").returncode == 2
    assert proxy.command("disable").returncode == 0
    assert pip.read_bytes() == before
    assert not uv.exists()
    assert proxy.command("disable").returncode == 0


def test_lock_file_is_freed_of_the_proxy(proxy: Proxy) -> None:
    proxy.start()
    (proxy.folder / "pyproject.toml").write_text(
        '[project]\nname = "s"\nversion = "1"\nrequires-python = ">=3.11"\n'
        'dependencies = ["harbour"]\n'
    )
    index = f"http://127.0.0.1:{proxy.port}/simple/"
    locked = subprocess.run(
        [BIN / "uv", "lock", "--no-cache", "--default-index", index],
        env=proxy.environ,
        cwd=proxy.folder,
        capture_output=True,
        check=False,
    )
    assert locked.returncode == 0, locked.stderr
    lock = proxy.folder / "uv.lock"
    assert f"127.0.0.1:{proxy.port}" in lock.read_text()

    done = proxy.command("unloop", lock, "--index", proxy.upstream.url)

    assert done.returncode == 0, done.stderr
    assert f":{proxy.port}/" not in lock.read_text()
    assert proxy.upstream.file_url("harbour-1.0-py3-none-any.whl") in lock.read_text()


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pip/pip.conf", "[install]\nextra-index-url = http://other.invalid/simple/\n"),
        ("pip/pip.conf", "[global]\nfind-links = /links\n"),
        ("uv/uv.toml", '[[index]]\nurl = "http://other.invalid/simple/"\n'),
        ("uv/uv.toml", '[pip]\nextra-index-url = ["http://other.invalid/simple/"]\n'),
    ],
)
def test_settings_that_lead_elsewhere_are_left_alone(proxy: Proxy, file: str, text: str) -> None:
    path = proxy.settings / file
    path.parent.mkdir(parents=True)
    path.write_text(text)

    done = proxy.command("enable", "--client", file.partition("/")[0])

    assert done.returncode == 1, done.stderr
    assert path.read_text() == text


def test_settings_that_somebody_changed_are_not_written_over(proxy: Proxy) -> None:
    assert proxy.command("enable", "--client", "uv").returncode == 0
    path = proxy.settings / "uv" / "uv.toml"
    path.write_text(path.read_text() + "# and mine\n")

    done = proxy.command("disable", "--client", "uv")

    assert done.returncode == 2
    assert "# and mine" in path.read_text()


def test_project_of_poetry_takes_from_the_proxy_until_it_is_undone(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(proxy.folder)
    path = proxy.folder / "pyproject.toml"
    words = ("--client", "poetry")
    assert proxy.command("enable", *words).returncode == 2
    before = b'[project]\nname = "s"\nversion = "1"'
    path.write_bytes(before)

    assert proxy.command("enable", *words, "--port", "1234").returncode == 0

    (source,) = tomllib.loads(path.read_text())["tool"]["poetry"]["source"]
    assert source == {"name": "airlock", "url": "http://127.0.0.1:1234/simple/"}
    assert proxy.command("enable", *words).returncode == 2
    assert proxy.command("disable", *words).returncode == 0
    assert path.read_bytes() == before
    path.write_bytes(before + b'\n[[tool.poetry.source]]\nname="x"\nurl="https://x.example/"\n')
    assert proxy.command("enable", *words).returncode == 1


def test_proxy_with_a_root_verifies(
    upstream: Upstream, start_gate: Callable[..., Gate], tmp_path: Path
) -> None:
    upstream.add(*make_wheel("harbour", "1.0"))
    trust = begun(tmp_path / "trust", Clock(today()))[0]
    gate = start_gate("--trust", trust.folder)
    proxy = Proxy(upstream, tmp_path)
    proxy.options = ("--root", trust.metadata.folder / "1.root.json", "--index", gate.simple)
    proxy.start()
    try:
        assert proxy.command("enable", "--port", str(proxy.port)).returncode == 0
        done = proxy.install("uv", "harbour")
        assert done.returncode == 0, done.stderr
        # The server's folder is now somebody else's: what they sign counts for nothing here.
        thief = begun(tmp_path / "thief", Clock(today()))[0]
        thief.repository.publish(added({"files/harbour/x-1.0.tar.gz": b"x"}), reason="attack")
        for document in trust.metadata.folder.glob("*.json"):
            if document.name == "timestamp.json":
                document.write_bytes(thief.metadata.get("timestamp.json") or b"")
        upstream.add(*make_wheel("harbour", "2.0"))
        refused = proxy.install("uv", "harbour==2.0")
        assert refused.returncode != 0
    finally:
        proxy.stop()
