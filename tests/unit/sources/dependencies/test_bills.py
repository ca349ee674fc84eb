"""Bills of materials: on the disk, in a wheel, in an environment."""

import json
from pathlib import Path

import pytest

from airlock.errors import InvalidDependencies
from airlock.sources.dependencies import read_dependencies
from tests.simulators.dependency_files import CYCLONEDX_JSON, FILES
from tests.simulators.packages import make_wheel
from tests.unit.sources.dependencies.reading import only, pins, read


def bom(*components: dict[str, object], **more: object) -> str:
    return json.dumps(
        {"bomFormat": "CycloneDX", "specVersion": "1.5", "components": components, **more}
    )


def test_other_ecosystems_are_counted(tmp_path: Path) -> None:
    found = read(tmp_path, "bom.json", CYCLONEDX_JSON)
    assert any("1 components are not Python packages (1 npm)" in note for note in found.notes)
    assert any("1 files, devices and the like" in note for note in found.notes)


@pytest.mark.parametrize("kind", ["library", "framework", "application"])
def test_code_without_a_package_url_is_unauditable(tmp_path: Path, kind: str) -> None:
    found = only(tmp_path, "bom.json", bom({"type": kind, "name": "flask", "version": "2.0.1"}))
    assert (found.project, found.requirement) == (None, "flask 2.0.1")
    assert "no package URL" in found.unauditable


@pytest.mark.parametrize(
    ("purl", "reason"),
    [
        ("pkg:pypi/x", "no version"),
        ("pkg:pypi/x@one", "not a version"),
        ("pkg:pypi/x@1?vcs_url=git%2Bhttps://h.example/x", "a repository"),
        ("pkg:pypi/x@1?download_url=https://h.example/x", "a URL"),
    ],
)
def test_components_of_which_nothing_can_be_said(tmp_path: Path, purl: str, reason: str) -> None:
    found = only(tmp_path, "bom.json", bom({"type": "library", "name": "x", "purl": purl}))
    assert reason in found.unauditable


def test_the_subject_with_a_package_url_is_looked_up(tmp_path: Path) -> None:
    subject = {"name": "app", "version": "1", "purl": "pkg:pypi/app@1", "bom-ref": "r"}
    found = only(tmp_path, "bom.json", bom(metadata={"component": subject}))
    assert (found.name, found.version) == ("app", "1")


def test_a_name_that_only_the_content_gives_away(tmp_path: Path) -> None:
    for name, text in FILES.items():
        if name.startswith(("bom", "app")) and "spdx3" not in name:
            assert pins(read(tmp_path, "materials.txt", text))[0] == ("flask", "2.0.1")


def test_a_script_that_speaks_of_spdx_is_a_script(tmp_path: Path) -> None:
    text = 'X = """\nSPDXVersion: SPDX-2.3\n"""\n# /// script\n# dependencies = ["a==1"]\n# ///\n'
    assert pins(read(tmp_path, "tool.py", text)) == [("a", "1")]


BOMB = (
    '<!DOCTYPE bom [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>\n'
    '<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components/>&b;</bom>'
)
SPACE = 'xmlns="http://cyclonedx.org/schema/bom/1.6"'


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("bom.json", bom(specVersion="2.0"), "CycloneDX 2.0"),
        ("bom.json", '{"specVersion": "1.5"}', "bomFormat"),
        ("bom.json", bom({"version": "1"}), "name"),
        ("bom.json", bom({"name": "x", "purl": "x"}), "not a package URL"),
        ("bom.xml", BOMB, "document type declaration"),
        ("bom.xml", "<bom", "well-formed"),
        ("bom.xml", "<bom/>", "its root is bom"),
        ("bom.xml", f"<bom {SPACE}>" + "<a>" * 1000, "nested too deeply"),
        ("bom.xml", '<?xml version="1.0" encoding="nonsense"?><bom/>', "well-formed"),
        ("a.spdx.json", '{"spdxVersion": "SPDX-1.0"}', "SPDX-1.0"),
        ("a.spdx.json", "{}", "spdxVersion"),
        ("a.spdx.json", '{"@graph": [], "@context": "https://x.example"}', "@context"),
        (
            "a.spdx.json",
            '{"@graph": [{"type": "x"}], "@context": "https://spdx.org/rdf/3.0.1/x"}',
            "compact form",
        ),
        ("a.spdx", "SPDXVersion: SPDX-1.0\n", "SPDX-1.0"),
        ("a.spdx", "SPDXVersion: SPDX-2.3\nnothing\n", "a.spdx:2: it has a line without a tag"),
        ("a.spdx", "SPDXVersion: SPDX-2.3\nComment: <text>\n", "does not end"),
        ("a.spdx", "SPDXVersion: SPDX-2.3\nRelationship: A B\n", "three parts"),
        ("a.spdx", "PackageName: x\nExternalRef: purl x\n", "three parts"),
    ],
)
def test_what_cannot_be_read_whole_is_an_error(
    tmp_path: Path, name: str, text: str, what: str
) -> None:
    with pytest.raises(InvalidDependencies) as raised:
        read(tmp_path, name, text)
    assert str(tmp_path / name) in str(raised.value)
    assert what in str(raised.value)


def put_wheel(folder: Path, files: dict[str, str]) -> Path:
    sboms = {f"app-1.0.dist-info/sboms/{name}": text for name, text in files.items()}
    filename, data = make_wheel("app", "1.0", {"app.py": "", **sboms}, requires=["click"])
    path = folder / filename
    path.write_bytes(data)
    return path


def test_wheel_tells_itself_and_what_it_brings(tmp_path: Path) -> None:
    path = put_wheel(tmp_path, {"bom.json": CYCLONEDX_JSON, "deep/app.spdx": FILES["app.spdx"]})
    (found,) = read_dependencies(path)
    assert pins(found) == [
        ("app", "1.0"),
        ("flask", "2.0.1"),
        ("idna", "3.7"),
        ("1 bundled component of npm", None),
        ("flask", "2.0.1"),
        ("idna", "3.7"),
    ]
    assert found.dependencies[1].path == f"{path}!/app-1.0.dist-info/sboms/bom.json"
    assert any("what it requires is not looked at" in note for note in found.notes)


def test_wheel_with_a_bill_of_unknown_format(tmp_path: Path) -> None:
    (found,) = read_dependencies(put_wheel(tmp_path, {"bom.yaml": "a: 1"}))
    assert "format that is not read" in found.dependencies[1].unauditable


def test_wheel_with_a_broken_bill_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidDependencies, match="valid JSON"):
        read_dependencies(put_wheel(tmp_path, {"bom.json": "{"}))


@pytest.mark.parametrize(
    ("name", "data"),
    [("app-1.0-py3-none-any.whl", b"PK"), ("app.whl", b""), ("app-1.0-py3-none-any.whl", b"")],
)
def test_wheel_that_is_none_is_an_error(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(InvalidDependencies, match=r"app.*\.whl"):
        read(tmp_path, name, data)


def test_wheel_that_is_cut_off_is_an_error(tmp_path: Path) -> None:
    path = put_wheel(tmp_path, {"bom.json": CYCLONEDX_JSON})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InvalidDependencies, match="read whole"):
        read_dependencies(path)
