import os
from pathlib import Path

import pytest

from airlock.errors import InvalidFilename, NotExamined, TargetNotFound
from airlock.sources.directory import find_artifacts, look_into

WHEEL = "a-1-py3-none-any.whl"


def test_file(tmp_path: Path) -> None:
    path = tmp_path / WHEEL
    path.touch()
    assert find_artifacts(path) == [path]


def test_folder_as_deep_as_it_goes_and_sorted(tmp_path: Path) -> None:
    deep = tmp_path / "b" / "c"
    deep.mkdir(parents=True)
    wanted = [tmp_path / "a-1.tar.gz", deep / "z-1.zip", tmp_path / WHEEL]
    for path in [*wanted, tmp_path / "notes.txt", deep / "a.whl"]:
        path.touch()
    found = look_into(tmp_path)
    assert list(found.artifacts) == sorted(wanted)
    assert found.ignored == 1
    assert found.unread == (deep / "a.whl",)


def test_empty_folder(tmp_path: Path) -> None:
    assert find_artifacts(tmp_path) == []


def test_nothing_is_there(tmp_path: Path) -> None:
    with pytest.raises(TargetNotFound):
        find_artifacts(tmp_path / WHEEL)


def test_file_that_is_no_artifact(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.touch()
    with pytest.raises(InvalidFilename):
        find_artifacts(path)


def test_pipe_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / WHEEL)
    assert look_into(tmp_path).unread == (tmp_path / WHEEL,)
    with pytest.raises(InvalidFilename):
        find_artifacts(tmp_path / WHEEL)


def test_links_are_not_followed_out(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "folder"
    outside.mkdir()
    folder.mkdir()
    (outside / WHEEL).touch()
    (folder / "link").symlink_to(outside)
    (folder / WHEEL).symlink_to(outside / WHEEL)
    (folder / "dead-1.zip").symlink_to(outside / "nowhere")
    (folder / "self-1.zip").symlink_to("self-1.zip")
    found = look_into(folder)
    assert (found.artifacts, found.ignored) == ((), 0)
    assert [path.name for path in found.unread] == [WHEEL, "dead-1.zip", "self-1.zip"]


def test_links_inside_and_a_link_that_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / WHEEL).touch()
    (folder / "b-1.zip").symlink_to(WHEEL)
    (folder / "round").symlink_to(folder)
    assert len(find_artifacts(folder)) == 2
    named = tmp_path / "named"
    named.symlink_to(folder)
    assert len(find_artifacts(named)) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_folder_that_cannot_be_read(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    with pytest.raises(NotExamined, match="closed"):
        find_artifacts(tmp_path)
