"""What people write themselves: requirements files, pyproject.toml, scripts."""

from pathlib import Path

import pytest

from airlock.errors import InvalidDependencies
from tests.unit.sources.dependencies.reading import only, pins, read

PROJECT = '[project]\nname = "app"\nversion = "1"\n'


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("-e .", "editable"),
        ("./x-1.0-py3-none-any.whl", "a path"),
        ("https://u:secret@h.example/x.zip", "a URL"),
        ("x @ https://u:secret@h.example/x.zip", "a URL"),
        ("x @ https://h.example/x.zip ; sys_platform == 'win99'", "a URL"),
        ("x==${VERSION}", "environment variable"),
        ("x", "no version is pinned"),
        ("x>=1", "no version is pinned"),
        ("x==1.*", "no version is pinned"),
        ("x===one", "no version is pinned"),
        ("x==1,!=1", "no version is pinned"),
        ("-r https://h.example/more.txt", "from a URL"),
    ],
)
def test_requirements_without_a_version_say_why(tmp_path: Path, line: str, reason: str) -> None:
    found = only(tmp_path, "requirements.txt", line)
    assert found.version is None
    assert reason in found.unauditable
    assert "secret" not in found.requirement


def test_constraints_pin_what_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "limits.txt").write_text("flask==3.0\nidna==3.7\n")
    found = read(tmp_path, "requirements.txt", "-c limits.txt\nFlask[async]>=2\n")
    assert pins(found) == [("flask", "3.0")]
    assert found.dependencies[0].extras == ("async",)


