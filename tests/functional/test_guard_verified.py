"""A gate that signs, a guard that verifies, and a hostile mirror between them."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

import httpx
import pytest

from airlock.trust import verification
from airlock.trust.workspace import Workspace
from tests.conftest import lacking
from tests.functional.conftest import Gate, airlock, clean_environment
from tests.functional.guarding import Guard
from tests.functional.test_guard_clients import AIRLOCK, NO_PACKAGE
from tests.functional.test_other_clients import CLIENTS, POETRY, project
from tests.functional.test_other_clients import client as client_of
from tests.simulators import hostile
from tests.simulators.trusting import Clock, begun, today
from tests.simulators.upstream import Upstream, make_sdist, make_wheel
from tests.simulators.upstream_server import Answer, Asked, LoopbackServer

ANCHOR = "anchor-1.2-py3-none-any.whl"


class Between:
    """A mirror between the guard and the gate, over plain HTTP, that changes what it is told to."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.change: Callable[[str, bytes], bytes] = lambda _path, body: body
        self.asked: list[str] = []
        self._lock = threading.Lock()
        self._client = httpx.Client(base_url=gate.url, timeout=120)
        self._server = LoopbackServer(self._answer)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_about: object) -> None:
        self._server.stop()
        self._client.close()

    @property
    def simple(self) -> str:
        return f"http://127.0.0.1:{self._server.port}/simple/"

    def _answer(self, asked: Asked) -> Answer:
        with self._lock:
            self.asked.append(asked.path)
        accept = asked.headers.get("accept", "*/*")
        there = self._client.request(
            asked.method, asked.path, headers={"accept": accept, "accept-encoding": "identity"}
        )
        kept = {
            name: value
            for name, value in there.headers.items()
            if name in {"content-type", "airlock-verdict"}
        }
        return Answer(there.status_code, self.change(asked.path, there.content), kept)


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return begun(tmp_path_factory.mktemp("trust"), Clock(dt.datetime.now(dt.UTC)))[0]


@pytest.fixture(scope="module")
def _module_gate(
    _shared_upstream: Upstream, trust: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gate]:
    folder = tmp_path_factory.mktemp("signing-gate")
    gate = Gate(_shared_upstream, folder, "--trust", trust.folder, "--listing-age", "0")
    gate.start()
    yield gate
    assert gate.stop() == 0


@pytest.fixture
def signing_gate(_module_gate: Gate, upstream: Upstream) -> Gate:
    upstream.add(*make_wheel("harbour", "1.0", requires=["anchor"]))
    upstream.add(*make_wheel("anchor", "1.2"))
    return _module_gate


@pytest.fixture
def between(signing_gate: Gate) -> Iterator[Between]:
    with Between(signing_gate) as mirror:
        yield mirror


@pytest.fixture
def guard(trust: Workspace, tmp_path: Path) -> Guard:
    return Guard(tmp_path, trust.metadata.folder / "1.root.json")


@pytest.mark.parametrize("client", ["pip", "uv"])
def test_installs_what_is_signed(
    between: Between, guard: Guard, trust: Workspace, client: str
) -> None:
    done = guard(between.simple, client, "harbour")

    assert done.returncode == 0, done.stderr
    assert {"harbour-1.0.dist-info", "anchor-1.2.dist-info"} <= guard.installed()
    signed = {path for path, _ in trust.repository.targets()}
    assert signed >= {
        "files/anchor/anchor-1.2-py3-none-any.whl",
        "files/harbour/harbour-1.0-py3-none-any.whl",
        "simple/anchor/index.json",
        "simple/harbour/index.json",
    }
    assert verification.examine(trust.metadata, trust.clock()).problems == ()


@pytest.mark.parametrize(
    ("client", "part"),
    [
        ("pip", "/tuf/targets/files/"),
        ("uv", "/tuf/targets/files/"),
        ("uv", "/tuf/targets/simple/"),
        ("uv", "/files/"),
        ("pip", "/tuf/metadata/"),
    ],
)
def test_one_bit_anywhere_on_the_way_fails(
    between: Between, guard: Guard, client: str, part: str
) -> None:
    between.change = _flips(part)

    done = guard(between.simple, client, "anchor")

    assert done.returncode not in {0, 4}, done.stderr
    assert "airlock:" in done.stderr
    assert guard.installed() <= {".lock"}


@pytest.mark.parametrize("part", ["/tuf/targets/files/", "/tuf/targets/simple/", "/tuf/metadata/"])
def test_one_bit_fails_poetry_as_well(
    between: Between, trust: Workspace, tmp_path: Path, part: str
) -> None:
    if not (CLIENTS / "poetry").exists():
        lacking("there is no poetry in .venv-clients: make .venv-clients/.installed")
    project(tmp_path, "yard", NO_PACKAGE)
    root = trust.metadata.folder / "1.root.json"
    guarded = ("run", "--index", between.simple, "--root", root, "--data", tmp_path / "guard")
    between.change = _flips(part)

    done = client_of(
        str(AIRLOCK),
        *guarded,
        "--",
        CLIENTS / "poetry",
        "add",
        "--no-interaction",
        "anchor",
        at=tmp_path,
        AIRLOCK_DB=clean_environment()["AIRLOCK_DB"],
        **POETRY,
    )

    assert done.returncode not in {0, 4}, done.stderr
    assert "airlock:" in done.stderr
    assert not list(tmp_path.glob(".venv/lib/*/site-packages/anchor*"))


def _flips(part: str) -> Callable[[str, bytes], bytes]:
    """Return what changes one bit of every answer below a path."""

    def flipped(path: str, body: bytes) -> bytes:
        if not path.startswith(part) or len(body) < 20:
            return body
        middle = len(body) // 2
        return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]

    return flipped


