"""Poetry and pipx through ``airlock run``: unmodified, and with the guard as their only index."""

import sys
import tomllib
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.conftest import lacking
from tests.functional.conftest import clean_environment
from tests.functional.test_other_clients import CLIENTS, POETRY, client, project
from tests.simulators import hostile
from tests.simulators.packages import make_sdist, make_wheel
from tests.simulators.upstream import Upstream

AIRLOCK = Path(sys.executable).parent / "airlock"
NO_PACKAGE = "[tool.poetry]\npackage-mode = false\n"


def guarded(
    upstream: Upstream, folder: Path, name: str, *words: str, **environment: str
) -> CompletedProcess[str]:
    """Run a client through the guard, in front of an upstream."""
    if not (CLIENTS / name).exists():
        lacking(f"there is no {name} in .venv-clients: make .venv-clients/.installed")
    before: list[str | Path] = ["run", "--index", upstream.url, "--data", folder / "guard", "--"]
    own = {"AIRLOCK_DB": clean_environment()["AIRLOCK_DB"], **environment}
    return client(str(AIRLOCK), *before, CLIENTS / name, *words, at=folder, **own)


@pytest.fixture
def yard(upstream: Upstream, tmp_path: Path) -> Path:
    upstream.add(*make_wheel("harbour", "1.0", requires=["anchor"]))
    upstream.add(*make_wheel("anchor", "1.2"))
    project(tmp_path, "yard", NO_PACKAGE)
    return tmp_path


def test_poetry_locks_and_installs_what_was_vetted(upstream: Upstream, yard: Path) -> None:
    added = guarded(upstream, yard, "poetry", "add", "--no-interaction", "harbour", **POETRY)

    assert added.returncode == 0, added.stdout + added.stderr
    text = (yard / "poetry.lock").read_text()
    assert "127.0.0.1" not in text + (yard / "pyproject.toml").read_text()
    locked = tomllib.loads(text)["package"]
    assert {one["name"] for one in locked} == {"anchor", "harbour"}
    assert not [one for one in locked if "source" in one]
    for one in locked:
        for file in one["files"]:
            assert file["hash"] == f"sha256:{upstream.sha256(file['file'])}"
    assert list(yard.glob(".venv/lib/*/site-packages/anchor-1.2.*"))


def test_poetry_installs_no_other_bytes_than_are_locked(upstream: Upstream, yard: Path) -> None:
    assert guarded(upstream, yard, "poetry", "add", "--lock", "anchor", **POETRY).returncode == 0
    lock = yard / "poetry.lock"
    digest = upstream.sha256("anchor-1.2-py3-none-any.whl")
    lock.write_text(lock.read_text().replace(digest, "0" * 64))

    refused = guarded(upstream, yard, "poetry", "install", **POETRY)

    assert refused.returncode != 0
    assert "anchor" in refused.stdout + refused.stderr
    assert not list(yard.glob(".venv/lib/*/site-packages/anchor-1.2.*"))


def test_poetry_is_told_why_and_nothing_ran(upstream: Upstream, yard: Path) -> None:
    marker = yard / "ran"
    setup = f"open({str(marker)!r}, 'w')\n{hostile.DECODE_EXEC}"
    upstream.add(*make_sdist("evil-pkg", "1.0", setup_py=setup))

    done = guarded(upstream, yard, "poetry", "add", "--no-interaction", "evil-pkg", **POETRY)

    assert done.returncode == 1, done.stdout + done.stderr
    assert "Airlock refuse" in done.stderr
    assert not marker.exists()


@pytest.mark.parametrize(
    ("text", "words", "message"),
    [
        (
            '[[tool.poetry.source]]\nname = "x"\nurl = "https://x.example/simple/"\n',
            (),
            "x.example",
        ),
        (
            '[tool.poetry.dependencies]\nevil = { git = "https://git.example/evil" }\n',
            (),
            "git.example",
        ),
        (
            '[tool.poetry.group.d.dependencies]\nevil = { url = "https://f.example/e.whl" }\n',
            (),
            "f.example",
        ),
        ("", ("--no-plugins",), "--no-plugins"),
    ],
)
def test_poetry_cannot_go_round(
    upstream: Upstream, yard: Path, text: str, words: tuple[str, ...], message: str
) -> None:
    project(yard, "yard", NO_PACKAGE, text)

    done = guarded(upstream, yard, "poetry", "install", *words, **POETRY)

    assert done.returncode in {1, 2}, done.stdout + done.stderr
    assert message in done.stderr


def test_pipx_installs_what_was_vetted(upstream: Upstream, tmp_path: Path) -> None:
    tool = "[console_scripts]\nharbour = harbour:main\n"
    upstream.add(
        *make_wheel("harbour", "1.0", {"harbour.py": "def main(): pass\n"}, entry_points=tool)
    )
    upstream.add(*make_sdist("evil-pkg", "1.0", setup_py=hostile.DECODE_EXEC))

    done = guarded(upstream, tmp_path, "pipx", "install", "harbour", PIPX_HOME=str(tmp_path / "x"))
    refused = guarded(
        upstream, tmp_path, "pipx", "install", "evil-pkg", PIPX_HOME=str(tmp_path / "x")
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "x/venvs/harbour/bin/harbour").exists()
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "Airlock refuse" in refused.stderr
    assert not (tmp_path / "x/venvs/evil-pkg").exists()