def test_included_files_say_where_a_line_stands(tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("\nidna==3.7 ; sys_platform == 'win99'\n")
    found = only(tmp_path, "requirements.txt", "-r more.txt\n")
    assert found.origin == f"{tmp_path / 'more.txt'}:2"
    # A file is used on other machines, too: whatever the marker says here, it is in the result.
    assert (found.version, found.marker) == ("3.7", 'sys_platform == "win99"')


def test_indexes_that_a_file_names_are_not_asked_and_that_is_told(tmp_path: Path) -> None:
    text = "--extra-index-url https://u:secret@i.example/simple\n"
    found = read(tmp_path, "requirements.txt", f"{text}flask\n")
    assert found.notes == (
        f"{tmp_path / 'requirements.txt'}:1: the indexes that it names are not asked for versions",
    )
    assert read(tmp_path, "requirements.txt", f"{text}flask==1\n").notes == ()


def test_a_bad_line_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(InvalidDependencies, match=r"requirements\.txt:2"):
        read(tmp_path, "requirements.txt", "a==1\n==\n")


def test_pyproject_extras_and_groups(tmp_path: Path) -> None:
    text = (
        f'{PROJECT}dependencies = ["a==1"]\n'
        '[project.optional-dependencies]\nfast = ["b==2"]\n'
        '[dependency-groups]\ntest = ["a==1", "c>=3"]\n'
        '[tool.uv]\ndev-dependencies = ["d==4"]\n'
        '[tool.pdm.dev-dependencies]\nlint = ["e==5"]\n'
    )
    found = read(tmp_path, "pyproject.toml", text)
    told = [(one.name, one.group, one.line) for one in found.dependencies]
    assert told == [
        ("a", "", 4),
        ("b", "fast", 6),
        ("a", "test", 8),
        ("c", "test", 8),
        ("d", "dev", 10),
        ("e", "lint", 12),
    ]


def test_pyproject_sources_of_tools_are_unauditable(tmp_path: Path) -> None:
    text = (
        f'{PROJECT}dependencies = ["My_Pkg==1", "other==1", "mine==1"]\n'
        '[tool.uv.sources]\nmy-pkg = { git = "https://h.example/x" }\nother = { index = "i" }\n'
        'mine = [{ path = "../mine", marker = "x" }, { index = "i" }]\n'
    )
    found = read(tmp_path, "pyproject.toml", text).dependencies
    assert [one.version for one in found] == [None, "1", None]
    assert "may be any version" in found[0].unauditable


def test_pyproject_dynamic_dependencies_are_unauditable(tmp_path: Path) -> None:
    found = only(tmp_path, "pyproject.toml", f'{PROJECT}dynamic = ["dependencies"]\n')
    assert (found.project, found.unauditable) == (None, "only a build could tell them")


def test_pyproject_of_poetry(tmp_path: Path) -> None:
    text = (
        '[tool.poetry]\nname = "app"\n[tool.poetry.dependencies]\npython = "^3.11"\n'
        'exact = "1.0"\nequal = {version = "==1.0", extras = ["x"]}\nrange = "^1.0"\n'
        'repo = {git = "https://h.example/x"}\n'
        '[tool.poetry.group.dev.dependencies]\nidna = "3.7"\n'
    )
    found = read(tmp_path, "pyproject.toml", text).dependencies
    assert [(one.name, one.version, one.group, one.line) for one in found] == [
        ("exact", "1.0", "", 5),
        ("equal", "1.0", "", 6),
        ("range", None, "", 7),
        ("repo", None, "", 8),
        ("idna", "3.7", "dev", 10),
    ]
    assert "Poetry's notation" in found[2].unauditable
    assert "may be any version" in found[3].unauditable


def test_pyproject_of_poetry_that_adds_to_the_project(tmp_path: Path) -> None:
    text = (
        f'{PROJECT}dependencies = ["a==1", "b==1"]\n'
        '[tool.poetry.dependencies]\na = {git = "https://h.example/x"}\n'
    )
    found = read(tmp_path, "pyproject.toml", text).dependencies
    assert [(one.name, one.version) for one in found] == [("a", None), ("b", "1")]


def test_pyproject_without_a_project_says_so(tmp_path: Path) -> None:
    found = read(tmp_path, "pyproject.toml", "[tool.ruff]\nline-length = 100\n")
    assert found.dependencies == ()
    assert "no [project] table" in found.notes[0]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f'{PROJECT}dependencies = ["=="]', "pyproject.toml:4: '==' is not a requirement"),
        (f"{PROJECT}dependencies = [1]", "dependencies[0]"),
        (f'{PROJECT}dependencies = "a==1"', "project.dependencies"),
        ('[dependency-groups]\na = [{include-group = "b"}]', "includes 'b'"),
        ("[dependency-groups]\na = [{}]", "dependency-groups"),
    ],
)
def test_pyproject_that_cannot_be_read_whole(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(InvalidDependencies) as raised:
        read(tmp_path, "pyproject.toml", text)
    assert what in str(raised.value)


def test_script_lines_are_those_of_the_script(tmp_path: Path) -> None:
    text = 'X = "a==1"\n# /// script\n# dependencies = ["a==1"]\n# ///\n'
    assert only(tmp_path, "tool.py", text).line == 3


def test_script_sources_of_tools_are_unauditable(tmp_path: Path) -> None:
    text = (
        '# /// script\n# dependencies = ["a==1"]\n#\n# [tool.uv.sources]\n'
        '# a = { path = "a" }\n# ///\n'
    )
    assert only(tmp_path, "tool.py", text).version is None


def test_script_with_windows_line_ends(tmp_path: Path) -> None:
    text = '# /// script\r\n# dependencies = ["a==1"]\r\n# ///\r\n'
    assert pins(read(tmp_path, "tool.py", text)) == [("a", "1")]


def test_script_without_metadata_says_so(tmp_path: Path) -> None:
    found = read(tmp_path, "tool.py", "import this\n")
    assert (found.dependencies, len(found.notes)) == ((), 1)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("# /// script\n# dependencies = []\n", "do not end"),
        ("# /// script\n# a = 1\n# ///\n\n# /// script\n# a = 1\n# ///\n", "several blocks"),
        ("# /// script\n" * 1000, "too often"),
        ("# /// script\n# dependencies = [1]\n# ///\n", "dependencies[0]"),
        ("# /// script\n# x\n# ///\n", "valid TOML"),
    ],
)
def test_script_that_cannot_be_read_whole(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(InvalidDependencies, match=what.replace("[", r"\[")):
        read(tmp_path, "tool.py", text)
