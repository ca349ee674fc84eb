"""What a user means by a target: whatever is named is answered for."""

import os
from pathlib import Path

import pytest

from airlock.report import Unexamined
from airlock.scanning.targets import Target, Wanted, read_targets


def read(*texts: str | Path) -> list[Target]:
    return list(read_targets([str(text) for text in texts], []))


def required(folder: Path, text: str) -> list[Target]:
    path = folder / "requirements.txt"
    path.write_text(text)
    return list(read_targets([], [path]))


def artifact(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(b"")
    return path


@pytest.mark.parametrize(
    ("text", "project", "specifier"),
    [
        ("flask", "flask", ""),
        ("Flask==3.0", "flask", "==3.0"),
        ("flask >=2, <4", "flask", "<4,>=2"),
        ("Zope.Interface[docs]==5", "zope-interface", "==5"),
    ],
)
def test_what_is_on_no_disk_is_a_requirement(text: str, project: str, specifier: str) -> None:
    assert read(text) == [Wanted(text, project, specifier)]  # type: ignore[arg-type]


def test_what_is_on_the_disk_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    artifact(tmp_path, "flask-1.0.tar.gz")
    (tmp_path / "flask").mkdir()
    artifact(tmp_path / "flask", "other-1.0.tar.gz")
    assert read("flask-1.0.tar.gz") == [Path("flask-1.0.tar.gz")]
    assert read("flask") == [Path("flask/other-1.0.tar.gz")]


def test_folder_is_all_that_lies_in_it(tmp_path: Path) -> None:
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    inside = [artifact(tmp_path, "a-1.0.zip"), artifact(tmp_path / "deep/deeper", "b-1.0.tar.gz")]
    artifact(tmp_path, "readme.txt")
    assert read(tmp_path) == inside


def test_what_a_folder_only_points_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "a-1.0.zip").symlink_to("/dev/null")
    (tmp_path / "b-1.0.zip").symlink_to(tmp_path / "nothing")
    os.mkfifo(tmp_path / "c-1.0.zip")
    told = read(tmp_path)
    assert [type(one) for one in told] == [Unexamined] * 3


@pytest.mark.parametrize(
    "text",
    [
        "nothing-1.0-py3-none-any.whl",
        "nothing.tar.gz",
        "./nothing",
        "folder/nothing",
        "C:\\nothing",
        "requirements.txt",
        "",
        " ",
        "flask==",
        "flask;",
        "flask==1.0 and more",
        "flask @ https://files.example/flask.zip",
        "flask @ file:flask.zip",
        "https://files.example/flask-1.0.tar.gz",
        "git+https://git.example/flask",
        "x" * 300,
        "a\0b",
    ],
)
def test_what_leads_nowhere_is_answered_for(text: str) -> None:
    (told,) = read(text)
    assert isinstance(told, Unexamined)
    assert told.name == text
    assert told.exit_code == 2


def test_one_target_that_leads_nowhere_does_not_hide_the_next() -> None:
    kinds = [type(one) for one in read("./nothing", "flask", "!!", "click")]
    assert kinds == [Unexamined, Wanted, Unexamined, Wanted]


def test_lines_of_requirements_files(tmp_path: Path) -> None:
    targets = required(tmp_path, "flask==3.0\n# remark\nclick>8 ; python_version > '3'\n")
    assert [(one.project, one.specifier) for one in targets if isinstance(one, Wanted)] == [
        ("flask", "==3.0"),
        ("click", ">8"),
    ]
    assert len(targets) == 2


def test_lines_that_cannot_be_looked_up_are_answered_for(tmp_path: Path) -> None:
    (told,) = required(tmp_path, "\n\nflask @ https://ada:secret@files.example/flask-1.0.zip\n")
    assert isinstance(told, Unexamined)
    assert f"{tmp_path}/requirements.txt:3: " in told.reason
    assert told.exit_code == 3
    assert "secret" not in told.name + told.reason


def test_lines_for_other_interpreters_are_of_no_interest(tmp_path: Path) -> None:
    text = "flask; python_version < '3'\nx @ https://x.example/x-1.zip ; python_version < '3'\n"
    assert required(tmp_path, text) == []


def test_requirements_file_that_cannot_be_read_is_answered_for(tmp_path: Path) -> None:
    (told,) = read_targets([], [tmp_path / "nothing.txt"])
    assert isinstance(told, Unexamined)
    assert told.exit_code == 2


def test_line_that_makes_no_sense_is_answered_for(tmp_path: Path) -> None:
    told = required(tmp_path, "flask\n===\n")
    assert any(isinstance(one, Unexamined) for one in told)
