"""Zips that two tools read in two ways: each is noticed, and both views are read."""

import struct
import zipfile
from pathlib import Path

import pytest

from airlock.model import Severity
from tests.unit.archive.opened import WHEEL, codes, contents, only, opened
from tests.unit.archive.raw_zips import (
    DESCRIPTOR,
    Entry,
    central_entry,
    deflated,
    end_record,
    entry,
    lying,
    raw_zip,
)

A = entry("a.py", b"A = 1\n", method=8)
B = entry("b.py", b"B = 2\n")
EVIL = entry("evil.py", b"EVIL = 1\n")


def as_extra(path: bytes) -> bytes:
    """Return Info-ZIP's Unicode path field."""
    import zlib

    data = b"\1" + struct.pack("<I", zlib.crc32(b"a.py")) + path
    return struct.pack("<HH", 0x7075, len(data)) + data


def described(item: Entry, *, signed: bool = True) -> Entry:
    """Return an entry whose sizes follow its data, as tools write that cannot seek."""
    import msgspec

    told = item.central
    after = struct.pack("<III", told.crc, told.packed, told.unpacked)
    flags = {"flags": told.flags | 8}
    local = msgspec.structs.replace(item.local, crc=0, packed=0, unpacked=0, **flags)
    central = msgspec.structs.replace(told, **flags)
    return msgspec.structs.replace(
        item, local=local, central=central, after=(DESCRIPTOR if signed else b"") + after
    )


HONEST = {
    "plain": raw_zip([A, B]),
    "described": raw_zip([described(A), described(B)]),
    "described without signature": raw_zip([described(A, signed=False), B]),
    "directories of torch": raw_zip([entry("pkg/"), entry("pkg/", attributes=0x10), A, B]),
    "an empty directory, deflated": raw_zip([entry("pkg/", method=8), A]),
    "a stored zip inside": raw_zip([entry("inner.zip", raw_zip([A])), B]),
    "a stored zip inside, last": raw_zip([B, entry("inner.zip", raw_zip([A, A]))]),
    "UTF-8 name": raw_zip([entry("grüße.py".encode(), b"", flags=0x800)]),
    "a Unicode path of the same name": raw_zip([entry("a.py", extra=as_extra(b"a.py"))]),
}


@pytest.mark.parametrize("data", HONEST.values(), ids=HONEST)
def test_an_honest_zip_is_whole_and_unremarkable(tmp_path: Path, data: bytes) -> None:
    with opened(tmp_path, data, WHEEL) as reading:
        assert reading.whole
        assert reading.anomalies == ()
        with zipfile.ZipFile(tmp_path / WHEEL) as archive:
            for member in reading.files():
                if "!/" not in member.path:
                    assert archive.read(member.path) == member.read()


FACES = {
    "name": (lying(A, "local", name=b"z.py"), "zip-local-name"),
    "method": (lying(B, "local", method=8), "zip-local-method"),
    "size": (lying(B, "local", packed=3, unpacked=3), "zip-local-size"),
    "crc": (lying(B, "local", crc=7), "zip-local-crc"),
    "encryption": (lying(B, "local", flags=1), "zip-local-encryption"),
    "encoding": (
        lying(entry("ü.py".encode(), b"", flags=0x800), "local", flags=0),
        "zip-local-encoding",
    ),
    "described size": (lying(described(B), "local", packed=2), "zip-local-size"),
    "descriptor": (lying(described(B), "central", crc=7), "zip-descriptor"),
}


@pytest.mark.parametrize(("item", "code"), FACES.values(), ids=FACES)
def test_two_headers_that_differ_are_noticed(tmp_path: Path, item: Entry, code: str) -> None:
    with opened(tmp_path, raw_zip([item]), WHEEL) as reading:
        assert code in codes(reading)
        assert all(a.severity is Severity.HIGH for a in reading.anomalies if a.code == code)


def test_an_entry_that_no_directory_lists_is_read(tmp_path: Path) -> None:
    hidden = entry("evil.py", b"EVIL = 1\n", listed=False)
    with opened(tmp_path, raw_zip([A, hidden, B]), WHEEL) as reading:
        assert only(reading, "zip-hidden-entry").severity is Severity.HIGH
        assert contents(reading)["evil.py"] == b"EVIL = 1\n"


def test_a_hidden_entry_with_a_descriptor_is_read_to_its_own_end(tmp_path: Path) -> None:
    packed = entry("evil.py", b"EVIL = 1\n" * 50, method=8)
    import msgspec

    hidden = msgspec.structs.replace(described(packed), listed=False)
    with opened(tmp_path, raw_zip([A, hidden, B]), WHEEL) as reading:
        assert "zip-hidden-entry" in codes(reading)
        assert contents(reading)["evil.py"] == b"EVIL = 1\n" * 50


