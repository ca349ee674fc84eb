"""One file of every format, all about the same two releases."""

from pathlib import Path

import pytest

from airlock.sources.dependencies.detection import READERS
from tests.simulators.dependency_files import DIGEST, FILES
from tests.unit.sources.dependencies.reading import pins, read

HASHED = [name for name in FILES if name not in {"pyproject.toml", "script.py"}]
MARKED = ["pylock.toml", "Pipfile.lock", "requirements.txt", "pyproject.toml", "script.py"]
GROUPED = ["uv.lock", "poetry.lock", "pdm.lock", "pyproject.toml"]
TELL_DIRECT = ["bom.json", "bom.xml", "app.spdx.json", "app.spdx", "app.spdx3.json"]


@pytest.mark.parametrize("name", FILES)
def test_every_format_tells_names_versions_and_lines(tmp_path: Path, name: str) -> None:
    found = read(tmp_path, name, FILES[name])

    assert pins(found) == [("flask", "2.0.1"), ("idna", "3.7")]
    lines = FILES[name].splitlines()
    for one in found.dependencies:
        assert not one.unauditable
        assert one.path == str(tmp_path / name)
        # The line, or the one beside it, names the project: somebody is led there.
        near = lines[one.line - 1]
        assert one.line
        assert one.name in near or str(one.version) in near or "<component" in near


@pytest.mark.parametrize("name", HASHED)
def test_hashes_are_kept(tmp_path: Path, name: str) -> None:
    flask = read(tmp_path, name, FILES[name]).dependencies[0]
    assert flask.hashes == (f"sha256:{DIGEST}",)


@pytest.mark.parametrize("name", MARKED)
def test_markers_are_kept(tmp_path: Path, name: str) -> None:
    flask = read(tmp_path, name, FILES[name]).dependencies[0]
    assert flask.marker.replace('"', "'") == "python_version >= '3.8'"


@pytest.mark.parametrize("name", GROUPED)
def test_groups_are_told(tmp_path: Path, name: str) -> None:
    flask, idna = read(tmp_path, name, FILES[name]).dependencies
    assert (flask.group, idna.group) == ("", "dev")


@pytest.mark.parametrize("name", TELL_DIRECT)
def test_what_the_project_itself_asks_for_is_direct(tmp_path: Path, name: str) -> None:
    flask, idna = read(tmp_path, name, FILES[name]).dependencies
    assert (flask.direct, idna.direct) == (True, False)


def test_there_is_a_file_for_every_reader() -> None:
    used = {
        next(reader for reader in READERS if reader.fits(name, text.encode()[:4096]))
        for name, text in FILES.items()
    }
    assert used == set(READERS)
