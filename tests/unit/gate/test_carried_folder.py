"""Of a folder that was carried, what is a plain file in it is read, and nothing else."""

import contextlib
import os
import socket
from pathlib import Path

import msgspec
import pytest

from airlock.errors import MalformedDocument, NotVerified, TargetNotFound
from airlock.gate.airgap.folder import FORM, MANIFEST, Manifest, plain, read_manifest
from airlock.model.wire import encode
from tests.unit.store.examples import NOW, listing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "usb"
    made.mkdir()
    (made / "file").write_bytes(b"x")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_bytes(b"x")
    return made


def test_plain_files_are_those_that_lie_in_it(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "stick").symlink_to(folder)
    (folder / "alias").symlink_to("file")
    for one in (folder / "file", folder / "alias", tmp_path / "stick" / "alias"):
        assert plain(one.parent, one) == one


def test_what_leads_out_of_it_is_refused(folder: Path) -> None:
    (folder / "link").symlink_to("../outside/file")
    (folder / "deep").symlink_to("../outside")
    for one in (folder / "link", folder / "deep" / "file", folder / ".." / "outside" / "file"):
        with pytest.raises(NotVerified, match="leads out of the folder"):
            plain(folder, one)
    (folder / MANIFEST).symlink_to("../outside/file")
    with pytest.raises(NotVerified, match="leads out of the folder"):
        read_manifest(folder)


def test_what_is_no_plain_file_is_refused(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with contextlib.chdir(folder), socket.socket(socket.AF_UNIX) as one:
        one.bind("socket")
    (folder / "device").symlink_to("/dev/zero")
    (folder / "dir").mkdir()
    for name in ("pipe", "socket", "device", "dir"):
        with pytest.raises(NotVerified, match=r"no plain file|leads out"):
            plain(folder, folder / name)
    os.mkfifo(folder / MANIFEST)
    with pytest.raises(NotVerified, match="no plain file"):
        read_manifest(folder)


def test_what_is_not_there_is_for_the_reader_to_tell(folder: Path) -> None:
    (folder / "loop").symlink_to("loop")
    (folder / "gone").symlink_to("nothing")
    for name in ("loop", "gone", "never"):
        with pytest.raises(OSError, match=name):
            plain(folder, folder / name).open("rb")
    with pytest.raises(TargetNotFound):
        read_manifest(folder)


@pytest.mark.parametrize("source", ["https://index.example/" + "x" * 1_500, "file:///etc"])
def test_what_no_index_can_be_is_not_believed(folder: Path, source: str) -> None:
    told = msgspec.structs.replace(listing(), source=source)
    made = Manifest(form=FORM, made_at=NOW, projects=(told,))
    (folder / MANIFEST).write_bytes(encode(made))
    with pytest.raises(MalformedDocument):
        read_manifest(folder)
