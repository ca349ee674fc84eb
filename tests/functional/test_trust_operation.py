"""What an operator does with a trust folder: other bins, recovery, several machines."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from airlock.evidence.fingerprints.memory import SUPPLIED
from airlock.trust import verification
from airlock.trust.client import TrustClient
from airlock.trust.workspace import Workspace
from tests.functional.conftest import airlock, clean_environment
from tests.simulators.mirror import Mirror
from tests.simulators.postgresql import PostgreSQL
from tests.simulators.trusting import PASSPHRASE, Clock, Holders, added, begun, today

PUBLISHER = Path(__file__).with_name("trust_publisher.py")
FILES = {f"files/p{number}/p{number}-1.0.tar.gz": b"%d" % number for number in range(20)}


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Workspace, Holders]:
    made = begun(tmp_path, Clock(today()))
    made[0].repository.publish(added(FILES), reason="test")
    return made


def signed(holders: Holders, workspace: Workspace, tmp_path: Path) -> None:
    """Sign what waits, by the command, with every key, and bring it in."""
    (tmp_path / "secret").write_text(PASSPHRASE)
    for name in holders.names:
        words = ("--key", holders.folder / name, "--passphrase-file", tmp_path / "secret")
        assert airlock("trust", "sign", workspace.folder, *words).returncode == 0
    done = airlock("trust", "publish", workspace.folder)
    assert done.returncode == 0, done.stderr


def test_bins_are_made_anew_under_a_client(pair: tuple[Workspace, Holders], tmp_path: Path) -> None:
    workspace, holders = pair
    mirror = Mirror(workspace, dict(FILES))
    mirror.start()
    root = workspace.metadata.folder / "1.root.json"
    with TrustClient(mirror.url, root, tmp_path / "steady") as steady:
        steady.refresh()
        words = ("trust", "rebin", workspace.folder)
        assert "16 bins become" in airlock(*words).stdout
        signed(holders, workspace, tmp_path)
        assert "bins are right" in airlock(*words).stdout

        steady.refresh()
        assert [steady.fetch(path).read_bytes() for path in FILES] == list(FILES.values())
    mirror.stop()
    found = verification.examine(workspace.metadata, today())
    assert found.problems == ()
    assert (found.bins > 16, found.targets) == (True, len(FILES))


def test_recovery_from_the_log_and_from_a_lost_document(
    pair: tuple[Workspace, Holders], tmp_path: Path
) -> None:
    workspace, _ = pair
    evil = "files/evil/evil-1.0.tar.gz"
    # A thief of the online keys signs on another machine; what they signed is copied back.
    thief = Workspace.open(workspace.folder, workspace.clock)
    thief.log._path = tmp_path / "elsewhere.jsonl"  # noqa: SLF001 - the thief has a log of their own
    thief.repository.publish(added({evil: b"evil"}), reason="attack")
    assert workspace.repository.target(evil) is not None

    words = ("--from-log", "--reason", "the key was stolen", "--clear-claims")
    done = airlock("trust", "recover", workspace.folder, *words)

    assert done.returncode == 0, done.stderr
    assert workspace.repository.target(evil) is None
    assert set(dict(workspace.repository.targets())) == set(FILES)
    assert airlock("trust", "verify", workspace.folder).returncode == 0
    assert verification.examine(workspace.metadata, today()).problems == ()


def test_databases_are_delivered_fresh_or_not_at_all(
    pair: tuple[Workspace, Holders], tmp_path: Path
) -> None:
    workspace, _ = pair
    rows = [{"project": f"popular-{n}", "download_count": 9000 - n} for n in range(600)]
    listed, server, client = tmp_path / "list.json", tmp_path / "server", tmp_path / "client"
    listed.write_text(json.dumps({"rows": rows}))
    there, here = {"AIRLOCK_DB": str(server)}, {"AIRLOCK_DB": str(client)}
    assert airlock("db", "update", "--popular", listed, **there).returncode == 0
    (server / "families.bin").write_bytes(SUPPLIED.read_bytes())
    done = airlock("trust", "publish", workspace.folder, "--databases", **there)
    assert "signed for delivery: popular, fingerprints" in done.stdout, done.stderr
    mirror = Mirror(workspace, {})
    mirror.start()
    kept = workspace.folder / "targets/databases"
    mirror.targets = {
        f"databases/{path.name.partition('.')[2]}": path.read_bytes() for path in kept.iterdir()
    }
    root = workspace.metadata.folder / "1.root.json"
    words = ("db", "update", "--from", mirror.url.replace("/tuf/", "/simple/"), "--root", root)

    got = airlock(*words, "popular", "fingerprints", **here)
    assert got.returncode == 0, got.stderr
    assert "popular: current: 600 names" in got.stdout
    assert (client / "families.bin").read_bytes() == SUPPLIED.read_bytes()

    late = begun(tmp_path / "late", Clock(today() - dt.timedelta(days=2)))[0]
    mirror.workspace = late
    root = late.metadata.folder / "1.root.json"
    stale = airlock(*words[:-1], root, "popular", AIRLOCK_DB=str(tmp_path / "third"))
    assert stale.returncode == 4
    assert "expired" in stale.stderr
    mirror.stop()


def test_two_machines_make_one_sequence_by_their_postgresql(
    pair: tuple[Workspace, Holders], tmp_path: Path, postgresql: PostgreSQL
) -> None:
    workspace, _ = pair
    # The other machine: the same folder, by a file system whose locks it does not see.
    other = tmp_path / "other"
    other.mkdir()
    for part in ("metadata", "online", "online.json", "log.jsonl"):
        (other / part).symlink_to(workspace.folder / part)
    database = postgresql.database().replace("postgresql+psycopg", "postgresql")
    environment = clean_environment(
        AIRLOCK_DATABASE=database, PYTHONPATH=str(Path(__file__).parents[2])
    )
    before = workspace.repository.state().snapshot

    machines = [
        subprocess.Popen(
            [sys.executable, str(PUBLISHER), str(folder), str(number), "12"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number, folder in ((1000, workspace.folder), (2000, other))
    ]
    said = [machine.communicate(timeout=240)[0].splitlines() for machine in machines]

    assert [machine.returncode for machine in machines] == [0, 0]
    assert [len(lines) for lines in said] == [12, 12]
    assert workspace.repository.state().snapshot == before + 24
    snapshots = [one.snapshot for one in workspace.log.read()]
    assert snapshots == sorted(set(snapshots))
    found = verification.examine(workspace.metadata, today())
    assert found.problems == ()
    assert found.targets == len(FILES) + 24
