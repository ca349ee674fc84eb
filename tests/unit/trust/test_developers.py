"""Projects whose developers sign: claims, keys, promotion, and every check of the server."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airlock.errors import InvalidUpload, StoreError, UsageError
from airlock.model import ProjectName
from airlock.trust import (
    ceremony,
    delegating,
    keys,
    offline_documents,
    operations,
    project_documents,
    roles,
    verification,
)
from airlock.trust.signing_keys import RoleKeys
from airlock.trust.workspace import Workspace
from tests.simulators.developing import Team
from tests.simulators.trusting import Clock, Holders, added

ACME = ProjectName("acme-tool")
FIRST = {"acme_tool-1.0.tar.gz": b"first"}
SECOND = {"acme_tool-1.1.tar.gz": b"second"}
PATH = "files/acme-tool/acme_tool-1.0.tar.gz"


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Team:
    return Team(ACME, tmp_path_factory.mktemp("developers"), "dora", "emil")


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Team:
    """The same project's, with another key."""
    return Team(ACME, tmp_path_factory.mktemp("newer"), "finn")


def problems(workspace: Workspace) -> tuple[verification.Problem, ...]:
    return verification.examine(workspace.metadata, workspace.clock()).problems


def promote(workspace: Workspace, holders: Holders, **given: Any) -> None:
    operations.promote(workspace, given.get("projects"), given.get("released", ()))
    holders.sign(workspace)
    workspace.install(reason="promotion")


def test_claim_takes_files_out_of_the_hands_of_the_index(workspace: Workspace, team: Team) -> None:
    workspace.repository.publish(added({PATH: b"first"}), reason="door")

    snapshot = team.claim(workspace, FIRST)

    assert snapshot == 3
    assert problems(workspace) == ()
    standing = workspace.developers.standing(ACME)
    assert standing is not None
    assert standing.role == roles.RECENT
    assert workspace.repository.target(PATH) is None
    # The index cannot sign for them any more, whatever its door says.
    workspace.repository.publish(added({PATH: b"other"}), reason="door")
    assert workspace.repository.target(PATH) is None


def test_promotion_needs_the_offline_keys(
    workspace: Workspace, team: Team, holders: Holders
) -> None:
    team.claim(workspace, FIRST)

    operations.promote(workspace, None, ())
    with pytest.raises(UsageError, match="lacks 2"):
        workspace.install(reason="too early")
    holders.sign(workspace)
    workspace.install(reason="promotion")

    standing = workspace.developers.standing(ACME)
    assert standing is not None
    assert standing.role == roles.CLAIMED
    assert problems(workspace) == ()
    team.claim(workspace, SECOND)
    assert problems(workspace) == ()


def test_keys_change_with_the_keys_of_before(workspace: Workspace, team: Team, newer: Team) -> None:
    team.claim(workspace, FIRST)
    wanted = newer.keys()
    alone = newer.next(workspace, SECOND, wanted=wanted)
    with pytest.raises(InvalidUpload, match="lacks 1"):
        workspace.developers.accept(ACME, alone, reason="without asking")

    both = team.signed(alone, "dora")
    workspace.developers.accept(ACME, both, reason="new key")

    standing = workspace.developers.standing(ACME)
    assert standing is not None
    assert standing.keys.same(wanted)
    assert problems(workspace) == ()


def test_new_keys_of_a_promoted_project_come_with_a_ceremony(
    workspace: Workspace, team: Team, newer: Team, holders: Holders
) -> None:
    team.claim(workspace, FIRST)
    promote(workspace, holders)
    document = team.signed(newer.next(workspace, SECOND, wanted=newer.keys()), "emil")
    workspace.developers.accept(ACME, document, reason="new key")
    standing = workspace.developers.standing(ACME)
    assert standing is not None
    assert standing.keys.same(team.keys())
    assert problems(workspace) == ()

    promote(workspace, holders)

    standing = workspace.developers.standing(ACME)
    assert standing is not None
    assert standing.keys.same(newer.keys())
    assert problems(workspace) == ()


@pytest.mark.parametrize("promoted", [False, True])
def test_lost_keys_are_replaced(
    workspace: Workspace, team: Team, newer: Team, holders: Holders, promoted: bool
) -> None:
    team.claim(workspace, FIRST)
    if promoted:
        promote(workspace, holders)

    workspace.developers.replace(ACME, newer.keys(), "the disk broke")

    # What the old keys sign counts no more.
    with pytest.raises(InvalidUpload, match="lacks 1"):
        team.claim(workspace, SECOND)
    document = newer.next(workspace, {}, wanted=newer.keys())
    taken = workspace.developers.accept(ACME, document, reason="new key")
    assert (taken is None) is promoted
    if promoted:
        with pytest.raises(UsageError, match="ceremony"):
            workspace.install(reason="without a ceremony")
        promote(workspace, holders)
    standing = workspace.developers.standing(ACME)
    assert standing is not None
    assert standing.keys.same(newer.keys())
    assert problems(workspace) == ()
    newer.claim(workspace, SECOND)
    assert problems(workspace) == ()


