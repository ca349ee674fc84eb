"""Tars that two tools read in two ways, that break off, or that write where they must not."""

import bz2
import gzip
import io
import lzma
import tarfile
from pathlib import Path

import pytest

from airlock.archive import MemberKind
from airlock.model import Severity
from tests.unit.archive.opened import SDIST, codes, contents, only, opened
from tests.unit.archive.raw_tars import END, file, header, padded, pax, sdist, tar

SETUP = "example-1.0/setup.py"
EVIL = file("example-1.0/evil.py", b"EVIL = 1\n")


def by_tarfile(path: Path) -> dict[str, bytes]:
    """Return what pip's tarfile reads."""
    with tarfile.open(path, encoding="utf-8") as archive:
        files = [member for member in archive if member.isreg()]
        return {member.name: archive.extractfile(member).read() for member in files}  # type: ignore[union-attr]


HONEST = {
    "ustar": [file(SETUP, b"S = 1\n")],
    "GNU": [file(SETUP, b"S = 1\n", magic=b"ustar  \0")],
    "before ustar": [file(SETUP, b"S = 1\n", magic=b""), header("example-1.0/old/", kind=b"\0")],
    "a directory for the root": [header("./", kind=b"5"), file(f"./{SETUP}", b"S = 1\n")],
    "a prefix": [file("setup.py", b"S = 1\n", prefix=b"example-1.0/" + b"d" * 100)],
    "a long name": [
        file("././@LongLink", b"example-1.0/" + b"d" * 120 + b"/s.py\0", kind=b"L"),
        file(b"example-1.0/" + b"d" * 88, b"S = 1\n"),
    ],
    "a long pax name": [
        pax({"path": "example-1.0/" + "d" * 120, "mtime": "1.5"}),
        file(b"example-1.0/" + b"d" * 88, b"S = 1\n"),
    ],
    "a name that is not ASCII": [
        pax({"path": "example-1.0/grüße.py"}),
        file("example-1.0/gr??e.py", b"S = 1\n"),
    ],
    "a global header": [pax({"comment": "0" * 40}, kind=b"g"), file(SETUP, b"S = 1\n")],
    "no size, and an empty file": [file(SETUP, b""), header("example-1.0/doc", kind=b"5")],
    "traces of macOS": [file("._example-1.0", b"\0\5\26\7"), file(SETUP, b"S = 1\n")],
    "a size in base 256": [
        file(SETUP, b"S = 1\n", size_field=b"\x80" + bytes(10) + b"\6"),
    ],
}


@pytest.mark.parametrize("entries", HONEST.values(), ids=HONEST)
def test_an_honest_tar_is_whole_and_unremarkable(tmp_path: Path, entries: list[bytes]) -> None:
    with opened(tmp_path, sdist(*entries)) as reading:
        assert reading.whole
        assert reading.anomalies == ()
        seen = {
            name.removeprefix("./"): data for name, data in by_tarfile(tmp_path / SDIST).items()
        }
        assert contents(reading) == seen


@pytest.mark.parametrize(
    ("filename", "packed"),
    [
        ("example-1.0.tgz", gzip.compress(tar(), mtime=0)),
        ("example-1.0.tar.bz2", bz2.compress(tar())),
    ],
)
def test_every_compression_of_an_sdist_is_read(
    tmp_path: Path, filename: str, packed: bytes
) -> None:
    with opened(tmp_path, packed, filename) as reading:
        assert reading.anomalies == ()
        assert set(contents(reading)) == {"example-1.0/PKG-INFO"}


@pytest.mark.parametrize("packed", [tar(), bz2.compress(tar()), lzma.compress(tar())])
def test_content_decides_and_a_wrong_ending_is_noticed(tmp_path: Path, packed: bytes) -> None:
    with opened(tmp_path, packed) as reading:
        assert only(reading, "wrong-container").severity is Severity.MEDIUM
        assert set(contents(reading)) == {"example-1.0/PKG-INFO"}


