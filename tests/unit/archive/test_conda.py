"""Packages of conda: what conda would unpack is what is read, and nothing of it is left out."""

import zipfile
from pathlib import Path

import pytest
from backports import zstd
from conda_package_streaming.package_streaming import stream_conda_component

from airlock.archive import Limits, Reading, open_archive
from airlock.errors import InvalidFilename
from airlock.model import ArtifactKind, ArtifactName
from tests.simulators.condas import PACKAGE, make_conda, tar_of

FILES = {
    "site-packages/anchor/__init__.py": b"WEIGHT = 1\n",
    "site-packages/anchor-1.0.dist-info/METADATA": b"Name: anchor\n",
    "bin/anchor": b"#!/usr/bin/env python\n",
    "lib/libanchor.so.1": b"\x7fELF",
}
INSTALLED = {
    "anchor/__init__.py",
    "anchor-1.0.dist-info/METADATA",
    "anchor-1.0.data/scripts/anchor",
    "anchor-1.0.data/data/lib/libanchor.so.1",
    *(f"anchor-1.0.conda-info/{name}" for name in ("index.json", "paths.json", "files")),
    "anchor-1.0.conda-info/recipe/meta.yaml",
}
OLDER = "anchor-1.0-pyh1234567_0.tar.bz2"


def opened(path: Path, limits: Limits | None = None) -> Reading:
    return open_archive(path, ArtifactName.of_file(path.name), limits or Limits())


@pytest.mark.parametrize("filename", [PACKAGE, OLDER])
def test_what_conda_would_unpack_is_read(tmp_path: Path, filename: str) -> None:
    path = make_conda(tmp_path, FILES, filename)
    with opened(path) as reading:
        assert reading.whole
        assert {member.path for member in reading.files()} == INSTALLED
        read = {member.size: member.read() for member in reading.files()}
        assert [anomaly.code for anomaly in reading.anomalies] == []
    # The library that conda itself unpacks with is the measure.
    parts = ["pkg", "info"] if filename.endswith(".conda") else ["pkg"]
    for part in parts:
        for tar, entry in stream_conda_component(str(path), component=part):
            content = tar.extractfile(entry)
            assert content is not None
            data = content.read()
            assert data in read.values(), entry.name


@pytest.mark.parametrize(
    ("path", "installed"),
    [
        ("lib/python3.12/site-packages/anchor.py", "anchor.py"),
        ("lib/python3.13t/site-packages/anchor.py", "anchor.py"),
        ("Lib/site-packages/anchor.py", "anchor.py"),
        ("Scripts/anchor.exe", "anchor-1.0.data/scripts/anchor.exe"),
        ("python-scripts/anchor", "anchor-1.0.data/scripts/anchor"),
        ("etc/conda/activate.d/anchor.sh", "anchor-1.0.data/data/etc/conda/activate.d/anchor.sh"),
        ("mylib/site-packages/anchor.py", "anchor-1.0.data/data/mylib/site-packages/anchor.py"),
    ],
)
def test_paths_are_those_of_a_wheel(tmp_path: Path, path: str, installed: str) -> None:
    with opened(make_conda(tmp_path, {path: b"x"})) as reading:
        assert reading.find(installed) is not None


def test_what_conda_passes_over_is_told(tmp_path: Path) -> None:
    path = make_conda(tmp_path, FILES, stray={"payload.py": b"x = 1\n"})
    with opened(path) as reading:
        assert [anomaly.code for anomaly in reading.anomalies] == ["conda-stray"]
        assert any(member.path.endswith("payload.py") for member in reading.members)


def test_a_package_without_one_of_its_parts(tmp_path: Path) -> None:
    path = tmp_path / PACKAGE
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pkg-anchor-1.0-pyh1234567_0.tar.zst", zstd.compress(tar_of(FILES)))
    with opened(path) as reading:
        assert "conda-parts" in {anomaly.code for anomaly in reading.anomalies}


@pytest.mark.parametrize("data", [b"", b"no zstd at all", zstd.compress(b"x" * 4096)[:-9]])
def test_a_part_that_cannot_be_unpacked_is_not_whole(tmp_path: Path, data: bytes) -> None:
    name = "pkg-anchor-1.0-pyh1234567_0.tar.zst"
    with opened(make_conda(tmp_path, FILES, stray={name: data})) as reading:
        assert not reading.whole


def test_what_unpacks_to_far_too_much_is_stopped(tmp_path: Path) -> None:
    bomb = zstd.compress(tar_of({"site-packages/zeros": bytes(80 * 1024**2)}))
    assert len(bomb) < 100_000
    name = "pkg-anchor-1.0-pyh1234567_0.tar.zst"
    path = make_conda(tmp_path, {}, stray={name: bomb})
    with opened(path, Limits(ratio_from_bytes=1024**2)) as reading:
        assert not reading.whole
        assert "ratio-too-high" in {anomaly.code for anomaly in reading.anomalies}


def test_members_that_lead_out_are_kept_harmless(tmp_path: Path) -> None:
    tar = tar_of({"../../escape": b"x", "/etc/passwd": b"x"})
    name = "pkg-anchor-1.0-pyh1234567_0.tar.zst"
    with opened(make_conda(tmp_path, {}, stray={name: zstd.compress(tar)})) as reading:
        assert all(".." not in member.path.split("/") for member in reading.members)
        assert "path-escape" in {anomaly.code for anomaly in reading.anomalies}


@pytest.mark.parametrize(
    ("filename", "project", "version"),
    [
        (PACKAGE, "anchor", "1.0"),
        (OLDER, "anchor", "1.0"),
        ("my-long-name-2024.1-0.conda", "my-long-name", "2024.1"),
        ("_libgcc_mutex-0.1-main.conda", "", ""),
        ("ca-certificates-2024.2-h06a4308_0.conda", "ca-certificates", "2024.2"),
    ],
)
def test_the_names_of_packages(filename: str, project: str, version: str) -> None:
    if not project:
        with pytest.raises(InvalidFilename):
            ArtifactName.of_file(filename)
        return
    name = ArtifactName.of_file(filename)
    assert (name.project, name.version, name.kind) == (project, version, ArtifactKind.CONDA)


@pytest.mark.parametrize("filename", [PACKAGE, OLDER])
def test_no_index_is_believed_to_have_them(filename: str) -> None:
    if filename == PACKAGE:
        with pytest.raises(InvalidFilename):
            ArtifactName.parse(filename)
    else:
        assert ArtifactName.parse(filename).kind is ArtifactKind.SDIST
    assert ArtifactName.of_file("anchor-1.0.tar.bz2").kind is ArtifactKind.SDIST


def test_nested_zstd_is_read_in_every_artifact(tmp_path: Path) -> None:
    from tests.checks.packing import pack_wheel

    inner = zstd.compress(tar_of({"evil.py": b"import os\n"}))
    path = pack_wheel(tmp_path, {"anchor/data.tar.zst": inner}, filename="a-1.0-py3-none-any.whl")
    with open_archive(path, ArtifactName.parse(path.name)) as reading:
        assert reading.find("anchor/data.tar.zst!/evil.py") is not None