def test_what_the_server_shows_beside_its_signatures_is_not_used(
    between: Between, guard: Guard, upstream: Upstream
) -> None:
    evil = upstream.add(*make_wheel("evil", "9.0"))
    digest = upstream.sha256("anchor-1.2-py3-none-any.whl")
    between.change = lambda path, body: (
        body.replace(digest.encode(), evil.encode()) if path.startswith("/simple/") else body
    )

    done = guard(between.simple, "pip", "anchor")

    assert done.returncode == 0, done.stderr
    assert "anchor-1.2.dist-info" in guard.installed()


def test_refusal_of_the_server_is_told_and_nothing_of_it_is_signed(
    between: Between, guard: Guard, upstream: Upstream, trust: Workspace
) -> None:
    marker = guard.folder / "ran"
    setup = f"open({str(marker)!r}, 'w')\n{hostile.DECODE_EXEC}"
    upstream.add(*make_sdist("evil-pkg", "1.0", setup_py=setup))

    done = guard(between.simple, "uv", "evil-pkg")

    assert done.returncode == 1, done.stderr
    assert "Airlock refuse" in done.stderr
    assert not marker.exists()
    assert not [path for path, _ in trust.repository.targets() if "evil_pkg" in path]


def test_file_that_is_refused_later_is_signed_no_more(
    start_gate: Callable[..., Gate], upstream: Upstream, tmp_path: Path
) -> None:
    trust = begun(tmp_path, Clock(dt.datetime.now(dt.UTC)))[0]
    signing_gate = start_gate("--trust", trust.folder)
    upstream.add(*make_wheel("anchor", "1.2"))
    name = "anchor-1.2-py3-none-any.whl"
    signing_gate.listed("anchor")
    assert signing_gate.file(name).status_code == 200
    path = f"files/anchor/{name}"
    _until(lambda: trust.repository.target(path) is not None)

    denied = signing_gate.folder / "policy.toml"
    denied.write_text('[policy]\nname = "t"\ndeny = ["anchor"]\n')
    signing_gate.stop()
    signing_gate.options = (*signing_gate.options, "--policy", denied)
    signing_gate.start()
    assert signing_gate.file(name).status_code == 403

    _until(lambda: trust.repository.target(path) is None)
    assert signing_gate.stop() == 0


def test_what_was_admitted_before_is_signed_without_being_asked_for(
    start_gate: Callable[..., Gate], upstream: Upstream, tmp_path: Path
) -> None:
    gate = start_gate()
    upstream.add(*make_wheel("anchor", "1.2"))
    upstream.add(*make_sdist("evil-pkg", "1.0", setup_py=hostile.DECODE_EXEC))
    for known, name in (("anchor", ANCHOR), ("evil-pkg", "evil_pkg-1.0.tar.gz")):
        gate.listed(known)
        gate.file(name)
    gate.stop()
    trust = begun(tmp_path, Clock(today()))[0]
    gate.options = (*gate.options, "--trust", trust.folder)
    gate.start()

    _until(lambda: trust.repository.target(f"files/anchor/{ANCHOR}") is not None)

    assert [path for path, _ in trust.repository.targets()] == [f"files/anchor/{ANCHOR}"]
    assert gate.stop() == 0


def test_static_mirror_of_the_folder_will_do(
    between: Between, guard: Guard, trust: Workspace
) -> None:
    assert guard(between.simple, "pip", "harbour").returncode == 0
    for name in ("timestamp.json", "1.root.json", "1.bins.json"):
        served = between.gate.get(f"/tuf/metadata/{name}")
        assert served.status_code == 200
    assert between.gate.get("/tuf/metadata/../online.json").status_code == 404
    assert between.gate.get("/tuf/metadata/%2e%2e/online.json").status_code == 404
    assert between.gate.get("/tuf/metadata/online-1.pem").status_code == 404


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_database_is_delivered_as_a_target(
    between: Between, trust: Workspace, guard: Guard
) -> None:
    database, output = guard.folder / "popular.json", guard.folder / "got.json"
    database.write_text('{"rows": []}')
    target = "databases/popular.json"
    signed = airlock("trust", "publish", trust.folder, "--target", f"{target}={database}")
    assert signed.returncode == 0, signed.stderr
    url = between.simple.replace("/simple/", "/tuf/")
    words = ("trust", "fetch", url, target, "--root", guard.root, "-o", output)

    assert airlock(*words, "--data", guard.folder / "one").returncode == 0
    assert output.read_text() == database.read_text()

    output.write_text("the one before")
    between.change = lambda path, body: (
        body.replace(b"rows", b"rowS") if "databases" in path else body
    )
    spoilt = airlock(*words, "--data", guard.folder / "two")
    assert spoilt.returncode == 1
    assert output.read_text() == "the one before"


def test_server_that_asks_who_reads(
    start_gate: Callable[..., Gate], upstream: Upstream, tmp_path: Path
) -> None:
    upstream.add(*make_wheel("anchor", "1.2"))
    trust = begun(tmp_path, Clock(dt.datetime.now(dt.UTC)))[0]
    token = tmp_path / "token"
    token.write_text("t0ken-of-the-operator-of-tests")
    options = ("--trust", trust.folder, "--reading", "users", "--admin-token-file", token)
    gate = start_gate(*options)
    guard = Guard(tmp_path, trust.metadata.folder / "1.root.json")
    named = gate.simple.replace("://", f"://__token__:{token.read_text()}@")

    assert gate.get("/tuf/metadata/timestamp.json").status_code == 401
    assert guard(gate.simple, "uv", "anchor").returncode == 4
    done = guard(named, "uv", "anchor")

    assert done.returncode == 0, done.stderr
    assert "anchor-1.2.dist-info" in guard.installed()
