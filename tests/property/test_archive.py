"""Whatever bytes are opened: no foreign error, no limit passed, nothing that pip sees is missed."""

import gzip
import io
import tarfile
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airlock.archive import Limits, Reading, open_archive
from airlock.archive.interface import NESTED
from airlock.model import ArtifactName, Severity, Sha256
from tests.unit.archive.raw_tars import file, header, pax, tar
from tests.unit.archive.raw_zips import entry, raw_zip

LIMITS = Limits(
    members=40,
    member_bytes=64 * 1024,
    total_bytes=256 * 1024,
    ratio=50,
    ratio_from_bytes=32 * 1024,
    depth=2,
    nested_bytes=16 * 1024,
)
WHEEL, SDIST = "example-1.0-py3-none-any.whl", "example-1.0.tar.gz"
# Several of one name, nested archives, links, long names, a bomb.
_ZIP = raw_zip(
    [
        entry("pkg/"),
        entry("pkg/a.py", b"A = 1\n" * 20, method=8),
        entry("pkg/b.py", b"B = 2\n"),
        entry("inner.zip", raw_zip([entry("c.py", b"C = 3\n", method=8)])),
        entry("bomb", bytes(40_000), method=8),
    ]
)
_TAR = tar(
    header("example-1.0/pkg", kind=b"5"),
    file("example-1.0/setup.py", b"S = 1\n"),
    pax({"path": "example-1.0/" + "long" * 40, "mtime": "1.5"}),
    file("example-1.0/longlong", b"L = 1\n"),
    header("example-1.0/link", kind=b"2", link=b"setup.py"),
    header("example-1.0/hard", kind=b"1", link=b"example-1.0/setup.py"),
    file("example-1.0/inner.zip", _ZIP),
)
_SETTINGS = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@contextmanager
def opened(data: bytes, filename: str, limits: Limits = LIMITS) -> Iterator[tuple[Path, Reading]]:
    with tempfile.TemporaryDirectory(prefix="airlock-property-") as folder:
        path = Path(folder) / filename
        path.write_bytes(data)
        with open_archive(path, ArtifactName.parse(filename), limits) as reading:
            yield path, reading


@st.composite
def mutations(draw: st.DrawFn, *bases: bytes) -> bytes:
    """Return one of the archives with some bytes overwritten, cut out, doubled or put in."""
    data = bytearray(draw(st.sampled_from(bases)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from([0, 1, 1, 2, 4, 22, 46, 512]))
        piece = draw(
            st.binary(min_size=length, max_size=length)
            | st.just(bytes(data[start : start + length]) * 2)
            | st.sampled_from([b"", b"PK\1\2", b"PK\3\4", b"PK\5\6", bytes(512), b"\xff" * 4])
        )
        data[start : start + length] = piece
    return bytes(data)


def examine(reading: Reading) -> None:
    """Read everything that a check may read, and hold it against the limits."""
    assert len(reading.members) <= LIMITS.members
    assert sum(member.size for member in reading.members) <= 2 * LIMITS.total_bytes
    for member in reading.members:
        parts = member.path.replace(NESTED, "/").split("/")
        assert not {"", ".", ".."} & set(parts)
        content = member.read()
        assert len(content) == member.size <= LIMITS.member_bytes
        if content and reading.whole and NESTED not in member.path:
            assert member.sha256 == Sha256.of(content)


def severe(reading: Reading) -> bool:
    return any(anomaly.severity >= Severity.MEDIUM for anomaly in reading.anomalies)


@_SETTINGS
@given(
    st.binary(max_size=2000),
    st.sampled_from([b"", b"PK\3\4", b"PK\5\6", b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\0"]),
    st.sampled_from([WHEEL, SDIST, "example-1.0.zip", "example-1.0.tar.bz2"]),
)
def test_random_bytes_are_read_and_never_fail(data: bytes, magic: bytes, filename: str) -> None:
    with opened(magic + data, filename) as (_, reading):
        examine(reading)
        assert reading.whole is (not any(anomaly.unread for anomaly in reading.anomalies))
        assert reading.members or severe(reading)


@_SETTINGS
@given(mutations(_ZIP))
def test_mutated_zips_conceal_nothing_that_zipfile_reads(data: bytes) -> None:
    with opened(data, WHEEL) as (path, reading):
        examine(reading)
        if reading.whole:
            assert_holds(reading, _by_zipfile(path))


@_SETTINGS
@given(mutations(_TAR))
def test_mutated_tars_conceal_nothing_that_tarfile_reads(data: bytes) -> None:
    with opened(gzip.compress(data, 1), SDIST) as (path, reading):
        examine(reading)
        if reading.whole:
            assert_holds(reading, _by_tarfile(path))


@_SETTINGS
@given(mutations(gzip.compress(_TAR, mtime=0), _ZIP))
def test_mutated_files_never_fail(data: bytes) -> None:
    for filename in (SDIST, WHEEL):
        with opened(data, filename) as (_, reading):
            examine(reading)


@_SETTINGS
@given(mutations(_ZIP, _TAR))
def test_mutated_nested_archives_never_make_a_reading_severe(data: bytes) -> None:
    outer = tar(file("example-1.0/tests/data.bin", data))
    with opened(gzip.compress(outer, 1), SDIST) as (_, reading):
        examine(reading)
        kinds = {anomaly.code for anomaly in reading.anomalies if anomaly.unread}
        assert all(code.startswith(("too-", "member-", "total-", "ratio-")) for code in kinds)


_NAMES = st.text(st.sampled_from("ab/."), min_size=1, max_size=6)
_FILES = st.lists(st.tuples(_NAMES, st.binary(max_size=100)), max_size=8)


@_SETTINGS
@given(_FILES, st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
def test_whatever_zipfile_writes_is_read_as_zipfile_reads_it(
    files: list[tuple[str, bytes]], method: int
) -> None:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", method) as archive:
        warnings.simplefilter("ignore")  # of names that come twice
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content, method)
    with opened(buffer.getvalue(), WHEEL) as (path, reading):
        assert_holds(reading, _by_zipfile(path))


@_SETTINGS
@given(_FILES, st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT]))
def test_whatever_tarfile_writes_is_read_as_tarfile_reads_it(
    files: list[tuple[str, bytes]], form: int
) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", format=form) as archive:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    with opened(buffer.getvalue(), SDIST) as (path, reading):
        assert reading.whole
        assert_holds(reading, _by_tarfile(path))


def assert_holds(reading: Reading, expected: list[bytes] | None) -> None:
    """Every content that the standard library reads is read; where it fails, something is said."""
    if expected is None:
        assert severe(reading)
        return
    found = [member.read() for member in reading.files() if NESTED not in member.path]
    for content in expected:
        assert content in found
        found.remove(content)


def _by_zipfile(path: Path) -> list[bytes] | None:
    """Return every file's content as pip reads it; ``None`` if it would fail."""
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            return [archive.read(info) for info in infos]
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError):
        return None
    except RuntimeError:  # encrypted
        return None


def _by_tarfile(path: Path) -> list[bytes] | None:
    try:
        with tarfile.open(path, encoding="utf-8") as archive:
            members = [member for member in archive.getmembers() if not member.isdir()]
            return [
                archive.extractfile(member).read()  # type: ignore[union-attr]
                for member in members
                if member.isreg()
            ]
    except (tarfile.TarError, ValueError, KeyError, OSError, EOFError, zlib.error):
        return None
