"""The simulated index serves what real installers install: the ground under every other test."""

import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.simulators.upstream import Upstream, make_build_backend, make_sdist, make_wheel


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        upstream.add(*make_build_backend())
        upstream.add(*make_wheel("needed", "2.0"))
        upstream.add(*make_wheel("Wheel.Example", "1.0", requires=["needed>=1"]))
        upstream.add(*make_sdist("sdist-example", "1.0", requires=["needed"]))
        yield upstream


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    venv.create(tmp_path / "venv", symlinks=True)
    return tmp_path / "venv" / "bin" / "python"


def pip(python: Path, index: str) -> list[str]:
    isolated = ["--isolated", "--disable-pip-version-check", "--no-cache-dir", "--no-input"]
    where = ["--python", str(python), "install", "--index-url", index]
    return [sys.executable, "-m", "pip", *isolated, *where]


def uv(python: Path, index: str) -> list[str]:
    isolated = ["pip", "install", "--no-config", "--no-cache", "--default-index", index]
    return [str(Path(sys.executable).with_name("uv")), *isolated, "--python", str(python)]


@pytest.mark.parametrize("installer", [pip, uv])
def test_installers_take_wheels_and_sdists(
    upstream: Upstream, environment: Path, installer: Callable[[Path, str], list[str]]
) -> None:
    command = installer(environment, upstream.url)
    subprocess.run([*command, "wheel-example", "sdist-example"], check=True)
    code = "import wheel_example, sdist_example, needed; print(needed.__version__)"
    done = subprocess.run([environment, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "2.0\n"
