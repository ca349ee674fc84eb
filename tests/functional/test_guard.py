"""``airlock run``: pip and uv, unmodified, behind a guard without a server."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.functional.conftest import clean_environment
from tests.simulators import hostile
from tests.simulators.upstream import Upstream, make_build_backend, make_sdist, make_wheel

BIN = Path(sys.executable).parent
PIP = (sys.executable, "-m", "pip")
SECONDS = 240


class Guard:
    """Runs ``airlock run`` in a folder, with data of its own."""

    def __init__(self, upstream: Upstream, folder: Path) -> None:
        self.upstream = upstream
        self.folder = folder
        self.data = folder / "guard-data"
        self.options: list[str] = []

    def __call__(self, *words: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
        before = ["--data", str(self.data), "--index", self.upstream.url, *self.options]
        return subprocess.run(
            [str(BIN / "airlock"), "run", *before, "--", *map(str, words)],
            env=clean_environment(**environ),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def pip(self, *words: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
        target = self.folder / "installed"
        return self(*PIP, "install", "--no-build-isolation", "--target", target, *words, **environ)

    def uv(self, *words: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
        target = self.folder / "installed"
        return self(BIN / "uv", "pip", "install", "--target", target, *words, **environ)

    def installed(self) -> set[str]:
        target = self.folder / "installed"
        return {path.name for path in target.iterdir()} if target.exists() else set()


@pytest.fixture
def guard(upstream: Upstream, tmp_path: Path) -> Guard:
    upstream.add(*make_wheel("harbour", "1.0", requires=["anchor"]))
    upstream.add(*make_wheel("anchor", "1.2"))
    return Guard(upstream, tmp_path)


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_installs_what_was_vetted(guard: Guard, client: str) -> None:
    done = getattr(guard, client)("harbour")

    assert done.returncode == 0, done.stderr
    assert {"harbour-1.0.dist-info", "anchor-1.2.dist-info"} <= guard.installed()


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_harmful_dependency_never_runs_and_never_exits_with_0(guard: Guard, client: str) -> None:
    marker = guard.folder / "setup-ran"
    setup = f"open({str(marker)!r}, 'w').close()\n" + hostile.DECODE_EXEC
    guard.upstream.add(*make_sdist("evil-pkg", "1.0", setup_py=setup))
    guard.upstream.add(*make_wheel("harbour", "2.0", requires=["evil-pkg"]))

    done = getattr(guard, client)("harbour==2.0")

    assert done.returncode == 1, done.stderr
    assert "Airlock refuse" in done.stderr
    assert not marker.exists()
    assert guard.installed() <= {".lock"}
    # The second time it is not even listed, and still the user is told.
    again = getattr(guard, client)("harbour==2.0")
    assert again.returncode == 1, again.stderr
    assert "evil_pkg-1.0.tar.gz is not listed: Airlock refuse" in again.stderr


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("install", "requirements.txt"), 2, "-r requirements.txt"),
        (("install", "--extra-index-url", "http://other.invalid/simple/", "harbour"), 1, "beside"),
        (("install", "--extra-index=http://other.invalid/simple/", "harbour"), 1, "beside"),
        (("install", "-ihttp://other.invalid/simple/", "harbour"), 1, "--index URL"),
        (("install", "-f", "links", "harbour"), 1, "-f links goes round"),
        (("install", "https://files.invalid/x-1.0-py3-none-any.whl"), 1, "direct URL"),
        (("install", "harbour@https://files.invalid/x-1.0.tar.gz"), 1, "direct URL"),
        (("install", "git+ssh://git@code.invalid/x.git"), 1, "direct URL"),
        (("install", "-r", "urls.txt"), 1, "direct URL"),
        (("install", "-r", "options.txt"), 1, "--extra-index-url"),
        (("install", "--proxy", "http://proxy.invalid", "harbour"), 1, "goes round"),
        (("config", "list"), 2, "does not run"),
    ],
)
def test_ways_round_are_refused_before_anything_is_fetched(
    guard: Guard, words: tuple[str, ...], code: int, says: str
) -> None:
    (guard.folder / "requirements.txt").write_text("harbour\n")
    (guard.folder / "urls.txt").write_text("harbour\nx @ https://files.invalid/x-1.0.tar.gz\n")
    (guard.folder / "options.txt").write_text("--extra-index-url http://o.invalid/\nharbour\n")

    done = guard(*PIP, *words)

    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert guard.upstream.count("*") == 0


@pytest.mark.parametrize(
    "environ",
    [
        {"PIP_EXTRA_INDEX_URL": "http://other.invalid/simple/"},
        {"UV_FIND_LINKS": "links"},
        {"UV_INDEX": "http://other.invalid/simple/"},
    ],
)
def test_settings_that_add_places_are_refused(guard: Guard, environ: dict[str, str]) -> None:
    done = guard.pip("harbour", **environ)

    assert done.returncode == 1
    assert next(iter(environ)) in done.stderr


def test_pips_files_are_obeyed_in_all_but_places(guard: Guard) -> None:
    settings = guard.folder / "pip.conf"
    settings.write_text(
        "[global]\nindex-url = http://other.invalid/simple/\n[install]\nno-deps = 1\n"
    )

    done = guard.pip("harbour", PIP_CONFIG_FILE=str(settings))

    assert done.returncode == 0, done.stderr
    assert "harbour-1.0.dist-info" in guard.installed()
    assert "anchor-1.2.dist-info" not in guard.installed()


def test_policy_names_what_may_go_round(guard: Guard) -> None:
    policy = guard.folder / "policy.toml"
    policy.write_text(f'[policy]\nname = "t"\n[guard]\nallow = ["{guard.upstream.root}/files/"]\n')
    guard.options = ["--policy", str(policy)]
    url = guard.upstream.file_url("anchor-1.2-py3-none-any.whl")

    # Named is the place of files, not the index beside it.
    assert guard.pip("--extra-index-url", guard.upstream.url, "anchor").returncode == 1
    assert "direct URL" not in guard.pip(f"anchor @ {url}").stderr


def test_dependency_by_direct_url_meets_the_barrier(guard: Guard) -> None:
    direct = "buoy @ http://files.invalid/buoy-1.0-py3-none-any.whl"
    policy = guard.folder / "policy.toml"
    policy.write_text(
        '[policy]\nname = "t"\n[policy.checks.metadata-direct-url]\nat-most = "admit"\n'
    )
    guard.options = ["--policy", str(policy)]
    # A first release: an address that earlier ones had not would be held as a change.
    guard.upstream.add(*make_wheel("dinghy", "1.0", requires=[direct]))

    done = guard.pip("dinghy==1.0")

    assert done.returncode == 1, done.stderr
    assert "files.invalid:80 was not asked through the guard" in done.stderr


def test_file_on_the_disk_is_vetted(guard: Guard) -> None:
    for name, setup in (
        ("evil-pkg", hostile.DECODE_EXEC),
        ("quiet", "from setuptools import setup"),
    ):
        filename, data = make_sdist(name, "1.0", setup_py=setup)
        (guard.folder / filename).write_bytes(data)
    wheel, data = make_wheel("skiff", "1.0")
    (guard.folder / wheel).write_bytes(data)

    assert guard.pip("./evil_pkg-1.0.tar.gz").returncode == 1
    done = guard.pip(f"./{wheel}")
    assert done.returncode != 1, done.stderr


def test_hook_sees_every_file_before_it_is_used(guard: Guard) -> None:
    told = guard.folder / "told.jsonl"
    hook = guard.folder / "hook.py"
    hook.write_text(
        "import hashlib, json, pathlib, sys\n"
        "document = json.load(sys.stdin)\n"
        "data = pathlib.Path(sys.argv[1]).read_bytes()\n"
        "assert hashlib.sha256(data).hexdigest() == document['sha256']\n"
        f"open({str(told)!r}, 'a').write(json.dumps(document) + '\\n')\n"
        "sys.exit(document['project'] == 'anchor')\n"
    )
    guard.options = ["--hook", f"{sys.executable} {hook}"]

    done = guard.pip("harbour")

    documents = [json.loads(line) for line in told.read_text().splitlines()]
    assert done.returncode == 1, done.stderr
    assert "anchor-1.2-py3-none-any.whl: the hook" in done.stderr
    assert {one["project"] for one in documents} == {"harbour", "anchor"}
    assert all(one["metadata"].startswith("Metadata-Version") for one in documents)
    assert guard.installed() == set()


def test_the_way_round_is_logged(guard: Guard) -> None:
    guard.options = ["--unsafely-disable-package-verification"]

    done = guard(sys.executable, "-c", "print('unguarded')")

    assert done.returncode == 0
    assert "unguarded" in done.stdout
    assert "nothing is vetted" in done.stderr
    logged = json.loads((guard.data / "unguarded.log").read_text())
    assert logged["command"][0] == sys.executable


PROJECT = '[project]\nname = "shipyard"\nversion = "1.0"\nrequires-python = ">=3.11"\n'


def test_uv_sync_and_lock_files_without_loopback(guard: Guard) -> None:
    (guard.folder / "pyproject.toml").write_text(PROJECT + 'dependencies = ["harbour"]\n')
    lock = guard.folder / "uv.lock"

    done = guard(BIN / "uv", "sync", "--python", sys.executable)

    assert done.returncode == 0, done.stderr
    first = lock.read_text()
    assert f"{guard.upstream.root}/files/harbour-1.0-py3-none-any.whl" in first
    assert not [
        line
        for line in first.splitlines()
        if "/files/" in line and "harbour" in line and guard.upstream.root not in line
    ]
    again = guard(BIN / "uv", "sync", "--locked", "--reinstall", "--python", sys.executable)
    assert again.returncode == 0, again.stderr
    assert lock.read_text() == first
    # What uv itself would have locked from this index.
    direct = subprocess.run(
        [BIN / "uv", "lock", "--check", "--no-cache", "--default-index", guard.upstream.url],
        env=clean_environment(),
        cwd=guard.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert direct.returncode == 0, direct.stderr


def test_uv_project_with_ways_round_is_refused(guard: Guard) -> None:
    for more in (
        '[[tool.uv.index]]\nurl = "http://other.invalid/simple/"\n',
        '[tool.uv.sources]\nharbour = { git = "https://code.invalid/h.git" }\n',
        '[tool.uv]\nfind-links = ["http://other.invalid/links"]\n',
    ):
        (guard.folder / "pyproject.toml").write_text(
            PROJECT + 'dependencies = ["harbour"]\n' + more
        )
        done = guard(BIN / "uv", "sync")
        assert done.returncode == 1, done.stderr
        assert guard.upstream.count("*") == 0


def test_uv_sync_refuses_what_a_lock_file_pins(guard: Guard) -> None:
    (guard.folder / "pyproject.toml").write_text(PROJECT + 'dependencies = ["evil-pkg"]\n')
    guard.upstream.add(*make_build_backend())
    guard.upstream.add(
        *make_wheel(
            "evil-pkg", "1.0", {"evil_pkg.pth": hostile.STARTUP_PTH, "evil_pkg.py": "x = 1\n"}
        )
    )
    locked = subprocess.run(
        [BIN / "uv", "lock", "--no-cache", "--default-index", guard.upstream.url],
        env=clean_environment(),
        cwd=guard.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert locked.returncode == 0, locked.stderr
    before = (guard.folder / "uv.lock").read_text()

    done = guard(BIN / "uv", "sync", "--frozen", "--python", sys.executable)

    assert done.returncode in {1, 3}, done.stderr
    assert "evil_pkg" in done.stderr
    assert (guard.folder / "uv.lock").read_text() == before
