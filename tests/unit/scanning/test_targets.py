"""What a user means by a target: whatever is named is answered for."""

import os
from pathlib import Path

import pytest

from airlock.report import Unexamined
from airlock.scanning.targets import Target, Wanted, read_targets
from tests.simulators import dependency_files


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


@pytest.mark.parametrize(
    "name", sorted(set(dependency_files.FILES) - {"requirements.txt"}), ids=lambda name: name
)
def test_a_file_of_what_a_project_needs_is_everything_in_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(dependency_files.FILES[name])
    wanted = [one for one in read(path) if isinstance(one, Wanted)]
    assert {(str(one.project), one.specifier) for one in wanted} == {
        ("flask", "==2.0.1"),
        ("idna", "==3.7"),
    }
    again = [one for one in read_targets([], [path], []) if isinstance(one, Wanted)]
    assert again == wanted


def test_a_lock_file_says_which_bytes(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    path.write_text(dependency_files.UV_LOCK)
    (flask, _) = (one for one in read(path) if isinstance(one, Wanted))
    assert flask.hashes == (f"sha256:{dependency_files.DIGEST}",)


def test_what_no_index_has_is_answered_for(tmp_path: Path) -> None:
    source = 'source = { git = "https://git.example/flask?rev=1#1" }'
    path = tmp_path / "uv.lock"
    registry = 'source = { registry = "https://index.example/simple" }'
    path.write_text(dependency_files.UV_LOCK.replace(registry, source, 1))
    (told,) = (one for one in read(path) if isinstance(one, Unexamined))
    assert (told.name, told.exit_code) == ("flask==2.0.1", 3)
    assert told.reason.startswith(f"{path}:16: it comes from a repository")


def test_a_lock_file_that_cannot_be_read_whole_is_answered_for(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    path.write_text(dependency_files.UV_LOCK[:-40])
    (told,) = read(path)
    assert isinstance(told, Unexamined)
    assert str(path) in told.reason


def test_what_is_to_be_said_of_a_file_is_told_to_who_listens_or_held(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool.other]\n")
    remarks: list[str] = []
    assert list(read_targets([str(path)], [], remarks)) == []
    (told,) = read(path)
    assert isinstance(told, Unexamined)
    assert [told.reason] == remarks


def test_a_folder_of_a_project_leads_to_its_lock_file(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    lock = tmp_path / "uv.lock"
    lock.write_text(dependency_files.UV_LOCK)
    (told,) = read(tmp_path)
    assert isinstance(told, Unexamined)
    assert told.hint.endswith(f"airlock scan {lock}")


def test_requirements_may_come_through_a_pipe(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"flask==2.0.1\n")
    os.close(writing)
    try:
        (told,) = read_targets([], [Path(f"/dev/fd/{reading}")])
    finally:
        os.close(reading)
    assert isinstance(told, Wanted)
    assert told.specifier == "==2.0.1"
