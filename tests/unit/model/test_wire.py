"""Values make the way to JSON and back whole, and nothing else comes out of it."""

import datetime as dt

import msgspec
import pytest

from airlock.errors import MalformedDocument
from airlock.model import ProjectListing, ProjectName, Release, Sha256, Verdict, wire
from tests.unit.examples import DIGEST, NOW, listed, verdict


def test_names_and_digests_are_themselves_again() -> None:
    listing = ProjectListing(
        project=ProjectName("Har_Bour"),
        source="https://index.example/simple/",
        files=(listed(yanked="", metadata_sha256=DIGEST), listed(sha256=None)),
        fetched_at=NOW,
    )
    back = wire.decode(wire.encode(listing), ProjectListing)
    assert back == listing
    assert isinstance(back.project, ProjectName)
    assert isinstance(back.files[0].sha256, Sha256)
    assert back.fetched_at.tzinfo == dt.UTC


def test_names_are_normalised_on_their_way_in() -> None:
    data = b'{"project": "Evil_Pkg", "version": "1.0"}'
    assert wire.decode(data, Release).project == "evil-pkg"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b'{"project": "-", "version": "1"}',
        b'{"project": 7, "version": "1"}',
        b'{"project": null, "version": "1"}',
        b'{"project": "a", "version": "\xff"}',
        b'{"project": "a", "version": "1", "status": 5}',
        b'{"project": "a", "version": "\\ud800"}',
        b'{"other": ' + b"[" * 100_000,
    ],
)
def test_anything_else_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedDocument, match="a stored Release cannot be read"):
        wire.decode(data, Release)


def test_a_digest_that_is_none_is_malformed() -> None:
    data = wire.encode(verdict()).replace(str(DIGEST).encode(), b"0" * 63)
    with pytest.raises(MalformedDocument):
        wire.decode(data, Verdict)


def test_a_decision_that_is_none_is_malformed() -> None:
    document = msgspec.json.decode(wire.encode(verdict()))
    document["decision"] = 3
    with pytest.raises(MalformedDocument):
        wire.decode(msgspec.json.encode(document), Verdict)
