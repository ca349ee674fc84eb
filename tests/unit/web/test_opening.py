"""What is inside an artifact, read in a process of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from airlock import assembly
from airlock.assembly.kits import READING_KIT, reading_kit
from airlock.errors import TargetNotFound
from airlock.model import Artifact, ArtifactName, Release, Sha256
from airlock.store import Blobs
from airlock.web.opening import Opening
from airlock.workers import WorkerLimits, Workers
from tests.simulators.memory_store import MemoryBlobs
from tests.simulators.packages import make_wheel


class Shelf:
    """Artifacts in a folder, and what opens them."""

    def __init__(self, blobs: Blobs, folder: Path) -> None:
        workers = Workers(reading_kit()[0], READING_KIT, WorkerLimits(), start="fork")
        self.opening = Opening(blobs, workers, folder, assembly.now)
        self._blobs = blobs
        self._folder = folder

    def put(self, made: tuple[str, bytes]) -> Artifact:
        filename, data = made
        (self._folder / filename).write_bytes(data)
        digest = Sha256.of(data)
        self._blobs.put(digest, self._folder / filename)
        name = ArtifactName.parse(filename)
        return Artifact(digest, len(data), name, Release(project=name.project, version="1.0"))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with MemoryBlobs() as blobs:
        yield Shelf(blobs, tmp_path)


def test_a_file_is_read_as_python_would_and_not_without_end(shelf: Shelf) -> None:
    files: dict[str, bytes | str] = {
        "a.py": "# coding: latin-1\nNAME = 'caf\xe9'\n".encode("latin-1"),
        "b.py": "x\n" * 10**6,
    }
    wheel = shelf.put(make_wheel("example", "1.0", files))
    assert "caf\xe9" in shelf.opening.text(wheel, "a.py")
    assert len(shelf.opening.text(wheel, "b.py")) == 2**20


@pytest.mark.parametrize("path", ["", "nothing.py", "../a.py", "/etc/passwd"])
def test_what_is_not_in_it_is_not_there(shelf: Shelf, path: str) -> None:
    wheel = shelf.put(make_wheel("example", "1.0", {"a.py": "x = 1\n"}))
    with pytest.raises(TargetNotFound):
        shelf.opening.text(wheel, path)


def test_two_releases_are_compared(shelf: Shelf) -> None:
    old = shelf.put(make_wheel("example", "1.0", {"a.py": "import os\nos.abort()\n"}))
    new = shelf.put(make_wheel("example", "1.1", {"a.py": "import os\nos.getpid()\n"}))
    changed = {one.path: one for one in shelf.opening.contrast(old, new).files}
    assert (changed["a.py"].lines_added, changed["a.py"].lines_removed) == (1, 1)


def test_what_cannot_be_read_is_no_comparison(shelf: Shelf) -> None:
    old = shelf.put(("example-1.0-py3-none-any.whl", b"no zip"))
    new = shelf.put(make_wheel("example", "1.1"))
    with pytest.raises(TargetNotFound, match="could not be read"):
        shelf.opening.contrast(old, new)


def test_bytes_that_are_gone_are_gone(shelf: Shelf) -> None:
    wheel = shelf.put(make_wheel("example", "1.0"))
    lost = Artifact(Sha256.of(b"lost"), 1, wheel.name, wheel.release)
    with pytest.raises(TargetNotFound, match="not kept any more"):
        shelf.opening.text(lost, "a.py")
