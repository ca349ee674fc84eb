"""No shape of a container keeps what is in it from being looked at, or passes for clean."""

import bz2
import gzip
import os
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from airlock.archive import Limits, Member, open_archive
from airlock.checks import Check, CheckSet, Subject
from airlock.checks.archive.payload_path import PayloadPath
from airlock.checks.archive.record import Record
from airlock.checks.archive.structure import Structure
from airlock.checks.run import run_checks
from airlock.errors import ArchiveError
from airlock.evidence import Facts
from airlock.model import (
    Artifact,
    ArtifactName,
    Confidence,
    Decision,
    Finding,
    Outcome,
    Severity,
    Status,
    Verdict,
)
from airlock.policy import default_policy
from airlock.vetting import identify, vet
from tests.checks.harness import NOW
from tests.checks.packing import pack_sdist, pack_wheel
from tests.unit.archive.raw_tars import END, file, header, pax, sdist, tar
from tests.unit.archive.raw_zips import entry, local_header, raw_zip

HARMFUL = b"HARM = 'a harmless stand-in for harm'\n"
WHEEL, SDIST = "example-1.0-py3-none-any.whl", "example-1.0.tar.gz"
EVIL = entry("example/evil.py", HARMFUL)
PLAIN = entry("example/__init__.py", b"")
EVIL_FILE = file("example-1.0/evil.py", HARMFUL)


class Watchman(Check):
    """Stands for every check of contents: cries when it sees the stand-in for harm."""

    id: ClassVar[str] = "archive-watchman"
    version: ClassVar[int] = 1

    def member(self, member: Member, subject: Subject) -> Iterator[Finding]:
        if HARMFUL.strip() in member.read():
            yield Finding(
                severity=Severity.CRITICAL,
                confidence=Confidence.HIGH,
                message="Harm.",
                path=member.path,
            )


def written(folder: Path, data: bytes, filename: str) -> Path:
    path = folder / filename
    path.write_bytes(data)
    return path


def verdict(path: Path, *checks: Check) -> Verdict:
    return vet(identify(path), path, CheckSet(checks), default_policy(), Facts(now=NOW))


@pytest.mark.parametrize(
    "filename", [f"example-1.0{end}" for end in ArtifactName.SDIST_SUFFIXES] + [WHEEL]
)
def test_every_format_that_pip_installs_is_read(tmp_path: Path, filename: str) -> None:
    pack = pack_wheel if filename.endswith(".whl") else pack_sdist
    path = pack(tmp_path, {"example/evil.py": HARMFUL}, filename=filename)
    assert verdict(path, Structure(), Watchman()).decision is Decision.REFUSE


SHAPES = {
    "a second end record before": (WHEEL, raw_zip([EVIL]) + raw_zip([PLAIN])),
    "a second end record behind": (WHEEL, raw_zip([PLAIN]) + raw_zip([EVIL])),
    "an end record in the comment": (WHEEL, raw_zip([PLAIN], comment=raw_zip([EVIL]) + b" ")),
    "false end records": (WHEEL, raw_zip([EVIL], before=b"PK\5\6" * 999, comment=b"PK\5\6" * 99)),
    "in no directory": (WHEEL, raw_zip([PLAIN, entry("e.py", HARMFUL, listed=False)])),
    "between entry and directory": (
        WHEEL,
        raw_zip([PLAIN], gap=local_header(EVIL.local) + EVIL.data),
    ),
    "called a directory": (WHEEL, raw_zip([PLAIN, entry("example/evil/", HARMFUL)])),
    "called a link": (WHEEL, raw_zip([entry("evil.py", HARMFUL, attributes=0o120777 << 16)])),
    "no end record": (WHEEL, raw_zip([EVIL, PLAIN])[:-22]),
    "a path upwards": (WHEEL, raw_zip([entry("../../evil.py", HARMFUL)])),
    "a path that looks nested": (WHEEL, raw_zip([entry("a.zip!/../evil.py", HARMFUL)])),
    "a path of 70,000 bytes": (SDIST, sdist(pax({"path": "p/" * 35_000}), EVIL_FILE)),
    "behind the end of the tar": (SDIST, sdist(tail=END + EVIL_FILE + END)),
    "behind a broken header": (SDIST, sdist(file("example-1.0/x", checksum=1), EVIL_FILE)),
    "in a second stream": (SDIST, sdist() + gzip.compress(EVIL_FILE + END)),
    "inside a link with a size": (
        SDIST,
        sdist(header("example-1.0/l", 1024, kind=b"2", link=b"PKG-INFO"), EVIL_FILE),
    ),
    "under another size": (
        SDIST,
        sdist(pax({"size": "1024"}), file("example-1.0/x", EVIL_FILE, size_field=b"0")),
    ),
    "a zip behind a tar": (SDIST, sdist() + raw_zip([entry("example-1.0/setup.py", HARMFUL)])),
    "a zip called a tar": (SDIST, raw_zip([entry("example-1.0/setup.py", HARMFUL)])),
    "a tar that is not compressed": (SDIST, tar(EVIL_FILE)),
    "bzip2 called gzip": (SDIST, bz2.compress(tar(EVIL_FILE))),
    "cut off": (SDIST, gzip.compress(tar(EVIL_FILE, file("example-1.0/x", b"x" * 999))[:-2000])),
    "by a link to data": (
        SDIST,
        sdist(
            file("example-1.0/data.txt", HARMFUL),
            header("example-1.0/setup.py", kind=b"2", link=b"data.txt"),
        ),
    ),
    "a zip that Python imports from": (
        SDIST,
        sdist(file("example-1.0/data.bin", b"#!" + raw_zip([entry("e.py", HARMFUL, method=8)]))),
    ),
}


