"""Offline keys: thresholds over several machines, rotation, and that none is ever on the server."""

import shutil
from pathlib import Path

import pytest

from airlock.errors import UsageError
from airlock.trust import keys, operations, roles, verification
from airlock.trust.workspace import Workspace
from tests.simulators.trusting import PASSPHRASE, Clock, Holders, added, begun


def problems(workspace: Workspace) -> tuple[verification.Problem, ...]:
    return verification.examine(workspace.metadata, workspace.clock()).problems


def timestamp_key(workspace: Workspace) -> str:
    (one,) = [one for one in workspace.keyring.listed() if roles.TIMESTAMP in one.roles]
    return one.keyid


def test_threshold_is_collected_on_several_machines(tmp_path: Path, clock: Clock) -> None:
    holders = Holders(tmp_path / "away", "ada", "ben", "cem")
    given = {role: (holders.public(), 2) for role in ("root", "targets", "bins")}
    workspace = operations.begin(tmp_path / "trust", clock, given, None, 1)
    for name in ("ada", "cem"):
        # What is carried to a machine, and back.
        machine = Workspace(tmp_path / name, clock)
        shutil.copytree(workspace.pending, machine.pending)
        holders.sign(machine, name)
        shutil.copytree(machine.pending, workspace.pending, dirs_exist_ok=True)
        if name == "ada":
            with pytest.raises(UsageError, match="lacks 1"):
                workspace.install(reason="too early")

    workspace.install(reason="ceremony")

    assert problems(workspace) == ()


def test_one_key_twice_is_one_signature(tmp_path: Path, clock: Clock) -> None:
    holders = Holders(tmp_path / "away", "ada", "ben")
    given = {role: (holders.public(), 2) for role in ("root", "targets", "bins")}
    workspace = operations.begin(tmp_path / "trust", clock, given, None, 1)

    holders.sign(workspace, "ada")
    holders.sign(workspace, "ada")

    assert [one.missing for one in workspace.standings()] == [1, 1, 1, 1]


def test_offline_keys_are_never_on_the_server(workspace: Workspace, holders: Holders) -> None:
    operations.rotate(workspace, {}, [], online=roles.ONLINE)
    holders.sign(workspace)
    workspace.install(reason="rotation")

    secrets = {path.read_bytes() for path in holders.folder.iterdir() if not path.suffix}
    bodies = {line for one in secrets for line in one.splitlines() if not line.startswith(b"---")}
    private = []
    for path in workspace.folder.rglob("*"):
        if path.is_file():
            assert not any(body in path.read_bytes() for body in bodies)
            if keys.is_private(path.read_bytes()):
                private.append(path.name)
    assert sorted(private) == sorted(f"{role}-2.pem" for role in roles.ONLINE)


def test_server_refuses_to_start_with_an_offline_key(
    workspace: Workspace, holders: Holders
) -> None:
    shutil.copy(holders.folder / "ada", workspace.folder / "pending" / "notes.txt")

    with pytest.raises(UsageError, match=r"notes\.txt is a private key"):
        Workspace.open(workspace.folder, workspace.clock)


def test_offline_keys_are_encrypted(holders: Holders) -> None:
    for name in holders.names:
        data = (holders.folder / name).read_bytes()
        assert keys.is_encrypted(data)
        assert (holders.folder / name).stat().st_mode & 0o077 == 0
    with pytest.raises(UsageError, match="passphrase"):
        keys.open_key(str(holders.folder / "ada"), None, lambda _name: "wrong passphrase")
    with pytest.raises(UsageError, match="characters"):
        keys.new_key_file(holders.folder / "short", "short")
    with pytest.raises(UsageError, match="already"):
        keys.new_key_file(holders.folder / "ada", PASSPHRASE)


@pytest.mark.parametrize("compromised", [False, True])
def test_online_key_is_rotated(
    workspace: Workspace, holders: Holders, clock: Clock, *, compromised: bool
) -> None:
    workspace.repository.publish(added({"files/x/x-1.0.tar.gz": b"x"}), reason="test")
    before = timestamp_key(workspace)

    operations.rotate(workspace, {}, [], online=roles.ONLINE, compromised=compromised)
    clock.forward(hours=1)
    # Until the ceremony is over, the old key goes on signing.
    workspace.repository.publish(added({"files/x/x-1.1.tar.gz": b"x"}), reason="test")
    assert problems(workspace) == ()
    holders.sign(workspace)
    workspace.install(reason="rotation")

    assert problems(workspace) == ()
    assert timestamp_key(workspace) != before
    assert len(workspace.keyring.listed()) == len(roles.ONLINE)
    assert len(dict(workspace.repository.targets())) == 2
    signatures = workspace.metadata.get("timestamp.json")
    assert signatures is not None
    assert (before.encode() in signatures) is not compromised


def test_root_keys_are_replaced_by_those_of_before(tmp_path: Path, clock: Clock) -> None:
    workspace, holders = begun(tmp_path, clock)
    newer = Holders(tmp_path / "newer", "cem", "dov")

    operations.rotate(workspace, {"root": (newer.public(), 2)}, [])
    newer.sign(workspace)
    with pytest.raises(UsageError, match="lacks 2"):
        workspace.install(reason="without the keys of before")
    holders.sign(workspace)
    workspace.install(reason="rotation")

    assert workspace.root_version() == 2
    assert problems(workspace) == ()


def test_roles_are_renewed(workspace: Workspace, holders: Holders, clock: Clock) -> None:
    clock.forward(days=340)
    workspace.repository.resign(most=10**6)
    assert {one.document for one in problems(workspace)} == {
        "1.root.json",
        "1.targets.json",
        "1.bins.json",
        "1.claimed.json",
    }

    operations.rotate(workspace, {}, ["root", "targets", "bins", "claimed"])
    holders.sign(workspace)
    workspace.install(reason="renewal")

    assert problems(workspace) == ()


@pytest.mark.parametrize("threshold", [0, 3])
def test_threshold_that_cannot_be_met(tmp_path: Path, clock: Clock, threshold: int) -> None:
    holders = Holders(tmp_path / "away", "ada", "ben")
    given = {role: (holders.public(), threshold) for role in ("root", "targets", "bins")}

    if threshold:
        with pytest.raises(UsageError, match="threshold"):
            operations.begin(tmp_path / "trust", clock, given, None, 1)


def test_log_tells_what_may_stay_after_a_compromise(workspace: Workspace, holders: Holders) -> None:
    publish = workspace.repository.publish
    publish(added({"files/x/x-1.0.tar.gz": b"x", "files/y/y-1.0.tar.gz": b"y"}), reason="test")
    right = operations.logged_paths(workspace)
    publish(added({"files/evil/evil-1.0.tar.gz": b"z"}), reason="the attacker's")

    operations.recover(workspace, "compromise", right=right)

    assert set(dict(workspace.repository.targets())) == right
    assert problems(workspace) == ()