def test_ceremony_that_would_lose_a_project_is_refused(
    workspace: Workspace, team: Team, newer: Team, holders: Holders
) -> None:
    team.claim(workspace, FIRST)
    operations.promote(workspace, None, ())
    holders.sign(workspace)
    both = team.signed(newer.next(workspace, SECOND, wanted=newer.keys()), "dora")
    workspace.developers.accept(ACME, both, reason="meanwhile")
    workspace.developers.accept(ACME, newer.next(workspace, {}), reason="the new key alone")

    with pytest.raises(UsageError, match="not signed by the keys"):
        workspace.install(reason="promotion")
    assert problems(workspace) == ()


def test_released_project_is_the_indexs_again(
    workspace: Workspace, team: Team, holders: Holders
) -> None:
    team.claim(workspace, FIRST)
    with pytest.raises(UsageError, match="not among"):
        operations.promote(workspace, None, [ACME])
    promote(workspace, holders)
    with pytest.raises(UsageError, match="not recently") as raised:
        workspace.developers.release(ACME, "moved away")
    assert "ceremony" in raised.value.hint

    promote(workspace, holders, released=[ACME])

    assert workspace.developers.standing(ACME) is None
    workspace.repository.publish(added({PATH: b"first"}), reason="door")
    assert workspace.repository.target(PATH) is not None
    assert team.claim(workspace, FIRST)
    assert workspace.developers.release(ACME, "and again")
    assert problems(workspace) == ()


def test_expired_documents_are_signed_again(workspace: Workspace, team: Team, clock: Clock) -> None:
    team.claim(workspace, FIRST)
    clock.forward(hours=17)

    workspace.repository.resign()

    assert not [one for one in problems(workspace) if not one.soon]


def test_online_keys_are_rotated_under_claims(
    workspace: Workspace, team: Team, holders: Holders
) -> None:
    team.claim(workspace, FIRST)

    operations.rotate(workspace, {}, [], online=[roles.RECENT], compromised=True)
    holders.sign(workspace)
    workspace.install(reason="rotation")

    assert problems(workspace) == ()
    assert workspace.developers.standing(ACME)
    operations.recover(workspace, "stolen", clear_recent=True)
    assert workspace.developers.standing(ACME) is None
    assert team.claim(workspace, FIRST)
    assert problems(workspace) == ()


def test_folder_from_before_gets_room_for_developers(
    tmp_path: Path, clock: Clock, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    holders = Holders(tmp_path / "away", "ada", "ben")
    given = {role: (holders.public(), 2) for role in ("root", "targets", "bins")}
    first = offline_documents.first_documents
    with monkeypatch.context() as before:

        def without(public: Any, bits: int, now: dt.datetime) -> dict[str, bytes]:
            import msgspec

            return first(msgspec.structs.replace(public, claimed=None), bits, now)

        before.setattr(offline_documents, "first_documents", without)
        workspace = operations.begin(tmp_path / "old", clock, given, None, 1)
    holders.sign(workspace)
    workspace.install(reason="ceremony")
    with pytest.raises(InvalidUpload, match="takes no signatures"):
        team.claim(workspace, FIRST)

    operations.rotate(workspace, {roles.CLAIMED: (holders.public(), 2)}, [])
    holders.sign(workspace)
    workspace.install(reason="developers")

    assert team.claim(workspace, FIRST)
    assert problems(workspace) == ()


# --- what a server refuses

Spoil = Callable[[dict[str, Any]], object]


def spoilt(document: bytes, spoil: Spoil) -> bytes:
    """Return a document in which the signed part says something else; unsigned."""
    whole = json.loads(document)
    spoil(whole["signed"])
    return json.dumps({"signatures": [], "signed": whole["signed"]}).encode()


def _entry(body: bytes = b"x") -> dict[str, Any]:
    return {"hashes": {"sha256": "0" * 64}, "length": len(body)}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda one: one.update(version=7), "number 7, not 1"),
        (lambda one: one.update(expires="2026-05-05T00:00:00Z"), "has to live"),
        (lambda one: one.update(expires="2036-05-05T00:00:00Z"), "has to live"),
        (lambda one: one.update(expires="2016-05-05T00:00:00Z"), "has to live"),
        (lambda one: one.update(delegations={"keys": {}, "roles": []}), "delegates"),
        (lambda one: one.update(extra=1), "says 'extra'"),
        (lambda one: one.update(_type="root"), "no TUF metadata"),
        (lambda one: one["targets"].update({"files/other/other-1.0.tar.gz": _entry()}), "not the"),
        (lambda one: one["targets"].update({"files/acme-tool/other-1.0.tar.gz": _entry()}), "not"),
        (lambda one: one["targets"].update({"simple/acme-tool/index.json": _entry()}), "not the"),
        (lambda one: one["targets"].update({"files/acme-tool/../x": _entry()}), "not the path"),
        (
            lambda one: one["targets"].update(
                {"files/acme-tool/acme_tool-2.0.tar.gz.metadata": _entry()}
            ),
            "is signed, and",
        ),
        (lambda one: one["targets"][PATH]["hashes"].update(md5="0" * 32), "a length and a SHA-256"),
        (lambda one: one["targets"][PATH].update(custom={}), "a length and a SHA-256"),
        (lambda one: one["targets"][PATH].update(hashes={"md5": "0"}), "cannot be read"),
        (lambda one: one[project_documents.FIELD].update(threshold=3), "cannot reach"),
        (lambda one: one[project_documents.FIELD].update(threshold=0), "cannot reach"),
        (lambda one: one.pop(project_documents.FIELD), "cannot be read"),
    ],
)
def test_document_that_says_anything_else_is_refused(
    workspace: Workspace, team: Team, spoil: Spoil, message: str
) -> None:
    document = spoilt(team.next(workspace, FIRST), spoil)
    if message != "no TUF metadata":
        document = team.signed(document)

    with pytest.raises(InvalidUpload, match=message):
        workspace.developers.accept(ACME, document, reason="attack")
    assert workspace.developers.standing(ACME) is None


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b"null", b"\xff", b"{" * 5000, b'{"signed": 1, "signatures": []}'],
)
def test_what_is_no_document_is_refused(workspace: Workspace, body: bytes) -> None:
    with pytest.raises(InvalidUpload):
        workspace.developers.checked(ACME, body)