@pytest.mark.parametrize(("filename", "data"), SHAPES.values(), ids=SHAPES)
def test_no_shape_keeps_harm_from_being_seen(tmp_path: Path, filename: str, data: bytes) -> None:
    path = written(tmp_path, data, filename)
    assert verdict(path, Structure(), Watchman()).decision is Decision.REFUSE


def test_a_link_gives_harm_the_name_under_which_it_runs(tmp_path: Path) -> None:
    path = written(tmp_path, SHAPES["by a link to data"][1], SDIST)
    found = [f.path for o in verdict(path, Watchman()).outcomes for f in o.findings]
    assert "example-1.0/setup.py" in found


UNREADABLE = {
    "nothing": b"",
    "garbage": b"garbage" * 1000,
    "encrypted": raw_zip([entry("evil.py", b"?" * 99, flags=1)]),
    "unknown method": raw_zip([entry("evil.py", b"?" * 99, method=97)]),
    "damaged": raw_zip([entry("evil.py", HARMFUL, data=b"\xff" * 40, method=8)]),
    "half": sdist(file("example-1.0/x", os.urandom(9999)))[:5000],
}


@pytest.mark.parametrize("filename", [WHEEL, SDIST])
@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_what_could_not_be_read_is_never_admitted(
    tmp_path: Path, data: bytes, filename: str
) -> None:
    judged = verdict(written(tmp_path, data, filename), Structure(), Record(), PayloadPath())
    assert judged.decision >= Decision.HOLD
    (structure,) = [o for o in judged.outcomes if o.check == "archive-structure"]
    assert structure.status is Status.FAILED
    assert structure.findings
    assert "not everything in the archive was read" in structure.reason


LIMITS = {
    "members": Limits(members=2),
    "member": Limits(member_bytes=1000),
    "total": Limits(total_bytes=1000),
    "ratio": Limits(ratio=2, ratio_from_bytes=1000),
    "nested": Limits(nested_bytes=10),
}


@pytest.mark.parametrize("limits", LIMITS.values(), ids=LIMITS)
@pytest.mark.parametrize("filename", [WHEEL, SDIST])
def test_every_limit_is_a_failure_and_keeps_what_was_found(
    tmp_path: Path, filename: str, limits: Limits
) -> None:
    pack = pack_wheel if filename == WHEEL else pack_sdist
    tree = {"evil.py": HARMFUL, "bomb": bytes(100_000), "x.zip": raw_zip([PLAIN, EVIL])}
    path = pack(tmp_path, tree, filename=filename)
    outcomes = examined(path, limits, Structure(), Watchman())
    assert outcomes["archive-structure"].status is Status.FAILED
    assert outcomes["archive-watchman"].findings


def examined(path: Path, limits: Limits, *checks: Check) -> dict[str, Outcome]:
    artifact: Artifact = identify(path)
    with open_archive(path, artifact.name, limits) as reading:
        subject = Subject(artifact, reading, Facts(now=NOW))
        return {outcome.check: outcome for outcome in run_checks(CheckSet(checks), subject)}


def test_a_file_that_record_does_not_list_is_not_admitted(tmp_path: Path) -> None:
    path = pack_wheel(tmp_path, {"example/__init__.py": b""})
    import zipfile

    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("example/slipped_in.py", "VALUE = 1\n")
    assert verdict(path, Structure(), Record()).decision >= Decision.HOLD


def test_a_file_that_record_gives_another_digest_is_not_admitted(tmp_path: Path) -> None:
    record = b"example/__init__.py,sha256=AAAA,0\nexample-1.0.dist-info/RECORD,,\n"
    tree = {"example/__init__.py": b"", "example-1.0.dist-info/RECORD": record}
    assert verdict(pack_wheel(tmp_path, tree), Record()).decision >= Decision.HOLD


def test_errors_do_not_leak_while_members_are_read(tmp_path: Path) -> None:
    # The file shrinks after it was opened: reading fails late, in the middle of an iteration.
    path = written(tmp_path, raw_zip([entry("a", os.urandom(17 * 1024**2))]), WHEEL)
    with open_archive(path, ArtifactName.parse(WHEEL)) as reading:
        path.write_bytes(b"")
        for member in reading.files():
            with pytest.raises(ArchiveError):
                member.read()


def test_nothing_is_written_under_a_name_that_a_container_chose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "er")
    data = sdist(file("../../evil.py", HARMFUL), file("evil.py", HARMFUL))
    path = written(tmp_path, data, SDIST)
    with open_archive(path, ArtifactName.parse(SDIST)):
        assert {found.name for found in tmp_path.rglob("*.py")} == set()
