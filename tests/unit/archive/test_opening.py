"""What a file is, what is nested in it, and where reading stops."""

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest

from airlock.archive import Limits, open_archive
from airlock.errors import ArchiveError
from airlock.model import ArtifactKind, ArtifactName, Severity, Sha256
from tests.unit.archive.opened import SDIST, WHEEL, contents, only, opened
from tests.unit.archive.raw_tars import file, header, sdist, tar
from tests.unit.archive.raw_zips import entry, raw_zip

A = entry("a.py", b"A = 1\n")
ROOT = "example-1.0"


@pytest.mark.parametrize("data", [b"", b"PK", b"garbage" * 100, bytes(2000), b"\x1f\x8b\x08"])
@pytest.mark.parametrize("filename", [SDIST, WHEEL, "example-1.0.zip", "example-1.0.tar.bz2"])
def test_garbage_gives_a_reading_that_is_not_whole(
    tmp_path: Path, filename: str, data: bytes
) -> None:
    with opened(tmp_path, data, filename) as reading:
        assert not reading.whole
        assert list(reading.members) == []
        assert reading.kind is ArtifactName.parse(filename).kind


@pytest.mark.parametrize("data", [raw_zip([]), gzip.compress(bytes(1024), mtime=0)])
def test_an_archive_with_nothing_in_it_is_not_unremarkable(tmp_path: Path, data: bytes) -> None:
    with opened(tmp_path, data, WHEEL if data[:2] == b"PK" else SDIST) as reading:
        assert only(reading, "no-members").severity is Severity.HIGH


def test_only_the_system_can_refuse(tmp_path: Path) -> None:
    name = ArtifactName.parse(SDIST)
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "nothing", tmp_path, tmp_path / "fifo"):
        with pytest.raises(ArchiveError, match=r"example-1\.0"):
            open_archive(path, name)


def test_a_closed_reading_is_not_read_from_other_files(tmp_path: Path) -> None:
    big = entry("big.bin", os.urandom(17 * 1024**2))
    reading = opened(tmp_path, raw_zip([big]), WHEEL)
    (member,) = reading.members
    assert member.sha256 == Sha256.of(member.read())
    reading.close()
    reading.close()
    with pytest.raises(ArchiveError, match="closed"):
        member.read()


def test_a_zip_behind_a_tar_is_read_as_both(tmp_path: Path) -> None:
    # pip unpacks whatever has the end of a zip as a zip, whatever it is called.
    data = sdist(file(f"{ROOT}/shown.py")) + raw_zip([entry(f"{ROOT}/setup.py", b"EVIL = 1\n")])
    with opened(tmp_path, data) as reading:
        assert zipfile.is_zipfile(tmp_path / SDIST)
        assert only(reading, "polyglot").severity is Severity.HIGH
        assert {f"{ROOT}/shown.py", f"{ROOT}/setup.py"} <= set(contents(reading))


def test_a_wheel_that_is_a_tar_is_read_and_noticed(tmp_path: Path) -> None:
    with opened(tmp_path, sdist(), WHEEL) as reading:
        assert reading.kind is ArtifactKind.WHEEL
        assert only(reading, "wrong-container").severity is Severity.HIGH
        assert list(reading.files())