def test_document_without_canonical_form_is_refused(workspace: Workspace, team: Team) -> None:
    def number(signed: dict[str, Any]) -> None:
        (known, *_) = signed[project_documents.FIELD]["keys"].values()
        known["keyval"]["x"] = 1.5

    with pytest.raises(InvalidUpload):
        workspace.developers.checked(ACME, spoilt(team.next(workspace, FIRST), number))


def test_key_cannot_pass_for_anothers(workspace: Workspace, team: Team, tmp_path: Path) -> None:
    team.claim(workspace, FIRST)
    thief = Team("evil-tool", tmp_path / "thief", "eve")
    victim = team.keys("dora").keys[0].keyid

    def rename(signed: dict[str, Any]) -> None:
        known = signed[project_documents.FIELD]["keys"]
        known[victim] = known.pop(next(iter(known)))

    document = json.loads(thief.signed(spoilt(thief.next(workspace, {}), rename)))
    document["signatures"][0]["keyid"] = victim

    with pytest.raises(InvalidUpload, match="not the id of that key"):
        workspace.developers.accept(thief.project, json.dumps(document).encode(), reason="attack")
    (mine,) = team.keys("dora").keys
    (theirs,) = thief.keys().keys
    theirs.keyid = mine.keyid
    claims = {ACME: team.keys("dora"), thief.project: thief.keys()}
    claims[thief.project].keys[0].keyid = mine.keyid
    with pytest.raises(StoreError, match="two keys"):
        delegating.delegating_document(claims, 1, workspace.clock())


def test_identities_are_keys_where_the_operator_allows_it(workspace: Workspace, team: Team) -> None:
    who = keys.identity_key("dora@example.org", "https://issuer.example")
    wanted = RoleKeys((*team.keys().keys, who), 1)
    document = team.next(workspace, FIRST, wanted=wanted)

    with pytest.raises(InvalidUpload, match="takes no identities"):
        workspace.developers.accept(ACME, document, reason="release")
    assert workspace.developers.accept(ACME, document, reason="release", identities=True)
    assert problems(workspace) == ()


def test_threshold_counts_different_keys(workspace: Workspace, team: Team) -> None:
    wanted = team.keys(threshold=2)
    document = team.next(workspace, FIRST, "dora", wanted=wanted)
    document = team.signed(document, "dora")

    with pytest.raises(InvalidUpload, match="lacks 1 signatures"):
        workspace.developers.accept(ACME, document, reason="release")
    assert workspace.developers.accept(ACME, team.signed(document, "emil"), reason="release")


def test_name_keeps_its_bytes(workspace: Workspace, team: Team) -> None:
    team.claim(workspace, FIRST)
    document = team.next(workspace, SECOND)
    other = spoilt(document, lambda one: one["targets"][PATH].update(length=99))

    with pytest.raises(InvalidUpload, match="other bytes"):
        workspace.developers.accept(ACME, team.signed(other), reason="attack")
    with pytest.raises(UsageError, match="other bytes"):
        team.next(workspace, {"acme_tool-1.0.tar.gz": b"other"})


def test_withdrawn_file_is_signed_no_more(workspace: Workspace, team: Team) -> None:
    team.claim(workspace, FIRST | SECOND)

    document = team.next(workspace, {}, withdrawn=("acme_tool-1.0.tar.gz",))
    workspace.developers.accept(ACME, document, reason="withdrawn")

    data = workspace.developers.document(ACME)
    assert data is not None
    assert list(project_documents.read(data, ACME).files) == ["acme_tool-1.1.tar.gz"]


def test_signatures_of_strangers_are_not_kept(
    workspace: Workspace, team: Team, tmp_path: Path
) -> None:
    stranger = Team(ACME, tmp_path / "strangers", "eve")
    document = stranger.signed(team.next(workspace, FIRST))

    workspace.developers.accept(ACME, document, reason="release")

    data = workspace.developers.document(ACME)
    assert data is not None
    assert set(ceremony.read(data).signatures) == set(team.keys().ids)