PIP_SEES = {
    "size in pax only": [pax({"size": "1024"}), file(SETUP, EVIL, size_field=b"%011o\0" % 0)],
    "size in a global header": [
        pax({"size": "1024"}, kind=b"g"),
        file(SETUP, EVIL, size_field=b"%011o\0" % 0),
    ],
}


@pytest.mark.parametrize("entries", PIP_SEES.values(), ids=PIP_SEES)
def test_of_two_sizes_both_views_are_read(tmp_path: Path, entries: list[bytes]) -> None:
    with opened(tmp_path, sdist(*entries)) as reading:
        assert only(reading, "tar-two-sizes").severity is Severity.HIGH
        assert contents(reading)["example-1.0/evil.py"] == b"EVIL = 1\n"
        assert "tar-hidden-entry" in codes(reading)


def test_a_link_with_a_size_is_read_in_both_ways(tmp_path: Path) -> None:
    # tarfile reads what follows as entries, others skip it as the link's content.
    link = header("example-1.0/link", 1024, kind=b"1", link=b"example-1.0/PKG-INFO")
    with opened(tmp_path, sdist(link, EVIL)) as reading:
        assert only(reading, "tar-size-without-data").severity is Severity.HIGH
        assert contents(reading)["example-1.0/evil.py"] == b"EVIL = 1\n"
        assert by_tarfile(tmp_path / SDIST).keys() <= set(contents(reading))


BEHIND = {
    "one block of zeros": bytes(512) + EVIL + END,
    "two blocks of zeros": END + EVIL + END,
    "many blocks of zeros": bytes(100 * 512) + EVIL + END,
}


@pytest.mark.parametrize("tail", BEHIND.values(), ids=BEHIND)
def test_entries_behind_the_end_are_read(tmp_path: Path, tail: bytes) -> None:
    with opened(tmp_path, sdist(tail=tail)) as reading:
        assert "example-1.0/evil.py" not in by_tarfile(tmp_path / SDIST)
        assert contents(reading)["example-1.0/evil.py"] == b"EVIL = 1\n"
        assert only(reading, "tar-hidden-entry").severity is Severity.HIGH


def test_a_second_compressed_stream_is_read(tmp_path: Path) -> None:
    data = sdist(tail=b"") + gzip.compress(EVIL + END)
    with opened(tmp_path, data) as reading:
        assert only(reading, "several-streams").severity is Severity.MEDIUM
        assert contents(reading) == by_tarfile(tmp_path / SDIST)


def test_a_broken_header_hides_nothing(tmp_path: Path) -> None:
    broken = file("example-1.0/x.py", b"X = 1\n", checksum=1)
    with opened(tmp_path, sdist(broken, EVIL)) as reading:
        assert only(reading, "tar-broken-header").unread
        assert "example-1.0/evil.py" not in by_tarfile(tmp_path / SDIST)
        assert contents(reading)["example-1.0/evil.py"] == b"EVIL = 1\n"


BROKEN = {
    "owner that is no number": bytearray(file(SETUP)),
    "negative size": bytearray(file(SETUP, size_field=b"\xff" * 12)),
    "a pax header before nothing": bytearray(pax({"path": "x"}) + bytes(512)),
    "a chain without end": bytearray(pax({"comment": "x"}) * 40),
    "a pax header of gigabytes": bytearray(header("x", 2**31, kind=b"x")),
    "a negative pax size": bytearray(pax({"size": "-512"}) + file(SETUP)),
}


@pytest.mark.parametrize("entry", BROKEN.values(), ids=BROKEN)
def test_a_header_that_stops_tarfile_is_unread(tmp_path: Path, entry: bytearray) -> None:
    if entry == BROKEN["owner that is no number"]:
        entry[108:116] = b"nobody\0\0"
        entry[148:156] = b"%06o\0 " % sum(entry[:148] + b" " * 8 + entry[156:512])
    with opened(tmp_path, sdist(bytes(entry), EVIL)) as reading:
        assert not reading.whole
        assert contents(reading)["example-1.0/evil.py"] == b"EVIL = 1\n"


