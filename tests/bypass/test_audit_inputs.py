"""Ways in which a dependency could get past an audit without being looked at."""

import json
from pathlib import Path

import pytest

from airlock.errors import AirlockError
from airlock.model import Inventory
from airlock.sources.dependencies import read_dependencies
from airlock.sources.reaching import reachability
from tests.simulators.dependency_files import CYCLONEDX_JSON, FILES, SPDX_JSON


def read(folder: Path, name: str, text: str) -> Inventory:
    path = folder / name
    path.write_text(text)
    (inventory,) = read_dependencies(path)
    return inventory


def names(inventory: Inventory) -> list[str]:
    return [one.name for one in inventory.dependencies]


@pytest.mark.parametrize("spelling", ["Flask", "FLASK", "fl_ask", "fl--ask", "fl.ask"])
def test_spelling_hides_no_project(tmp_path: Path, spelling: str) -> None:
    found = read(tmp_path, "requirements.txt", f"{spelling}==1.0\n")
    assert names(found)[0] in {"flask", "fl-ask"}


def test_a_marker_of_another_machine_hides_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, "requirements.txt", "flask==1.0 ; sys_platform == 'plan9'\n")
    assert names(found) == ["flask"]


@pytest.mark.parametrize("end", ["\x0b", "\x0c", "\u2028", "\r", "\x85"])
def test_no_line_end_hides_a_line(tmp_path: Path, end: str) -> None:
    assert "flask" in names(read(tmp_path, "requirements.txt", f"idna==3.7{end}flask==1.0\n"))


def test_a_continued_comment_hides_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, "requirements.txt", "# idna \\\nflask==1.0\n")
    assert names(found) == ["flask"]


def test_a_name_given_twice_is_an_error_and_not_a_choice(tmp_path: Path) -> None:
    text = '{"_meta": {"pipfile-spec": 6}, "default": {"a": {"version": "==1"}}, "default": {}}'
    with pytest.raises(AirlockError, match="twice"):
        read(tmp_path, "Pipfile.lock", text)


def test_saying_that_one_is_the_subject_hides_no_package(tmp_path: Path) -> None:
    document = json.loads(SPDX_JSON)
    document["documentDescribes"] = [one["SPDXID"] for one in document["packages"]]
    found = read(tmp_path, "app.spdx.json", json.dumps(document))
    assert names(found) == ["flask", "idna"]


def test_a_component_inside_of_another_ecosystem_is_not_hidden(tmp_path: Path) -> None:
    document = json.loads(CYCLONEDX_JSON)
    document["components"] = [
        {
            "type": "container",
            "name": "image",
            "purl": "pkg:oci/image",
            "components": document["components"],
        }
    ]
    assert names(read(tmp_path, "bom.json", json.dumps(document))) == ["flask", "idna"]


@pytest.mark.parametrize("field", ["name", "purl"])
def test_a_component_cannot_lie_about_what_it_is(tmp_path: Path, field: str) -> None:
    document = json.loads(CYCLONEDX_JSON)
    document["components"][0][field] = "harmless" if field == "name" else ""
    found = read(tmp_path, "bom.json", json.dumps(document)).dependencies[0]
    assert found.name == "flask" or found.unauditable


def test_entities_of_xml_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("pkg:pypi/flask@1.0")
    text = (
        f'<!DOCTYPE bom [<!ENTITY x SYSTEM "file://{secret}">]>'
        '<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>'
        "<component><name>a</name><purl>&x;</purl></component></components></bom>"
    )
    with pytest.raises(AirlockError, match="document type"):
        read(tmp_path, "bom.xml", text)


def test_a_version_that_only_looks_like_one_is_not_looked_up(tmp_path: Path) -> None:
    text = FILES["uv.lock"].replace('"2.0.1"', '"2.0.1 "')
    found = read(tmp_path, "uv.lock", text).dependencies[0]
    # Either of both: it is that version, or nobody knows.
    assert found.unauditable or (found.version or "").strip() == "2.0.1"


def test_a_lock_file_hides_nothing_that_it_does_not_have(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text(FILES["uv.lock"])
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["evil"]\n')
    found = [one for inventory in read_dependencies(tmp_path) for one in inventory.dependencies]
    assert any(one.name == "evil" and one.unauditable for one in found)


def test_a_lock_file_of_git_sources_pins_nothing(tmp_path: Path) -> None:
    git = 'source = { git = "https://h.example/x" }'
    registry = 'source = { registry = "https://index.example/simple" }'
    (tmp_path / "uv.lock").write_text(FILES["uv.lock"].replace(registry, git))
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["flask"]\n')
    found = [one for inventory in read_dependencies(tmp_path) for one in inventory.dependencies]
    assert all(one.unauditable for one in found if one.name == "flask")


@pytest.mark.parametrize(
    "code",
    [
        "exec('import ' + 'flask')",
        "getattr(__import__('importlib'), 'import_module')(name)",
        "from importlib import import_module as load\nload(name)",
        "import runpy\nrunpy.run_module(name)",
    ],
)
def test_hidden_imports_are_never_a_certain_no(tmp_path: Path, code: str) -> None:
    site = tmp_path / ".venv/lib/python3.11/site-packages/flask-2.0.1.dist-info"
    site.mkdir(parents=True)
    (tmp_path / ".venv/pyvenv.cfg").write_text("home = /usr/bin\n")
    (site / "METADATA").write_text("Metadata-Version: 2.1\nName: flask\nVersion: 2.0.1\n")
    (site / "RECORD").write_text("flask/__init__.py,,\n")
    (tmp_path / "app.py").write_text(code)
    (tmp_path / "requirements.txt").write_text("flask==2.0.1\n")
    (inventory,) = read_dependencies(tmp_path / "requirements.txt")
    assert reachability(tmp_path).of(inventory.dependencies[0]).imported is None