def test_what_pip_sees_stays_the_last_word(tmp_path: Path) -> None:
    hidden = entry("a.py", b"EVIL = 1\n", listed=False)
    with opened(tmp_path, raw_zip([A, hidden]), WHEEL) as reading:
        found = reading.find("a.py")
        assert found is not None
        assert found.read() == b"A = 1\n"
        assert [member.path for member in reading.files()].count("a.py") == 2


def test_an_entry_behind_the_end_of_deflated_data_is_read(tmp_path: Path) -> None:
    from tests.unit.archive.raw_zips import local_header

    concealed = local_header(EVIL.local) + EVIL.data
    item = entry("a.py", b"A = 1\n", method=8, data=deflated(b"A = 1\n") + concealed)
    item = lying(lying(item, "local", packed=len(item.data)), "central", packed=len(item.data))
    with opened(tmp_path, raw_zip([item]), WHEEL) as reading:
        assert {"zip-slack", "zip-hidden-entry"} <= codes(reading)
        assert contents(reading)["evil.py"] == b"EVIL = 1\n"


def test_another_zip_before_this_one_is_read(tmp_path: Path) -> None:
    with opened(tmp_path, raw_zip([EVIL]) + raw_zip([A]), WHEEL) as reading:
        assert "zip-other-directory" in codes(reading)
        assert set(contents(reading)) == {"a.py", "evil.py"}


def test_another_zip_behind_this_one_is_what_pip_sees(tmp_path: Path) -> None:
    data = raw_zip([A]) + raw_zip([EVIL])
    with opened(tmp_path, data, WHEEL) as reading:
        with zipfile.ZipFile(tmp_path / WHEEL) as archive:
            assert archive.namelist() == ["evil.py"]
        assert [member.path for member in reading.files()] == ["a.py", "evil.py"]
        assert Severity.HIGH in {anomaly.severity for anomaly in reading.anomalies}


def test_an_end_record_in_the_comment_is_followed(tmp_path: Path) -> None:
    inner = raw_zip([EVIL])
    data = raw_zip([A], comment=inner + b"x")
    with opened(tmp_path, data, WHEEL) as reading:
        assert set(contents(reading)) == {"a.py", "evil.py"}
        assert Severity.HIGH in {anomaly.severity for anomaly in reading.anomalies}


def test_a_false_end_record_in_the_comment_does_not_blind_us(tmp_path: Path) -> None:
    data = raw_zip([A], comment=b"PK\5\6" + b"\xff" * 18 + b"x")
    with opened(tmp_path, data, WHEEL) as reading:
        assert not reading.whole
        assert contents(reading)["a.py"] == b"A = 1\n"


def test_a_directory_at_the_offset_and_one_before_the_end(tmp_path: Path) -> None:
    # zipfile measures back from the end record, strict readers believe the offset.
    shown, other = raw_zip([A]), raw_zip([EVIL])
    directory = central_entry(EVIL, 0)
    start = other.index(directory)
    body = other[: start + len(directory)] + shown[: shown.index(b"PK\1\2")]
    listed = central_entry(A, len(other[: start + len(directory)]) - (len(body) - start))
    data = body + listed + end_record(1, len(listed), start)
    with opened(tmp_path, data, WHEEL) as reading:
        assert "zip-other-directory" in codes(reading)
        assert {"a.py", "evil.py"} <= set(contents(reading))


def test_a_64_bit_record_that_disagrees(tmp_path: Path) -> None:
    plain = raw_zip([A, EVIL])
    start = plain.index(b"PK\1\2")
    first, both = central_entry(A, 0), plain[start : plain.index(b"PK\5\6")]
    wide = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(first), start)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, start + len(both), 1)
    end = end_record(2, len(both), start)
    with opened(tmp_path, plain[:start] + both + wide + locator + end, WHEEL) as reading:
        assert {"a.py", "evil.py"} <= set(contents(reading))
        assert Severity.HIGH in {anomaly.severity for anomaly in reading.anomalies}


