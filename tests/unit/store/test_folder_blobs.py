"""What a folder of blobs does beyond the port: staging, leftovers, damage."""

import os
from pathlib import Path

import pytest

from airlock.errors import DigestMismatch, StoreError
from airlock.model import Sha256
from airlock.store import open_blobs

DATA = b"example" * 100_000
DIGEST = Sha256.of(DATA)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "given"
    path.write_bytes(DATA)
    return path


def files_in(folder: Path) -> list[str]:
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(str(path) for path in found if path.name != ".lock")


def test_layout(tmp_path: Path, given: Path) -> None:
    with open_blobs(tmp_path / "blobs") as blobs:
        blobs.put(DIGEST, given)
        path = blobs.local_path(DIGEST)
    assert files_in(tmp_path / "blobs") == [f"sha256/{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}"]
    assert path is not None
    assert path.is_absolute()
    assert path.read_bytes() == DATA


def test_relative_folder_stays_where_it_is(
    tmp_path: Path, given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_blobs("blobs") as blobs:
        monkeypatch.chdir("/")
        blobs.put(DIGEST, given)
        assert blobs.has(DIGEST)
    assert files_in(tmp_path / "blobs")


def test_refused_bytes_leave_nothing(tmp_path: Path, given: Path) -> None:
    with open_blobs(tmp_path / "blobs") as blobs, pytest.raises(DigestMismatch):
        blobs.put(Sha256.of(b"other"), given)
    assert files_in(tmp_path / "blobs") == []


def test_leftovers_go_when_nobody_else_is_there(tmp_path: Path, given: Path) -> None:
    with open_blobs(tmp_path / "blobs") as blobs:
        blobs.put(DIGEST, given)
    staging = tmp_path / "blobs" / "staging"
    staging.mkdir(exist_ok=True)
    (staging / "0123#1").write_bytes(b"half a file")
    with open_blobs(tmp_path / "blobs") as blobs:
        assert blobs.has(DIGEST)
        assert not any(staging.glob("*"))


def test_leftovers_stay_while_somebody_else_may_be_writing_them(tmp_path: Path) -> None:
    with open_blobs(tmp_path / "blobs"):
        staging = tmp_path / "blobs" / "staging"
        staging.mkdir(exist_ok=True)
        (staging / "0123#1").write_bytes(b"half a file")
        open_blobs(tmp_path / "blobs").close()
        assert (staging / "0123#1").exists()


def test_closing_twice_is_closing_once(tmp_path: Path) -> None:
    blobs = open_blobs(tmp_path / "blobs")
    blobs.close()
    blobs.close()


def test_damaged_blob_is_mended_by_another_put(tmp_path: Path, given: Path) -> None:
    with open_blobs(tmp_path / "blobs") as blobs:
        blobs.put(DIGEST, given)
        path = blobs.local_path(DIGEST)
        assert path is not None
        os.truncate(path, 10)
        blobs.put(DIGEST, given)
        assert b"".join(blobs.stream(DIGEST)) == DATA


def test_blob_that_shrinks_while_it_is_sent_is_an_error_not_an_end(
    tmp_path: Path, given: Path
) -> None:
    with open_blobs(tmp_path / "blobs") as blobs:
        blobs.put(DIGEST, given)
        pieces = blobs.stream(DIGEST)
        path = blobs.local_path(DIGEST)
        assert path is not None
        os.truncate(path, 10)
        with pytest.raises(StoreError, match="ends at 10"):
            list(pieces)


def test_unknown_object_store_is_our_error() -> None:
    with pytest.raises(StoreError):
        open_blobs("nosuch://bucket/prefix")
