"""Every row of PEP 458's table of compromised keys, and how each is recovered from.

All online keys go together here; ``test_developers`` tells them apart.
"""

from pathlib import Path

import pytest

from airlock.errors import NotVerified
from airlock.trust import ceremony, operations, roles
from airlock.trust.client import TrustClient
from airlock.trust.workspace import Workspace
from tests.drills.conftest import Ground, Note
from tests.simulators.trusting import Holders, added

FLASK = "files/flask/flask-1.0.tar.gz"
EVIL = {FLASK: b"flask, and something else"}


def client(ground: Ground, name: str, root: Path | None = None) -> TrustClient:
    return TrustClient(ground.mirror.url, root or ground.root, ground.folder / name)


def test_online_key(ground: Ground, note: Note) -> None:
    right = operations.logged_paths(ground.workspace)
    with client(ground, "steady") as steady:
        steady.refresh()
        thief = ground.copy("thief")
        thief.repository.publish(added(EVIL), reason="attack")
        ground.mirror.workspace = thief
        ground.mirror.targets = {**ground.mirror.targets, **EVIL}
        steady.refresh()
        # What the PEP says it can do; nothing offline is needed to be hit by it.
        assert steady.fetch(FLASK).read_bytes() == EVIL[FLASK]
        note("online key: arbitrary files of the bins", "accepted until it is noticed, as PEP 458")

        # Fast-forward: the thief counts far ahead, so that honest versions look old.
        for number in range(20):
            thief.repository.publish(added({FLASK: b"%d" % number}), reason="attack")
        steady.refresh()

        ground.mirror.workspace = ground.workspace
        operations.rotate(ground.workspace, {}, [], online=roles.ONLINE, compromised=True)
        ground.holders.sign(ground.workspace)
        ground.workspace.install(reason="the online key was stolen")
        operations.recover(ground.workspace, "the online key was stolen", right=right)
        ground.mirror.targets = {FLASK: b"flask itself"}
        steady.refresh()
        assert steady.fetch(FLASK).read_bytes() == b"flask itself"
        note("  recovery: rotate, recover; a client that saw the attack", "verifies again")

        ground.mirror.changed["metadata/timestamp.json"] = ground.mirror.answer(
            thief.metadata.get("timestamp.json")
        )
        with pytest.raises(NotVerified) as raised:
            steady.refresh()
        note("  the thief goes on", raised.value)


@pytest.mark.parametrize("role", ["root", "targets", "bins"])
def test_one_key_of_an_offline_role(ground: Ground, note: Note, role: str) -> None:
    thief = ground.copy("thief")
    theirs = Holders(ground.folder / "theirs", "eve")
    wanted = {role: (theirs.public(), 1)}
    operations.rotate(thief, wanted, [role])
    ground.holders.sign(thief, "ada")
    theirs.sign(thief)
    thief.repository.install(thief.waiting(), reason="without asking")
    ground.mirror.workspace = thief

    with client(ground, "new") as new, pytest.raises(NotVerified) as raised:
        new.fetch(FLASK)

    note(f"one of two keys of {role}, and the online key", raised.value)


@pytest.mark.parametrize("role", ["targets", "bins"])
def test_offline_threshold_without_the_online_key(ground: Ground, note: Note, role: str) -> None:
    thief = ground.copy("thief")
    operations.rotate(thief, {}, [role])
    ground.holders.sign(thief)
    (name,) = thief.waiting()
    # It can sign another document, but no snapshot names it.
    old = f"1.{role}.json"
    ground.mirror.changed[f"metadata/{old}"] = ground.mirror.answer(thief.waiting()[name])

    with client(ground, "new") as new, pytest.raises(NotVerified) as raised:
        new.fetch(FLASK)

    note(f"all keys of {role}, not the online key", raised.value)


def test_root_threshold(ground: Ground, note: Note) -> None:
    thief = ground.copy("thief")
    theirs = Holders(ground.folder / "theirs", "eve", "mal")
    all_roles = {role: (theirs.public(), 2) for role in roles.OFFLINE}
    operations.rotate(thief, all_roles, ["targets", "bins"], online=roles.ONLINE, compromised=True)
    ground.holders.sign(thief)
    theirs.sign(thief)
    thief.install(reason="attack")
    thief.repository.publish(added(EVIL), reason="attack")
    ground.mirror.workspace = thief
    ground.mirror.targets = {**ground.mirror.targets, **EVIL}
    with client(ground, "victim") as victim:
        assert victim.fetch(FLASK).read_bytes() == EVIL[FLASK]
    note("all keys of root", "everything is accepted, as PEP 458")

    # Recovery: another ceremony, and its root by the way of the first.
    anew = _anew(ground)
    with client(ground, "recovered", ground.folder / "anew.json") as fresh:
        with pytest.raises(NotVerified) as raised:
            fresh.refresh()
        note("  recovery: a new root by hand; the thief goes on", raised.value)
        ground.mirror.workspace = anew
        ground.mirror.targets = {FLASK: b"flask itself"}
        fresh.refresh()
        assert fresh.fetch(FLASK).read_bytes() == b"flask itself"
        note("  the honest server", "verifies")


def _anew(ground: Ground) -> Workspace:
    holders = Holders(ground.folder / "later", "ada", "ben")
    given = {role: (holders.public(), 2) for role in roles.OFFLINE}
    workspace = operations.begin(ground.folder / "anew", ground.clock, given, None, 1)
    holders.sign(workspace)
    workspace.install(reason="ceremony")
    workspace.repository.publish(added({FLASK: b"flask itself"}), reason="release")
    root = workspace.metadata.get("1.root.json") or b""
    assert ceremony.read(root).signed.version == 1
    (ground.folder / "anew.json").write_bytes(root)
    return workspace