def test_an_honest_64_bit_record_is_unremarkable(tmp_path: Path) -> None:
    plain = raw_zip([A, B])
    start, end = plain.index(b"PK\1\2"), plain.index(b"PK\5\6")
    wide = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 2, 2, end - start, start)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    data = plain[:end] + wide + locator + end_record(0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    with opened(tmp_path, data, WHEEL) as reading:
        assert reading.anomalies == ()
        assert set(contents(reading)) == {"a.py", "b.py"}


def test_entries_that_share_their_bytes_are_noticed(tmp_path: Path) -> None:
    plain = raw_zip([A])
    start = plain.index(b"PK\1\2")
    directory = central_entry(A, 0) * 3
    data = plain[:start] + directory + end_record(3, len(directory), start)
    with opened(tmp_path, data, WHEEL) as reading:
        assert "zip-overlap" in codes(reading)


ODDITIES = {
    "prepended": (b"#!/bin/sh\n" + raw_zip([A]), "zip-prepended", Severity.MEDIUM),
    "before the first entry": (raw_zip([A], before=b"stub"), "zip-prepended", Severity.MEDIUM),
    "appended": (raw_zip([A]) + b"x" * 40, "zip-appended", Severity.MEDIUM),
    "gap": (raw_zip([A], gap=b"signing block"), "zip-gap", Severity.MEDIUM),
    "comment": (raw_zip([A], comment=b"made by hand"), "zip-comment", Severity.LOW),
    "entry comment": (raw_zip([entry("a", comment=b"hi")]), "zip-entry-comment", Severity.LOW),
    "count": (raw_zip([A, B], count=1), "zip-count", Severity.HIGH),
    "Unicode path": (
        raw_zip([entry("a.py", extra=as_extra(b"sitecustomize.py"))]),
        "zip-unicode-path",
        Severity.HIGH,
    ),
    "content in a directory": (
        raw_zip([entry("pkg/", b"EVIL = 1\n")]),
        "zip-directory-content",
        Severity.HIGH,
    ),
    "symbolic link": (
        raw_zip([entry("link", b"a.py", attributes=0o120777 << 16)]),
        "zip-symlink",
        Severity.LOW,
    ),
    "link that escapes": (
        raw_zip([entry("link", b"../../x", attributes=0o120777 << 16)]),
        "link-escape",
        Severity.HIGH,
    ),
    "setuid": (raw_zip([entry("a", attributes=0o104755 << 16)]), "setuid", Severity.MEDIUM),
}


@pytest.mark.parametrize(("data", "code", "severity"), ODDITIES.values(), ids=ODDITIES)
def test_an_oddity_has_its_weight_and_hides_nothing(
    tmp_path: Path, data: bytes, code: str, severity: Severity
) -> None:
    with opened(tmp_path, data, WHEEL) as reading:
        assert only(reading, code).severity is severity
        assert reading.whole
        assert list(reading.files())


def test_a_symbolic_link_in_a_zip_is_the_file_that_pip_writes(tmp_path: Path) -> None:
    item = entry("setup.py", b"import os\n", attributes=0o120777 << 16)
    with opened(tmp_path, raw_zip([item]), WHEEL) as reading:
        (member,) = reading.files()
        assert (member.read(), member.link) == (b"import os\n", "import os\n")


UNREAD = {
    "encrypted": (raw_zip([entry("a", b"?" * 20, flags=1), B]), "encrypted-entry"),
    "deflate64": (raw_zip([entry("a", b"?", method=9), B]), "unknown-method"),
    "damaged": (raw_zip([entry("a", b"?", data=b"\xff" * 9, method=8), B]), "damaged-entry"),
    "longer than told": (
        raw_zip([lying(entry("a", b"x" * 99, method=8), "central", unpacked=9), B]),
        "size-lie",
    ),
    "no local header": (
        raw_zip([A, B]).replace(b"PK\3\4", b"XX\3\4", 1),
        "zip-no-local-header",
    ),
    "cut directory": (
        raw_zip([B, A]).replace(b"PK\1\2", b"XX\1\2").replace(b"XX\1\2", b"PK\1\2", 1),
        "zip-broken-directory",
    ),
    "no end": (raw_zip([B, A])[:-22], "zip-no-end"),
}


@pytest.mark.parametrize(("data", "code"), UNREAD.values(), ids=UNREAD)
def test_what_cannot_be_read_is_said_and_the_rest_is_read(
    tmp_path: Path, data: bytes, code: str
) -> None:
    with opened(tmp_path, data, WHEEL) as reading:
        assert not reading.whole
        assert code in {anomaly.code for anomaly in reading.anomalies if anomaly.unread}
        assert contents(reading)["b.py"] == b"B = 2\n"


def test_wrong_checksums_and_sizes_are_noticed(tmp_path: Path) -> None:
    wrong = entry("a", b"content", crc=1)
    short = entry("b", b"content", method=8, unpacked=100)
    with opened(tmp_path, raw_zip([wrong, short]), WHEEL) as reading:
        assert {"crc-mismatch", "size-lie"} <= codes(reading)
        assert contents(reading) == {"a": b"content", "b": b"content"}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_method_of_zipfile_is_read(tmp_path: Path, method: int) -> None:
    path = tmp_path / "made.zip"
    content = b"line\n" * 10_000
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("a.txt", content)
    with opened(tmp_path, path.read_bytes(), WHEEL) as reading:
        assert reading.anomalies == ()
        assert contents(reading) == {"a.txt": content}
