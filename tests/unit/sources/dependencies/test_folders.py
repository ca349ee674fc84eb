"""Folders of projects, and environments."""

import json
import venv
from pathlib import Path

import pytest

from airlock.errors import InvalidDependencies, TargetNotFound
from airlock.sources.dependencies import read_dependencies, read_environment
from tests.simulators.dependency_files import CYCLONEDX_JSON, FILES, UV_LOCK
from tests.unit.sources.dependencies.reading import pins


def put(site: Path, name: str, version: str = "1.0", **files: str) -> Path:
    record = site / f"{name}-{version}.dist-info"
    record.mkdir(parents=True)
    (record / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    for file, text in files.items():
        (record / file).write_text(text)
    return record


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    venv.create(tmp_path / "env", with_pip=False)
    return tmp_path / "env"


@pytest.fixture
def site(environment: Path) -> Path:
    (found,) = environment.glob("lib/python3*/site-packages")
    return found


def test_everything_in_a_folder_is_read(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "dev.txt").write_text("idna==3.7\n")
    (tmp_path / "README.txt").write_text("hello\n")
    (tmp_path / "plain.py").write_text("import this\n")
    found = read_dependencies(tmp_path)
    assert sorted(Path(one.origin).name for one in found) == sorted([*FILES, "dev.txt"])


def test_a_lock_file_stands_for_the_pyproject_beside_it(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text(UV_LOCK)
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "app"\ndependencies = ["flask>=2", "idna>=4", "new", "x @ file:///x"]\n'
    )
    project, _ = read_dependencies(tmp_path)
    # What the lock file does not have, or has in another version, is still to be answered for.
    assert [one.requirement for one in project.dependencies] == ["idna>=4", "new", "x @ file:///x"]
    assert "uv.lock" in project.notes[0]


def test_a_broken_file_in_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("a==1\n")
    (tmp_path / "uv.lock").write_text("version = 9\n")
    with pytest.raises(InvalidDependencies, match=r"uv\.lock"):
        read_dependencies(tmp_path)


def test_a_folder_without_anything_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "README.txt").write_text("hello\n")
    with pytest.raises(TargetNotFound) as raised:
        read_dependencies(tmp_path)
    assert "pyproject.toml" in raised.value.hint


@pytest.mark.parametrize("name", ["picture.png", "Pipfile", "setup.cfg", "bom.rdf"])
def test_a_file_of_no_format_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x89PNG")
    with pytest.raises(InvalidDependencies, match="no format that is read"):
        read_dependencies(tmp_path / name)


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TargetNotFound):
        read_dependencies(tmp_path / "requirements.txt")


def test_an_environment_by_its_folder_and_its_interpreter(environment: Path, site: Path) -> None:
    put(site, "flask", "2.0.1", REQUESTED="", INSTALLER="pip")
    put(site, "idna", "3.7", INSTALLER="pip")
    for where in (environment, environment / "bin" / "python"):
        found = read_environment(where)
        assert pins(found) == [("flask", "2.0.1"), ("idna", "3.7")]
        assert [one.direct for one in found.dependencies] == [True, False]
    assert pins(read_dependencies(environment)[0]) == pins(found)


def test_an_environment_that_sees_the_one_below(tmp_path: Path) -> None:
    below = tmp_path / "usr"
    put(below / "lib/python3.11/site-packages", "idna", "3.7")
    above = tmp_path / "env"
    put(above / "lib/python3.11/site-packages", "flask", "2.0.1")
    settings = f"home = {below / 'bin'}\ninclude-system-site-packages = "
    (above / "pyvenv.cfg").write_text(settings + "true\n")
    assert pins(read_environment(above)) == [("flask", "2.0.1"), ("idna", "3.7")]
    (above / "pyvenv.cfg").write_text(settings + "false\n")
    assert pins(read_environment(above)) == [("flask", "2.0.1")]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"url": "x", "vcs_info": {"vcs": "git", "commit_id": "0"}}, "a repository"),
        ({"url": "x", "archive_info": {}}, "a file"),
        ("broken", "cannot be read"),
    ],
)
def test_what_came_from_elsewhere_is_unauditable(
    environment: Path, site: Path, said: object, reason: str
) -> None:
    put(site, "flask", **{"direct_url.json": json.dumps(said)})
    (found,) = read_environment(environment).dependencies
    assert reason in found.unauditable


def test_a_project_installed_in_place_is_looked_up_and_told(environment: Path, site: Path) -> None:
    said = {"url": "file:///x", "dir_info": {"editable": True}}
    put(site, "app", **{"direct_url.json": json.dumps(said)})
    found = read_environment(environment)
    assert not found.dependencies[0].unauditable
    assert "app 1.0 is installed from a folder" in found.notes[0]


def test_what_cannot_be_read_is_in_the_result(environment: Path, site: Path) -> None:
    (site / "broken-1.0.dist-info").mkdir()
    (site / "old.egg-link").write_text("/somewhere\n")
    put(site, "odd", "one")
    found = read_environment(environment).dependencies
    assert all(one.unauditable for one in found)
    assert [one.name for one in found] == ["broken-1.0.dist-info", "odd", "old"]


def test_what_distributions_bring_along(environment: Path, site: Path) -> None:
    record = put(site, "app")
    (record / "sboms").mkdir()
    (record / "sboms" / "app.cdx.json").write_text(CYCLONEDX_JSON)
    (record / "sboms" / "broken.cdx.json").write_text("{")
    found = read_environment(environment)
    names = [one.name for one in found.dependencies]
    assert names == ["app", "flask", "idna", "broken.cdx.json"]
    assert "1 distributions bring along" in found.notes[0]
