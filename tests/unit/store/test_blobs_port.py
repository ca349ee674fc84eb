"""What every storage of blobs promises."""

from pathlib import Path

import pytest

from airlock.errors import DigestMismatch, StoreError
from airlock.model import Sha256
from airlock.store import Blobs

# Longer than the pieces of any adapter, and of obstore.
DATA = bytes(range(256)) * 4 * 1024 * 6
DIGEST = Sha256.of(DATA)


def write(folder: Path, data: bytes) -> Path:
    path = folder / "given"
    path.write_bytes(data)
    return path


@pytest.fixture
def given(blobs: Blobs, tmp_path: Path) -> Blobs:
    blobs.put(DIGEST, write(tmp_path, DATA))
    return blobs


def test_comes_back_as_it_was(given: Blobs) -> None:
    assert given.has(DIGEST)
    assert given.size(DIGEST) == len(DATA)
    assert b"".join(given.stream(DIGEST)) == DATA
    with given.open(DIGEST) as blob:
        assert blob.size == len(DATA)
        assert blob.stream.read() == DATA


def test_the_file_that_was_put_stays(given: Blobs, tmp_path: Path) -> None:
    assert (tmp_path / "given").read_bytes() == DATA


def test_open_can_seek(given: Blobs) -> None:
    with given.open(DIGEST) as blob:
        blob.stream.seek(-4, 2)
        assert blob.stream.read() == DATA[-4:]
        blob.stream.seek(1000)
        assert blob.stream.read(10) == DATA[1000:1010]
        assert blob.stream.tell() == 1010


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 1), (5, 5), (len(DATA), len(DATA)), (len(DATA) - 3, len(DATA)), (7, 3_000_000), (9, None)],
)
def test_range_is_exact(given: Blobs, start: int, end: int | None) -> None:
    pieces = list(given.stream(DIGEST, start, end))
    assert all(type(piece) is bytes for piece in pieces)
    assert b"".join(pieces) == DATA[start:end]


@pytest.mark.parametrize(
    ("start", "end"), [(-1, 4), (4, 3), (0, len(DATA) + 1), (len(DATA) + 1, None)]
)
def test_range_outside_is_refused_at_once(given: Blobs, start: int, end: int | None) -> None:
    with pytest.raises(StoreError):
        given.stream(DIGEST, start, end)


def test_missing_is_our_error_at_once(blobs: Blobs) -> None:
    assert not blobs.has(DIGEST)
    assert blobs.local_path(DIGEST) is None
    with pytest.raises(StoreError):
        blobs.size(DIGEST)
    with pytest.raises(StoreError):
        blobs.stream(DIGEST)
    with pytest.raises(StoreError), blobs.open(DIGEST):
        pass


@pytest.mark.parametrize("data", [b"", b"other", DATA[:-1], DATA + b"\0"])
def test_other_bytes_are_refused(blobs: Blobs, tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DigestMismatch):
        blobs.put(DIGEST, write(tmp_path, data))
    assert not blobs.has(DIGEST)


def test_other_bytes_do_not_replace_the_right_ones(given: Blobs, tmp_path: Path) -> None:
    with pytest.raises(DigestMismatch):
        given.put(DIGEST, write(tmp_path, b"other"))
    assert b"".join(given.stream(DIGEST)) == DATA


def test_twice_is_once(given: Blobs, tmp_path: Path) -> None:
    given.put(DIGEST, write(tmp_path, DATA))
    assert b"".join(given.stream(DIGEST)) == DATA


def test_empty_blob(blobs: Blobs, tmp_path: Path) -> None:
    empty = Sha256.of(b"")
    blobs.put(empty, write(tmp_path, b""))
    assert blobs.has(empty)
    assert blobs.size(empty) == 0
    assert list(blobs.stream(empty)) == []
    with blobs.open(empty) as blob:
        assert blob.stream.read() == b""


def test_file_that_is_not_there(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        blobs.put(DIGEST, tmp_path / "nothing")
    assert not blobs.has(DIGEST)


def test_what_is_stored_is_told_and_can_be_removed(given: Blobs, tmp_path: Path) -> None:
    empty = Sha256.of(b"")
    given.put(empty, write(tmp_path, b""))
    before = {blob.sha256: blob.size for blob in given.stored()}
    assert before == {DIGEST: len(DATA), empty: 0}
    assert all(blob.stored_at.utcoffset() is not None for blob in given.stored())
    given.remove(DIGEST)
    given.remove(DIGEST)
    assert not given.has(DIGEST)
    assert [blob.sha256 for blob in given.stored()] == [empty]
