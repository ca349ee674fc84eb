"""``airlock trust`` as its people use it, and what clients see of it."""

import datetime as dt
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tuf.ngclient import Updater

from airlock.errors import NotSigned, NotVerified, UpstreamUnavailable
from airlock.trust import operations, roles, verification
from airlock.trust.client import TrustClient
from airlock.trust.fetching import BoundedFetcher, Bounds
from airlock.trust.workspace import Workspace
from tests.functional.conftest import airlock, clean_environment
from tests.simulators.mirror import Mirror
from tests.simulators.trusting import Clock, Holders, added, begun
from tests.simulators.upstream_server import Answer

ROUNDS = 5
PUBLISHER = Path(__file__).with_name("trust_publisher.py")
PATH = "files/flask/flask-1.0.tar.gz"


@pytest.fixture
def clock() -> Clock:
    return Clock(dt.datetime.now(dt.UTC))


@pytest.fixture
def pair(tmp_path: Path, clock: Clock) -> tuple[Workspace, Holders]:
    return begun(tmp_path, clock)


@pytest.fixture
def mirror(pair: tuple[Workspace, Holders]) -> Iterator[Mirror]:
    files = {PATH: b"flask itself", "files/quart/quart-1.0.tar.gz": b"quart"}
    pair[0].repository.publish(added(files), reason="test")
    served = Mirror(pair[0], files)
    served.start()
    yield served
    served.stop()


@pytest.fixture
def root(pair: tuple[Workspace, Holders], tmp_path: Path) -> Path:
    data = pair[0].metadata.get("1.root.json")
    assert data is not None
    path = tmp_path / "root.json"
    path.write_bytes(data)
    return path


@pytest.fixture
def client(mirror: Mirror, root: Path, tmp_path: Path) -> Iterator[TrustClient]:
    with TrustClient(mirror.url, root, tmp_path / "cache") as opened:
        yield opened