TREES = {
    "two contents, tar": (SDIST, sdist(*[file(f"{ROOT}/a", c) for c in (b"1", b"2")]),
                          "duplicate-differs", Severity.MEDIUM),
    "two contents, zip": (WHEEL, raw_zip([entry("a", b"1"), entry("a", b"2")]),
                          "duplicate-differs", Severity.HIGH),
    "the same twice": (WHEEL, raw_zip([A, A]), "duplicate", Severity.LOW),
    "case": (WHEEL, raw_zip([A, entry("A.py")]), "path-collision", Severity.LOW),
    "ligature": (
        WHEEL,
        raw_zip([entry("file.py"), entry("ﬁle.py".encode(), flags=0x800)]),
        "path-collision",
        Severity.MEDIUM,
    ),
    "file and directory": (WHEEL, raw_zip([entry("a"), entry("a/b")]),
                           "file-and-directory", Severity.MEDIUM),
    "through a link": (
        SDIST,
        sdist(header(f"{ROOT}/a", kind=b"2", link=b"../.."), file(f"{ROOT}/a/b")),
        "write-through-link",
        Severity.HIGH,
    ),
    "two folders": (SDIST, sdist(file("other/setup.py")), "several-tops", Severity.MEDIUM),
    "another folder": (
        SDIST,
        gzip.compress(file("other-2.0/PKG-INFO", b"Name: other\n") + bytes(1024)),
        "top-name",
        Severity.LOW,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("filename", "data", "code", "severity"), TREES.values(), ids=TREES)
def test_paths_that_do_not_go_together(
    tmp_path: Path, filename: str, data: bytes, code: str, severity: Severity
) -> None:
    with opened(tmp_path, data, filename) as reading:
        assert only(reading, code).severity is severity
        assert reading.whole


@pytest.mark.parametrize("top", ["Example_Project-1.0", "example.project-1.0"])
def test_every_spelling_of_the_project_names_the_folder(tmp_path: Path, top: str) -> None:
    data = gzip.compress(file(f"{top}/PKG-INFO", b"Name: x\n") + bytes(1024))
    with opened(tmp_path, data, "example-project-1.0.tar.gz") as reading:
        assert reading.anomalies == ()


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return buffer.getvalue()


NESTED = {
    "zip": (zipped(a__py=b"A"), "x!/a.py"),
    "zip behind a script": (b"#!/usr/bin/python\n" + zipped(a__py=b"A"), "x!/a.py"),
    "tar.gz": (sdist(file(f"{ROOT}/a.py", b"A")), f"x!/{ROOT}/a.py"),
    "tar": (tar(file(f"{ROOT}/a.py", b"A")), f"x!/{ROOT}/a.py"),
    "zip in zip": (zipped(y=zipped(a__py=b"A")), "x!/y!/a.py"),
    "large, deflated": (zipped(a__py=b"A", noise=os.urandom(2 * 1024**2)), "x!/a.py"),
    "gzip in zip": (zipped(y__gz=gzip.compress(b"A")), "x!/y.gz!/y"),
}


@pytest.mark.parametrize(("data", "path"), NESTED.values(), ids=NESTED)
@pytest.mark.parametrize("outer", [SDIST, WHEEL])
def test_archives_in_archives_are_read(tmp_path: Path, outer: str, data: bytes, path: str) -> None:
    top = "" if outer == WHEEL else f"{ROOT}/"
    whole = zipped(x=data) if outer == WHEEL else sdist(file(f"{ROOT}/x", data))
    with opened(tmp_path, whole, outer) as reading:
        assert reading.whole
        assert all(anomaly.severity <= Severity.LOW for anomaly in reading.anomalies)
        assert contents(reading)[top + path] == b"A"
        assert list(reading.members).index(reading.find(f"{top}x")) < list(  # type: ignore[arg-type]
            reading.members
        ).index(reading.find(top + path))  # type: ignore[arg-type]


BROKEN = {
    "cut": zipped(a__py=b"A" * 100)[:-30],
    "damaged": sdist(file("a", b"A" * 5000))[:-20],
    "encrypted": raw_zip([entry("a", b"?", flags=1)]),
    "escaping": raw_zip([entry("../../evil.py", b"EVIL")]),
    "hidden": raw_zip([A, entry("evil.py", listed=False)]),
    "garbage": b"PK\3\4" + b"garbage" * 100,
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_broken_archives_among_the_data_weigh_little(tmp_path: Path, data: bytes) -> None:
    with opened(tmp_path, sdist(file(f"{ROOT}/tests/broken.zip", data))) as reading:
        assert reading.whole
        assert {anomaly.severity for anomaly in reading.anomalies} == {Severity.LOW}
        assert all(a.path.startswith(f"{ROOT}/tests/broken.zip") for a in reading.anomalies)


def test_a_path_cannot_pretend_to_be_nested(tmp_path: Path) -> None:
    with opened(tmp_path, raw_zip([entry("a.zip!/setup.py", b"EVIL")]), WHEEL) as reading:
        assert set(contents(reading)) == {"a.zip%21/setup.py"}


def test_archives_that_are_too_deep_are_not_opened(tmp_path: Path) -> None:
    data = b"A"
    for _ in range(5):
        data = zipped(x=data)
    with opened(tmp_path, data, WHEEL, Limits(depth=2)) as reading:
        assert only(reading, "nested-too-deep").severity is Severity.LOW
        assert reading.whole
        assert [m.path for m in reading.members] == ["x", "x!/x", "x!/x!/x"]


BOMB = zipped(bomb=bytes(4 * 1024**2), a__py=b"A")
LIMITS = {
    "members": (raw_zip([entry(f"{i}.py") for i in range(9)]), Limits(members=5),
                "too-many-members", 5),
    "member": (BOMB, Limits(member_bytes=1024**2), "member-too-large", 2),
    "total": (BOMB, Limits(total_bytes=1024**2), "total-too-large", 2),
    "ratio": (BOMB, Limits(ratio=10, ratio_from_bytes=1024**2), "ratio-too-high", 2),
}  # fmt: skip


@pytest.mark.parametrize(("data", "limits", "code", "count"), LIMITS.values(), ids=LIMITS)
def test_a_limit_is_said_and_the_rest_is_read(
    tmp_path: Path, data: bytes, limits: Limits, code: str, count: int
) -> None:
    with opened(tmp_path, data, WHEEL, limits) as reading:
        assert only(reading, code).unread
        assert not reading.whole
        assert len(reading.members) == count
        last = reading.find("a.py")
        assert last is None or last.read() == b"A"


@pytest.mark.parametrize(("data", "limits", "code", "count"), LIMITS.values(), ids=LIMITS)
def test_limits_hold_for_nested_archives_too(
    tmp_path: Path, data: bytes, limits: Limits, code: str, count: int
) -> None:
    with opened(tmp_path, sdist(file(f"{ROOT}/x.zip", data)), limits=limits) as reading:
        assert not reading.whole
        assert {a.code for a in reading.anomalies if a.unread} == {code}


def test_limits_hold_for_streams(tmp_path: Path) -> None:
    data = sdist(file(f"{ROOT}/a", b"A"), file(f"{ROOT}/b", bytes(8 * 1024**2)))
    for limits in (Limits(total_bytes=1024**2), Limits(ratio=10, ratio_from_bytes=1024**2)):
        with opened(tmp_path, data, limits=limits) as reading:
            assert not reading.whole
            assert contents(reading)[f"{ROOT}/a"] == b"A"
            assert sum(member.size for member in reading.members) <= 1024**2


def test_a_large_nested_archive_is_not_opened_and_said_so(tmp_path: Path) -> None:
    with opened(tmp_path, raw_zip([entry("x.zip", zipped(a=b"A" * 99))]), WHEEL,
                Limits(nested_bytes=50)) as reading:  # fmt: skip
        assert only(reading, "nested-too-large").unread
        assert only(reading, "nested-too-large").path == "x.zip"


def test_links_cannot_multiply_a_file_without_end(tmp_path: Path) -> None:
    links = [header(f"{ROOT}/{i}", kind=b"1", link=f"{ROOT}/a".encode()) for i in range(100)]
    data = sdist(file(f"{ROOT}/a", bytes(10_000)), *links)
    with opened(tmp_path, data, limits=Limits(total_bytes=500_000)) as reading:
        assert not reading.whole
        assert sum(member.size for member in reading.members) <= 500_000


def test_anomalies_are_summed_up_when_they_are_too_many(tmp_path: Path) -> None:
    with opened(tmp_path, raw_zip([entry(f"../{i}") for i in range(500)]), WHEEL) as reading:
        found = [anomaly for anomaly in reading.anomalies if anomaly.code == "path-escape"]
        assert len(found) < 100
        assert "more of the kind" in found[-1].message


def test_what_does_not_fit_in_memory_is_still_read(tmp_path: Path) -> None:
    noise = os.urandom(1024**2)
    data = sdist(*[file(f"{ROOT}/{i}", noise) for i in range(80)])
    assert len(data) > 64 * 1024**2
    with opened(tmp_path, data) as reading:
        assert {member.read() for member in reading.files() if member.name.isdigit()} == {noise}
