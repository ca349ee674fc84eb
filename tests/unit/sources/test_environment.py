"""What is installed, read without running anything of it."""

import os
import sys
from pathlib import Path

import pytest

from airlock.errors import TargetNotFound
from airlock.sources.environment import Installed, Unreadable, installed

SITE = "lib/python3.12/site-packages"


def put(site: Path, record: str, text: str | None, inside: str = "METADATA") -> Path:
    path = site / record
    (path / inside).parent.mkdir(parents=True, exist_ok=True)
    if text is not None:
        (path / inside).write_text(text)
    return path


def metadata(name: str, version: str = "1.0") -> str:
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nName: not-a-header\n"


def names(environment: Path) -> list[str]:
    return [one.project for one in installed(environment) if isinstance(one, Installed)]


@pytest.mark.parametrize(
    "site",
    [
        SITE,
        "lib64/python3.12/site-packages",
        "Lib/site-packages",
        "lib/python3/dist-packages",
        "local/lib/python3.12/dist-packages",
        ".",
    ],
)
def test_every_layout_is_found(tmp_path: Path, site: str) -> None:
    put(tmp_path / site, "Flask_Login-1.0.dist-info", metadata("Flask.Login"))
    (found,) = installed(tmp_path)
    assert isinstance(found, Installed)
    assert (found.project, found.version) == ("flask-login", "1.0")
    assert found.path.name == "Flask_Login-1.0.dist-info"


def test_every_kind_of_record_is_read(tmp_path: Path) -> None:
    site = tmp_path / SITE
    put(site, "a-1.0.dist-info", metadata("a"))
    put(site, "b-1.0.egg-info", metadata("b"), "PKG-INFO")
    put(site, "c-1.0-py3.12.egg", metadata("c"), "EGG-INFO/PKG-INFO")
    (site / "d-1.0.egg-info").write_text(metadata("d"))
    (site / "e.py").write_text("x = 1")
    (site / "f").mkdir()
    assert names(tmp_path) == ["a", "b", "c", "d"]


def test_folder_that_is_linked_twice_is_read_once(tmp_path: Path) -> None:
    put(tmp_path / SITE, "a-1.0.dist-info", metadata("a"))
    (tmp_path / "lib64").symlink_to("lib")
    assert names(tmp_path) == ["a"]


def test_header_is_read_and_not_the_description(tmp_path: Path) -> None:
    text = (
        "Metadata-Version: 2.1\nSummary: x\n Name: folded\nname: right\nName: second\n\nName: z\n"
    )
    put(tmp_path / SITE, "right-1.0.dist-info", text)
    assert names(tmp_path) == ["right"]


def test_folder_of_another_name_is_known_by_both(tmp_path: Path) -> None:
    """A known bad name must not hide behind harmless metadata, nor the other way round."""
    put(tmp_path / SITE, "acqusition-1.0.dist-info", metadata("harmless"))
    assert names(tmp_path) == ["harmless", "acqusition"]


@pytest.mark.parametrize(
    "text", [None, "", "Version: 1.0\n", "Name:\n", "Name: -\n", "\n\nName: late\n", "\0\xff"]
)
def test_what_cannot_be_read_is_answered_for(tmp_path: Path, text: str | None) -> None:
    put(tmp_path / SITE, "a-1.0.dist-info", metadata("a"))
    broken = put(tmp_path / SITE, "broken-1.0.dist-info", text)
    (problem,) = (one for one in installed(tmp_path) if isinstance(one, Unreadable))
    assert problem.path == broken
    assert names(tmp_path) == ["a"]


def test_metadata_that_are_no_file_do_not_hang(tmp_path: Path) -> None:
    site = tmp_path / SITE
    (site / "a-1.0.dist-info").mkdir(parents=True)
    os.mkfifo(site / "a-1.0.dist-info" / "METADATA")
    (site / "b-1.0.dist-info").symlink_to("nowhere")
    (site / "c-1.0.dist-info").symlink_to("c-1.0.dist-info")
    assert all(isinstance(one, Unreadable) for one in installed(tmp_path))
    assert len(list(installed(tmp_path))) == 3


def test_huge_metadata_are_read_in_part(tmp_path: Path) -> None:
    put(tmp_path / SITE, "a-1.0.dist-info", metadata("a") + "x" * 3_000_000)
    assert names(tmp_path) == ["a"]


def test_nothing_is_imported_or_run(tmp_path: Path) -> None:
    site = tmp_path / SITE
    put(site, "a-1.0.dist-info", metadata("a"))
    trap = f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    for name in ("a.py", "sitecustomize.py", "usercustomize.py"):
        (site / name).write_text(trap)
    (site / "a.pth").write_text(f"import os; {trap}")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (tmp_path / "bin" / "python").chmod(0o755)
    before = set(sys.modules)
    assert names(tmp_path) == ["a"]
    assert not (tmp_path / "ran").exists()
    assert "a" not in set(sys.modules) - before


@pytest.mark.parametrize("made", [True, False])
def test_folder_that_is_no_environment(tmp_path: Path, *, made: bool) -> None:
    folder = tmp_path / "empty"
    if made:
        folder.mkdir()
    with pytest.raises(TargetNotFound):
        list(installed(folder))


def test_active_environment_is_the_default(tmp_path: Path) -> None:
    put(tmp_path / SITE, "a-1.0.dist-info", metadata("a"))
    (found,) = installed(environ={"VIRTUAL_ENV": str(tmp_path)})
    assert isinstance(found, Installed)
    assert found.project == "a"


def test_without_an_active_one_it_is_that_of_this_interpreter() -> None:
    found = {one.project for one in installed(environ={}) if isinstance(one, Installed)}
    assert {"pypi-airlock", "pytest"} <= found