def test_ceremony_by_the_commands(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("a passphrase of tests\n")
    folder, keys = tmp_path / "trust", tmp_path / "away"
    for name in ("ada", "ben"):
        made = airlock("trust", "key", keys / name, "--passphrase-file", secret)
        assert made.returncode == 0, made.stderr
    public = [word for name in ("ada", "ben") for word in ("--root-key", str(keys / f"{name}.pub"))]
    assert airlock("trust", "init", folder, *public, "--files", "1").returncode == 0

    def sign(name: str) -> None:
        done = airlock("trust", "sign", folder, "--key", keys / name, "--passphrase-file", secret)
        assert done.returncode == 0, done.stderr

    sign("ada")
    early = airlock("trust", "publish", folder)
    assert early.returncode == 2
    assert "lacks 1" in early.stderr
    sign("ben")
    assert airlock("trust", "publish", folder).returncode == 0
    signed = airlock("trust", "publish", folder, "--target", f"{PATH}={secret}")
    assert signed.returncode == 0, signed.stderr
    status = airlock("trust", "status", folder)
    assert "1 targets in 16 bins" in status.stdout
    assert airlock("trust", "verify", folder).returncode == 0
    assert airlock("trust", "doctor", folder).returncode == 0
    assert airlock("trust", "revoke", folder, PATH, "--reason", "malware").returncode == 0
    assert "0 targets" in airlock("trust", "status", folder).stdout
    spoilt = next(folder.glob("metadata/*.snapshot.json"))
    for spoilt in folder.glob("metadata/*.snapshot.json"):
        spoilt.write_bytes(spoilt.read_bytes().replace(b'"version":1', b'"version":9', 1))
    assert airlock("trust", "verify", folder).returncode == 1


def test_client_gets_what_was_signed(client: TrustClient) -> None:
    assert client.fetch(PATH).read_bytes() == b"flask itself"
    assert client.target("files/flask/flask-9.tar.gz") is None
    with pytest.raises(NotSigned):
        client.fetch("files/flask/flask-9.tar.gz")


def test_updater_of_python_tuf_consumes_the_repository(
    mirror: Mirror, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "theirs").mkdir()
    fetcher = BoundedFetcher()
    updater = Updater(
        str(tmp_path / "theirs"),
        f"{mirror.url}metadata/",
        str(tmp_path / "theirs"),
        f"{mirror.url}targets/",
        fetcher=fetcher,
        bootstrap=root.read_bytes(),
    )
    updater.refresh()
    found = updater.get_targetinfo(PATH)
    assert found is not None

    assert Path(updater.download_target(found)).read_bytes() == b"flask itself"
    fetcher.close()


def test_returning_client_asks_twice(mirror: Mirror, client: TrustClient) -> None:
    client.fetch(PATH)
    mirror.asked.clear()

    client.refresh()

    assert mirror.asked == ["metadata/2.root.json", "metadata/timestamp.json"]


def test_arbitrary_file_is_refused(mirror: Mirror, client: TrustClient) -> None:
    digest = hashlib.sha256(b"flask itself").hexdigest()
    name = f"targets/files/flask/{digest}.flask-1.0.tar.gz"
    for data in (b"flask itsell", b"short", b"flask itself and more"):
        mirror.changed[name] = Answer(body=data)
        with pytest.raises(NotVerified):
            client.fetch(PATH)


@pytest.mark.parametrize("at", range(0, 400, 37))
def test_one_bit_of_any_metadata_is_seen(
    mirror: Mirror, root: Path, tmp_path: Path, at: int
) -> None:
    for name in ("timestamp.json", "2.snapshot.json", "1.targets.json", "1.bins.json"):
        data = bytearray(mirror.honest(f"metadata/{name}") or b"")
        data[len(data) - 1 - at] ^= 1
        mirror.changed = {f"metadata/{name}": Answer(body=bytes(data))}
        with (
            TrustClient(mirror.url, root, tmp_path / f"{name}-{at}") as fresh,
            pytest.raises(NotVerified),
        ):
            fresh.fetch(PATH)


def test_rollback_is_refused(mirror: Mirror, client: TrustClient) -> None:
    old = mirror.honest("metadata/timestamp.json")
    assert old is not None
    mirror.workspace.repository.publish(added({PATH: b"newer"}), reason="test")
    client.refresh()
    mirror.changed["metadata/timestamp.json"] = Answer(body=old)

    with pytest.raises(NotVerified, match="version") as raised:
        client.refresh()
    assert "older" in raised.value.hint


def test_freeze_is_noticed_within_a_day(mirror: Mirror, root: Path, tmp_path: Path) -> None:
    # The mirror keeps what was signed the day before yesterday.
    clock = Clock(dt.datetime.now(dt.UTC) - dt.timedelta(days=2))
    frozen, _ = begun(tmp_path / "frozen", clock)
    data = frozen.metadata.get("1.root.json")
    assert data is not None
    root.write_bytes(data)
    mirror.workspace = frozen

    with (
        TrustClient(mirror.url, root, tmp_path / "other") as fresh,
        pytest.raises(NotVerified, match="expired") as raised,
    ):
        fresh.refresh()
    assert "keeps its news from you" in raised.value.hint


def test_mix_and_match_is_refused(mirror: Mirror, client: TrustClient) -> None:
    mirror.workspace.repository.publish(added({PATH: b"newer"}), reason="test")
    name = next(
        f"{version}.{role}.json"
        for role, version in mirror.workspace.repository.state().text.versions.items()
        if role.startswith("b-") and version > 2
    )
    before = name.replace("3.", "2.", 1)
    mirror.changed[f"metadata/{name}"] = Answer(body=mirror.honest(f"metadata/{before}") or b"")

    with pytest.raises(NotVerified):
        client.fetch(PATH)


def test_endless_data_end(mirror: Mirror, client: TrustClient) -> None:
    endless = b"x" * 9 * 1024**2
    for name in ("metadata/timestamp.json", "metadata/2.root.json"):
        mirror.changed = {name: Answer(body=endless)}
        with pytest.raises(NotVerified):
            client.refresh()


def test_slow_retrieval_ends(mirror: Mirror, root: Path, tmp_path: Path) -> None:
    bounds = Bounds(silence_seconds=20, grace_seconds=0.2, bytes_per_second=10_000_000)
    mirror.changed["metadata/timestamp.json"] = Answer(body=b"x" * 2000, bytes_per_second=1000)
    fetcher = BoundedFetcher(bounds)
    client = TrustClient(mirror.url, root, tmp_path / "c", fetcher)

    with pytest.raises(UpstreamUnavailable, match="too slow"):
        client.refresh()
    fetcher.close()


def test_rotated_keys_are_followed_and_old_ones_refused(
    mirror: Mirror, client: TrustClient, pair: tuple[Workspace, Holders]
) -> None:
    workspace, holders = pair
    client.refresh()
    stolen = workspace.folder.parent / "stolen"
    shutil.copytree(workspace.folder, stolen)

    operations.rotate(workspace, {}, [], online=roles.ONLINE, compromised=True)
    holders.sign(workspace)
    workspace.install(reason="the online key was stolen")
    client.refresh()

    assert client.fetch(PATH).read_bytes() == b"flask itself"
    thief = Workspace.open(stolen, workspace.clock)
    for _ in range(5):
        thief.repository.publish(added({PATH: os.urandom(9)}), reason="attack")
    # With the new root: the thief's timestamp is refused.
    mirror.changed["metadata/timestamp.json"] = Answer(
        body=thief.metadata.get("timestamp.json") or b""
    )
    with pytest.raises(NotVerified):
        client.refresh()


def test_kill_9_in_a_loop_never_leaves_clients_without(
    pair: tuple[Workspace, Holders], mirror: Mirror, root: Path, tmp_path: Path
) -> None:
    workspace, _ = pair
    number, seen = 0, 0
    for round_ in range(ROUNDS):
        publisher = subprocess.Popen(
            [sys.executable, str(PUBLISHER), workspace.folder, str(number)],
            env=clean_environment(PYTHONPATH=str(Path(__file__).parents[2])),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert publisher.stdout is not None
        said = ""
        for _ in range(3 + 5 * round_):
            said = publisher.stdout.readline()
        publisher.kill()
        rest = publisher.stdout.read()
        publisher.wait()
        publisher.stdout.close()
        path, told = (rest.splitlines() or [said])[-1].split() if (rest or said) else ("", "0")
        number = int(told)

        found = verification.examine(workspace.metadata, workspace.clock())
        assert [one for one in found.problems if not one.soon] == []
        with TrustClient(mirror.url, root, tmp_path / "steady") as client:
            client.refresh()
            assert client.target(path) is not None
        snapshot = workspace.repository.state().snapshot
        assert snapshot > seen
        seen = snapshot
    # The next process goes on as if nothing had been.
    again = Workspace.open(workspace.folder, workspace.clock)
    assert again.repository.publish(added({PATH: b"at last"}), reason="test") == seen + 1
    assert verification.examine(workspace.metadata, workspace.clock()).problems == ()
