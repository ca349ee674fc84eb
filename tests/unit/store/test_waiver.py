"""A waiver that says too little cannot be made."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from airlock.errors import InvalidName, UsageError
from airlock.model import Decision, ProjectName, Sha256
from airlock.model.waiver import Revocation, Waiver
from airlock.model.wire import decode, encode

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
DIGEST = Sha256.of(b"example")
COMPLETE: dict[str, Any] = {
    "id": "w-1",
    "decision": Decision.ADMIT,
    "reason": "read by hand",
    "by": "Ada Example",
    "created_at": NOW,
    "expires_at": NOW + DAY,
    "sha256": DIGEST,
}


def test_complete() -> None:
    assert Waiver(**COMPLETE).scope == DIGEST
    about_project = COMPLETE | {"sha256": None, "project": ProjectName("Example")}
    assert Waiver(**about_project).scope == "example"


@pytest.mark.parametrize(
    "lack",
    [
        {"reason": ""},
        {"reason": " \n"},
        {"by": ""},
        {"sha256": None},
        {"project": ProjectName("example")},
        {"expires_at": NOW},
        {"expires_at": NOW - DAY},
        {"created_at": NOW.replace(tzinfo=None)},
        {"expires_at": (NOW + DAY).replace(tzinfo=None)},
    ],
    ids=str,
)
def test_incomplete(lack: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Waiver(**(COMPLETE | lack))


@pytest.mark.parametrize("waiver_id", ["", "a b", "../x", "-x", "ä", "x" * 65, "x\n"])
def test_id_that_no_url_should_hold(waiver_id: str) -> None:
    with pytest.raises(InvalidName):
        Waiver(**(COMPLETE | {"id": waiver_id}))


@pytest.mark.parametrize(
    "lack", [{"by": ""}, {"reason": "\t"}, {"at": NOW.replace(tzinfo=None)}], ids=str
)
def test_incomplete_revocation(lack: dict[str, Any]) -> None:
    complete: dict[str, Any] = {
        "waiver": "w-1",
        "by": "Bob Example",
        "reason": "was wrong",
        "at": NOW,
    }
    Revocation(**complete)
    with pytest.raises(UsageError):
        Revocation(**(complete | lack))


def test_active_from_its_beginning_up_to_its_end() -> None:
    waiver = Waiver(**COMPLETE)
    instant = dt.timedelta(microseconds=1)
    times = [NOW - instant, NOW, NOW + DAY - instant, NOW + DAY]
    assert [waiver.active(time) for time in times] == [False, True, True, False]


def test_revoked_is_never_active() -> None:
    revocation = Revocation(waiver="w-1", by="Bob Example", reason="was wrong", at=NOW + DAY)
    revoked = msgspec.structs.replace(Waiver(**COMPLETE), revoked=revocation)
    assert not revoked.active(NOW)


def test_covers_its_digest_or_its_project_and_nothing_else() -> None:
    other = Sha256.of(b"other")
    on_digest = Waiver(**COMPLETE)
    on_project = Waiver(**(COMPLETE | {"sha256": None, "project": ProjectName("example")}))
    assert on_digest.covers(DIGEST, ProjectName("anything"), "1.0")
    assert not on_digest.covers(other, ProjectName("example"), "1.0")
    assert on_project.covers(other, ProjectName("Example"), "1.0")
    assert not on_project.covers(DIGEST, ProjectName("examples"), "1.0")


def test_round_trip() -> None:
    assert decode(encode(Waiver(**COMPLETE)), Waiver) == Waiver(**COMPLETE)
