"""File names, taken apart (PEP 427, PEP 625 and their forebears)."""

import pytest

from airlock.errors import InvalidFilename
from airlock.model import ArtifactKind, ArtifactName


@pytest.mark.parametrize(
    ("filename", "project", "version"),
    [
        ("example-1.0-py3-none-any.whl", "example", "1.0"),
        ("Har_Bour-1.0.post1-py3-none-any.whl", "har-bour", "1.0.post1"),
        ("zope.interface-5.0-cp311-cp311-manylinux_2_17_x86_64.whl", "zope-interface", "5.0"),
        ("example-1.0-1build-py2.py3-none-any.whl", "example", "1.0"),
        ("example-1.0+local.1-py3-none-any.whl", "example", "1.0+local.1"),
        ("example-1!2.0-py3-none-any.whl", "example", "1!2.0"),
    ],
)
def test_wheels(filename: str, project: str, version: str) -> None:
    name = ArtifactName.parse(filename)
    assert (name.project, name.version) == (project, version)
    assert name.kind is ArtifactKind.WHEEL
    assert name.filename == filename


@pytest.mark.parametrize(
    ("filename", "project", "version"),
    [
        ("example-1.0.tar.gz", "example", "1.0"),
        ("example-1.0.tgz", "example", "1.0"),
        ("example-1.0.zip", "example", "1.0"),
        ("example-1.0.tar.bz2", "example", "1.0"),
        ("har_bour-1.0.tar.gz", "har-bour", "1.0"),
        # Before PEP 625 a dash could stand in the name.
        ("Har-Bour-1.0.tar.gz", "har-bour", "1.0"),
        ("a-b-c-2024.1.zip", "a-b-c", "2024.1"),
        ("example-1.0.dev1+g12ab.tar.gz", "example", "1.0.dev1+g12ab"),
    ],
)
def test_source_distributions(filename: str, project: str, version: str) -> None:
    name = ArtifactName.parse(filename)
    assert (name.project, name.version) == (project, version)
    assert name.kind is ArtifactKind.SDIST


@pytest.mark.parametrize(
    "filename",
    [
        "",
        ".whl",
        ".tar.gz",
        "example.whl",
        "example-1.0.whl",
        "example-1.0-py3-none.whl",
        "example-1.0-1-2-py3-none-any.whl",
        "example--py3-none-any.whl",
        "-1.0-py3-none-any.whl",
        "example.tar.gz",
        "example-.tar.gz",
        "-1.0.tar.gz",
        "example-1.0.exe",
        "example-1.0.egg",
        "example-1.0.tar",
        "example-1.0.tar.xz",
        "example-1.0.tar.gz.asc",
        "example-1.0-py3-none-any.whl.metadata",
        "../example-1.0.tar.gz",
        "..\\example-1.0.tar.gz",
        "folder/example-1.0-py3-none-any.whl",
        "example-1.0\0.tar.gz",
        "example-1.0\n.tar.gz",
        "example-1.0\x1b[31m.tar.gz",
        "example-1.0\u202egz.tar.gz",
        "example-1.0\udcff.tar.gz",
        "ex ample-1.0.tar.gz",
        "exämple-1.0.tar.gz",
    ],
)
def test_what_is_neither_is_refused(filename: str) -> None:
    with pytest.raises(InvalidFilename) as caught:
        ArtifactName.parse(filename)
    assert str(caught.value).isprintable()
    assert caught.value.exit_code == 2
