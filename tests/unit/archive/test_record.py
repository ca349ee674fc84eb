"""Rows of RECORD against content; the differences have an example each in tests/checks."""

from pathlib import Path

import pytest

from airlock.archive import open_archive
from airlock.archive.record import Difference, compare_record
from airlock.model import ArtifactName
from tests.checks.packing import pack_wheel

INFO = "example-1.0.dist-info"


def differences(folder: Path, record: bytes, **more: bytes) -> list[tuple[Difference, str]]:
    tree = {"example.py": b"E = 1\n", f"{INFO}/RECORD": record} | more
    path = pack_wheel(folder, tree, complete=False)
    with open_archive(path, ArtifactName.parse(path.name)) as reading:
        return [(found.difference, found.path) for found in compare_record(reading, INFO)]


RIGHT = b"example.py,sha256=lc4UCotMAKO3DaBmAb7mZUNkKtJVITA2_UX7QFNrEPk,6\n"


def test_a_right_record_has_no_differences(tmp_path: Path) -> None:
    assert differences(tmp_path, RIGHT) == []
    assert differences(tmp_path, RIGHT.replace(b",6", b"=,")) == []


@pytest.mark.parametrize(
    ("record", "difference"),
    [
        (b"", Difference.NOT_LISTED),
        (b"\xff\n", Difference.NO_RECORD),
        (b"a," * 9 + b"\n", Difference.BAD_ROW),
        (b'"' + b"x" * 200_000, Difference.NO_RECORD),
        (b"/etc/passwd,,\n", Difference.OUTSIDE),
        (b"C:/x,,\n", Difference.OUTSIDE),
        (b"a/../../x,,\n", Difference.OUTSIDE),
        (b"gone.py,,\n", Difference.NOT_THERE),
        (b"example.py,sha256=AAAA,6\n", Difference.WRONG_DIGEST),
        (b"example.py,crc32=AAAA,6\n", Difference.WEAK_DIGEST),
        (b"example.py,shake_128=AAAA,6\n", Difference.WEAK_DIGEST),
        (b"example.py,sha256=,6\n", Difference.NO_DIGEST),
        (RIGHT.replace(b",6", b",-1"), Difference.WRONG_SIZE),
        (RIGHT + RIGHT.replace(b",6", b",7"), Difference.LISTED_TWICE),
    ],
)
def test_every_difference_is_found(tmp_path: Path, record: bytes, difference: Difference) -> None:
    assert difference in {found for found, _ in differences(tmp_path, record)}


def test_directories_and_signatures_need_no_row(tmp_path: Path) -> None:
    more = {f"{INFO}/RECORD.jws": b"{}", f"{INFO}/RECORD.p7s": b""}
    assert differences(tmp_path, RIGHT + b"example/,,\n", **more) == []


def test_members_of_nested_archives_need_no_row(tmp_path: Path) -> None:
    import gzip

    found = differences(tmp_path, RIGHT, **{"data.gz": gzip.compress(b"x", mtime=0)})
    assert found == [(Difference.NOT_LISTED, "data.gz")]
