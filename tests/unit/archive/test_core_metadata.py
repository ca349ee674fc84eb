"""Which file is the metadata, and what is said when it is not right."""

from pathlib import Path

import pytest

from airlock.archive import open_archive
from airlock.archive.core_metadata import CoreMetadata, read_core_metadata
from airlock.model import ArtifactName
from tests.checks.packing import pack_sdist, pack_wheel

WHEEL, SDIST = "example-1.0-py3-none-any.whl", "example-1.0.tar.gz"
INFO = "example-1.0.dist-info/METADATA"
TEXT = b"""\
Metadata-Version: 2.4
Name: Example
Version: 1.0
Summary: A thing
Author: A. Person
Author-Email: a@person.example
Maintainer: M. Person
Maintainer-Email: m@person.example
Home-page: https://home.example
Project-URL: Source, https://source.example
Project-URL: Docs, https://docs.example
Requires-Dist: click>=8
Requires-Dist: evil @ https://files.example/evil.zip ; extra == "x"
Requires-Python: >=3.11
License-Expression: MIT

The long *description*.
"""


def read(folder: Path, tree: dict[str, bytes], filename: str = WHEEL) -> CoreMetadata:
    pack = pack_wheel if filename.endswith(".whl") else pack_sdist
    path = pack(folder, tree, filename=filename, complete=False)
    name = ArtifactName.parse(filename)
    with open_archive(path, name) as reading:
        return read_core_metadata(reading, name)


@pytest.mark.parametrize(("filename", "path"), [(WHEEL, INFO), (SDIST, "PKG-INFO")])
def test_every_field_is_read(tmp_path: Path, filename: str, path: str) -> None:
    metadata = read(tmp_path, {path: TEXT}, filename)
    assert metadata == CoreMetadata(
        path=path if filename == WHEEL else "example-1.0/PKG-INFO",
        present=True,
        name="Example",
        version="1.0",
        summary="A thing",
        description="The long *description*.\n",
        author="A. Person",
        author_email="a@person.example",
        maintainer="M. Person",
        maintainer_email="m@person.example",
        home_page="https://home.example",
        project_urls=("Source, https://source.example", "Docs, https://docs.example"),
        requires_dist=("click>=8", 'evil @ https://files.example/evil.zip ; extra == "x"'),
        requires_python=">=3.11",
        license="MIT",
        raw=TEXT,
    )


@pytest.mark.parametrize("filename", [WHEEL, SDIST])
def test_missing_metadata_is_a_problem(tmp_path: Path, filename: str) -> None:
    metadata = read(tmp_path, {"example/__init__.py": b""}, filename)
    assert not metadata.present
    assert metadata.path == ""
    assert metadata.problems


def test_a_wheel_of_two_dist_infos_is_a_problem(tmp_path: Path) -> None:
    other = "other-2.0.dist-info/METADATA"
    metadata = read(tmp_path, {INFO: TEXT, other: b"Name: other\nVersion: 2.0\n"})
    assert metadata.path == INFO
    assert metadata.others == (other,)
    assert any("2 .dist-info folders" in problem for problem in metadata.problems)


def test_the_folder_of_the_version_is_chosen(tmp_path: Path) -> None:
    older = "example-0.9.dist-info/METADATA"
    metadata = read(tmp_path, {INFO: TEXT, older: b"Name: example\nVersion: 0.9\n"})
    assert (metadata.path, metadata.others) == (INFO, (older,))


@pytest.mark.parametrize(
    "folder", ["Example-1.0.dist-info", "EXAMPLE-1.0.dist-info", "example-1_0.dist-info"]
)
def test_every_spelling_of_the_folder_is_found(tmp_path: Path, folder: str) -> None:
    assert read(tmp_path, {f"{folder}/METADATA": TEXT}).problems == ()


def test_the_folder_of_another_project_is_not_taken(tmp_path: Path) -> None:
    metadata = read(tmp_path, {"examples-1.0.dist-info/METADATA": TEXT})
    assert not metadata.present
    assert any("another project" in problem for problem in metadata.problems)


def test_a_source_distribution_has_a_second_one_in_its_egg_info(tmp_path: Path) -> None:
    tree = {
        "PKG-INFO": TEXT,
        "src/example.egg-info/PKG-INFO": b"Name: other\nVersion: 3\n",
        "tests/data/PKG-INFO": b"Name: fixture\n",
    }
    metadata = read(tmp_path, tree, SDIST)
    assert metadata.path == "example-1.0/PKG-INFO"
    assert metadata.others == ("example-1.0/src/example.egg-info/PKG-INFO",)
    assert metadata.problems == ()


def test_the_egg_info_is_better_than_nothing(tmp_path: Path) -> None:
    metadata = read(tmp_path, {"example.egg-info/PKG-INFO": TEXT}, SDIST)
    assert metadata.present
    assert any("no PKG-INFO" in problem for problem in metadata.problems)


def test_of_two_values_the_first_counts_and_both_are_a_problem(tmp_path: Path) -> None:
    metadata = read(tmp_path, {INFO: b"Name: a\nName: b\nVersion: 1\nSummary: s\n"})
    assert metadata.name == "a"
    assert any("'name' is given 2 times" in problem for problem in metadata.problems)


@pytest.mark.parametrize(
    "text",
    [b"", b"\xff\xfe\0", b"garbage", b"\n\nName: a\n", b"Name: \xff\nVersion: 1\n", b":" * 9999],
)
def test_hostile_metadata_is_a_problem_and_no_error(tmp_path: Path, text: bytes) -> None:
    metadata = read(tmp_path, {INFO: text})
    assert metadata.path == INFO
    assert metadata.raw == text
    assert metadata.problems


def test_metadata_that_are_too_large_are_not_parsed(tmp_path: Path) -> None:
    metadata = read(tmp_path, {INFO: TEXT + b"x" * 9 * 1024**2})
    assert not metadata.present
    assert any("too large" in problem for problem in metadata.problems)