RENAMED = {
    "by pax": [pax({"path": SETUP}), file("example-1.0/data.txt", b"S = 1\n")],
    "by GNU": [
        file("././@LongLink", SETUP.encode() + b"\0", kind=b"L"),
        file("example-1.0/data.txt", b"S = 1\n"),
    ],
}


@pytest.mark.parametrize("entries", RENAMED.values(), ids=RENAMED)
def test_a_name_that_overrides_another_for_no_reason(tmp_path: Path, entries: list[bytes]) -> None:
    with opened(tmp_path, sdist(*entries)) as reading:
        assert only(reading, "tar-renamed").severity is Severity.HIGH
        assert contents(reading) == by_tarfile(tmp_path / SDIST)


def test_of_two_headers_of_a_kind_the_first_counts_as_in_tarfile(tmp_path: Path) -> None:
    first, second = (pax({"path": f"example-1.0/{name * 120}"}) for name in "ab")
    with opened(tmp_path, sdist(first, second, file("example-1.0/c", b"C"))) as reading:
        assert only(reading, "tar-repeated-header").severity is Severity.HIGH
        assert contents(reading) == by_tarfile(tmp_path / SDIST)


ODDITIES = {
    "prefix in GNU's dialect": (
        file("setup.py", magic=b"ustar  \0", prefix=b"example-1.0"),
        "tar-prefix",
        Severity.MEDIUM,
    ),
    "unknown type": (file(SETUP, b"S", kind=b"Z"), "tar-unknown-type", Severity.MEDIUM),
    "device": (header("example-1.0/null", kind=b"3"), "special-file", Severity.HIGH),
    "FIFO": (header("example-1.0/pipe", kind=b"6"), "special-file", Severity.HIGH),
    "setuid": (file(SETUP, mode=0o4755), "setuid", Severity.MEDIUM),
    "setgid": (file(SETUP, mode=0o2755), "setgid", Severity.LOW),
    "global path": (
        pax({"path": "example-1.0/" + "g" * 120}, kind=b"g") + file(SETUP),
        "tar-global-override",
        Severity.HIGH,
    ),
}


@pytest.mark.parametrize(("entry", "code", "severity"), ODDITIES.values(), ids=ODDITIES)
def test_an_oddity_has_its_weight_and_hides_nothing(
    tmp_path: Path, entry: bytes, code: str, severity: Severity
) -> None:
    with opened(tmp_path, sdist(entry)) as reading:
        assert only(reading, code).severity is severity
        assert reading.whole
        assert by_tarfile(tmp_path / SDIST).keys() <= set(contents(reading))


def test_sparse_files_are_unread(tmp_path: Path) -> None:
    sparse = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": SETUP}
    entries = [pax(sparse), file("example-1.0/GNUSparseFile.1/setup.py", b"0\n" + bytes(510))]
    with opened(tmp_path, sdist(*entries)) as reading:
        assert only(reading, "tar-sparse").unread


CUT = {
    "stream": sdist(file(SETUP, bytes(range(256)) * 400))[:-300],
    "content": gzip.compress(tar(file(SETUP, b"S" * 2000), tail=b"")[:-600]),
    "header": gzip.compress(tar(EVIL, tail=b"")[:-700]),
    "damaged": sdist(EVIL)[:60] + b"\xff" * 40 + sdist(EVIL)[100:],
}


@pytest.mark.parametrize("data", CUT.values(), ids=CUT)
def test_what_is_cut_off_is_unread_and_the_rest_is_read(tmp_path: Path, data: bytes) -> None:
    with opened(tmp_path, data) as reading:
        assert not reading.whole


def test_a_cut_member_has_no_digest(tmp_path: Path) -> None:
    cut = tar(file(SETUP, b"S" * 2000), tail=b"")[:-1000]
    with opened(tmp_path, gzip.compress(cut)) as reading:
        (_, member) = reading.files()
        assert member.sha256 is None
        assert member.read() == b"S" * member.size != b""


