"""Other installers, mirrors and tools of authors, unmodified, in front of a real gate.

They live in an environment of their own, which ``make test`` makes (``requirements/clients.txt``).
"""

import datetime as dt
import json
import secrets
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import lacking
from tests.functional.conftest import RUN_SECONDS, Gate, clean_environment
from tests.functional.hosting import TOKEN, keep
from tests.simulators.packages import make_sdist, make_wheel
from tests.simulators.upstream import Upstream

CLIENTS = Path(__file__).parents[2] / ".venv-clients" / "bin"
NOW = dt.datetime.now(dt.UTC)
FLIT = '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'
POETRY = {
    "POETRY_VIRTUALENVS_IN_PROJECT": "1",
    "POETRY_VIRTUALENVS_OPTIONS_NO_PIP": "1",
}


def client(
    name: str, *arguments: str | Path, at: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a client in a folder, without any configuration or cache of the user's."""
    command = [CLIENTS / "python", "-m", "pip"] if name == "pip" else [CLIENTS / name]
    own = at / "home"
    environ = clean_environment(
        HOME=str(own),
        XDG_CONFIG_HOME=str(own / "config"),
        XDG_CACHE_HOME=str(own / "cache"),
        XDG_DATA_HOME=str(own / "data"),
        PYTHON_KEYRING_BACKEND="keyring.backends.null.Keyring",
        **environment,
    )
    return subprocess.run(
        [str(part) for part in (*command, *arguments)],
        cwd=at,
        env=environ,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )


@pytest.fixture(scope="module")
def hosting(_shared_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    if not CLIENTS.is_dir():
        lacking("there is no .venv-clients: make .venv-clients/.installed")
    folder = tmp_path_factory.mktemp("clients")
    (folder / "token").write_text(TOKEN)
    policy = folder / "policy.toml"
    policy.write_text('[policy]\nname = "clients"\n[policy.age]\nuploaded = "7 days"\n')
    options = ("--admin-token-file", folder / "token", "--policy", policy, "--listing-age", "0")
    gate = Gate(_shared_upstream, folder, *options)
    gate.start()
    yield gate
    gate.kill()


@pytest.fixture
def gate(hosting: Gate, upstream: Upstream) -> Gate:
    assert hosting.upstream is upstream
    return hosting


@pytest.fixture
def name() -> str:
    """A project that no test has used."""
    return f"acme-{secrets.token_hex(4)}"


@pytest.fixture
def released(gate: Gate, name: str) -> str:
    """Three releases, of which the gate holds the newest for its age; the first needs another."""
    for version, age in (("1.0", 90), ("2.0", 20), ("3.0", 1)):
        made = make_wheel(name, version, requires=[f"{name}-core"])
        gate.upstream.add(*made, upload_time=NOW - dt.timedelta(days=age))
    gate.upstream.add(*make_wheel(f"{name}-core", "1.5"), upload_time=NOW - dt.timedelta(days=90))
    return name


def project(folder: Path, name: str, *lines: str) -> None:
    """Begin a project of a user's."""
    text = f'[project]\nname = "{name}"\nversion = "1.0"\nrequires-python = ">=3.11"\n'
    text += 'description = "an example"\nreadme = "README.md"\n'
    (folder / "README.md").write_text("An example.\n")
    (folder / "pyproject.toml").write_text("\n".join([text, *lines]))


def test_poetry_adds_and_installs(gate: Gate, released: str, tmp_path: Path) -> None:
    source = '[[tool.poetry.source]]\nname = "gate"\npriority = "primary"\n'
    project(
        tmp_path, "yard", "[tool.poetry]\npackage-mode = false", source + f'url = "{gate.simple}"'
    )

    done = client("poetry", "add", "--no-interaction", released, at=tmp_path, **POETRY)

    assert done.returncode == 0, done.stdout + done.stderr
    locked = tomllib.loads((tmp_path / "poetry.lock").read_text())["package"]
    assert {(one["name"], one["version"]) for one in locked} == {
        (released, "2.0"),
        (f"{released}-core", "1.5"),
    }
    for one in locked:
        for file in one["files"]:
            assert file["hash"] == f"sha256:{gate.upstream.sha256(file['file'])}"
    assert list(tmp_path.glob(f".venv/lib/*/site-packages/{released.replace('-', '_')}-2.0.*"))


def test_pdm_adds_and_installs(gate: Gate, released: str, tmp_path: Path) -> None:
    source = '[[tool.pdm.source]]\nname = "pypi"\nverify_ssl = false\n'
    project(tmp_path, "yard", "[tool.pdm]\ndistribution = false", source + f'url = "{gate.simple}"')

    done = client(
        "pdm",
        *("add", "--no-self", released),
        at=tmp_path,
        PDM_CHECK_UPDATE="0",
        # Into the project's own folder, whatever environment this process runs in.
        PDM_USE_VENV="0",
        PDM_PYTHON=sys.executable,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    locked = tomllib.loads((tmp_path / "pdm.lock").read_text())["package"]
    assert {(one["name"], one["version"]) for one in locked} == {
        (released, "2.0"),
        (f"{released}-core", "1.5"),
    }
    assert list(tmp_path.glob(f"__pypackages__/*/lib/{released.replace('-', '_')}-2.0.*"))


def test_pip_tools_pins_with_hashes(gate: Gate, released: str, tmp_path: Path) -> None:
    (tmp_path / "requirements.in").write_text(f"{released}\n")

    done = client(
        "pip-compile",
        *("--generate-hashes", "--no-emit-index-url", "--index-url", gate.simple, "--quiet"),
        at=tmp_path,
    )

    assert done.returncode == 0, done.stderr
    pinned = (tmp_path / "requirements.txt").read_text()
    assert f"{released}==2.0" in pinned
    assert f"{released}-core==1.5" in pinned
    wheel = f"{released.replace('-', '_')}-2.0-py3-none-any.whl"
    assert f"--hash=sha256:{gate.upstream.sha256(wheel)}" in pinned


def test_pips_own_date_line_works(gate: Gate, released: str, tmp_path: Path) -> None:
    """pip refuses an index that drops ``upload-time`` (PEP 700)."""
    line = (NOW - dt.timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")

    done = client(
        "pip",
        *("install", "--no-cache-dir", "--index-url", gate.simple, "--target", tmp_path / "there"),
        *("--uploaded-prior-to", line, released),
        at=tmp_path,
    )

    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "there").glob("*-1.0.dist-info"))


def test_bandersnatch_mirrors_what_is_admitted(gate: Gate, released: str, tmp_path: Path) -> None:
    assert gate.listed(released)
    mirror = tmp_path / "mirror"
    settings = tmp_path / "bandersnatch.conf"
    settings.write_text(
        f"[mirror]\ndirectory = {mirror}\nmaster = {gate.url}\nallow-non-https = true\n"
        "api-method = simple\njson = true\ntimeout = 60\nworkers = 2\nhash-index = false\n"
        "stop-on-error = false\nstorage-backend = filesystem\nverifiers = 1\n"
        f"[plugins]\nenabled =\n    allowlist_project\n[allowlist]\npackages =\n    {released}\n"
    )

    done = client("bandersnatch", "--config", settings, "mirror", at=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    kept = {path.name for path in mirror.glob("web/packages/**/*.whl")}
    stem = released.replace("-", "_")
    assert kept == {f"{stem}-{version}-py3-none-any.whl" for version in ("1.0", "2.0")}
    page = json.loads((mirror / "web/simple" / released / "index.v1_json").read_text())
    assert {file["filename"] for file in page["files"]} == kept


def test_flit_publishes_what_it_builds(gate: Gate, name: str, tmp_path: Path) -> None:
    project(tmp_path, name, FLIT, f'[tool.flit.module]\nname = "{name.replace("-", "_")}"')
    (tmp_path / f"{name.replace('-', '_')}.py").write_text('"""An example."""\n')

    done = client(
        "flit",
        "publish",
        at=tmp_path,
        FLIT_INDEX_URL=f"{gate.url}/legacy/",
        FLIT_USERNAME="__token__",
        FLIT_PASSWORD=TOKEN,
    )

    assert done.returncode == 0, done.stderr
    assert len(gate.listed(name)) == 2


def test_poetry_publishes(gate: Gate, name: str, tmp_path: Path) -> None:
    project(tmp_path, name)
    (tmp_path / "dist").mkdir()
    made = [
        keep(tmp_path / "dist", one) for one in (make_wheel(name, "1.0"), make_sdist(name, "1.0"))
    ]

    done = client(
        "poetry",
        *("publish", "--no-interaction", "--repository", "gate"),
        at=tmp_path,
        POETRY_REPOSITORIES_GATE_URL=f"{gate.url}/legacy/",
        POETRY_HTTP_BASIC_GATE_USERNAME="__token__",
        POETRY_HTTP_BASIC_GATE_PASSWORD=TOKEN,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(gate.listed(name)) == sorted(path.name for path in made)


def test_hatch_publishes(gate: Gate, name: str, tmp_path: Path) -> None:
    project(tmp_path, name)
    wheel = keep(tmp_path, make_wheel(name, "1.0"))

    done = client(
        "hatch",
        *("publish", "--no-prompt", "--repo", f"{gate.url}/legacy/"),
        *("--user", "__token__", "--auth", TOKEN, wheel),
        at=tmp_path,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert gate.listed(name) == [wheel.name]