def test_bytes_behind_the_stream_are_noticed(tmp_path: Path) -> None:
    with opened(tmp_path, sdist() + b"garbage") as reading:
        assert only(reading, "stream-trailing-data").severity is Severity.LOW
    with opened(tmp_path, sdist() + bytes(1000)) as reading:
        assert reading.anomalies == ()


def test_links_inside_are_the_files_that_they_lead_to(tmp_path: Path) -> None:
    links = [
        file("example-1.0/data.txt", b"S = 1\n"),
        header("example-1.0/here", kind=b"2", link=b"."),
        header(SETUP, kind=b"2", link=b"here/data.txt"),
        header("example-1.0/hard.py", kind=b"1", link=b"example-1.0/data.txt"),
        header("example-1.0/harder.py", kind=b"1", link=b"example-1.0/hard.py"),
    ]
    with opened(tmp_path, sdist(*links)) as reading:
        assert all(anomaly.severity <= Severity.LOW for anomaly in reading.anomalies)
        read = contents(reading)
        for path in (SETUP, "example-1.0/hard.py", "example-1.0/harder.py"):
            assert read[path] == b"S = 1\n"
            member = reading.find(path)
            assert member is not None
            assert member.link
            assert member.sha256 == reading.find("example-1.0/data.txt").sha256  # type: ignore[union-attr]


ESCAPES = {
    "absolute": [header("example-1.0/a", kind=b"2", link=b"/etc/passwd")],
    "upwards": [header("example-1.0/a", kind=b"2", link=b"../../x")],
    "hard": [header("example-1.0/a", kind=b"1", link=b"../x")],
    "through another": [
        header("example-1.0/up", kind=b"2", link=b".."),
        header("example-1.0/a", kind=b"2", link=b"up/../x"),
    ],
    "drive": [header("example-1.0/a", kind=b"2", link=b"C:\\x")],
}


@pytest.mark.parametrize("entries", ESCAPES.values(), ids=ESCAPES)
def test_links_that_lead_out_are_noticed(tmp_path: Path, entries: list[bytes]) -> None:
    with opened(tmp_path, sdist(*entries)) as reading:
        assert only(reading, "link-escape").severity is Severity.HIGH
        assert only(reading, "link-escape").path == "example-1.0/a"


DANGLING = {
    "symbolic": (header("example-1.0/a", kind=b"2", link=b"nothing"), Severity.LOW),
    "hard": (header("example-1.0/a", kind=b"1", link=b"nothing"), Severity.MEDIUM),
    "in a circle": (header("example-1.0/a", kind=b"2", link=b"a"), Severity.LOW),
}


@pytest.mark.parametrize(("entry", "severity"), DANGLING.values(), ids=DANGLING)
def test_links_to_nothing_stay_links(tmp_path: Path, entry: bytes, severity: Severity) -> None:
    with opened(tmp_path, sdist(entry)) as reading:
        assert only(reading, "link-no-file").severity is severity
        member = reading.find("example-1.0/a")
        assert member is not None
        assert member.kind in (MemberKind.SYMLINK, MemberKind.HARDLINK)
        assert member.read() == b""


def test_garbage_between_zeros_is_noticed_once(tmp_path: Path) -> None:
    with opened(tmp_path, sdist(tail=END + padded(b"left over") * 50)) as reading:
        assert only(reading, "tar-trailing-data").severity is Severity.LOW


def test_a_tar_of_the_standard_library_is_unremarkable(tmp_path: Path) -> None:
    for kind in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz", format=kind) as archive:
            for name in (SETUP, "example-1.0/" + "long/" * 18 + "setup.py"):
                info = tarfile.TarInfo(name)
                info.size, info.mtime = 5, 1.5
                archive.addfile(info, io.BytesIO(b"S = 1"))
        with opened(tmp_path, buffer.getvalue()) as reading:
            assert reading.anomalies == ()
            assert contents(reading) == by_tarfile(tmp_path / SDIST)
