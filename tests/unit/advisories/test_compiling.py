"""Exports made one database: forms, limits, dates, and what is taken over."""

import bz2
import datetime as dt
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from airlock.errors import UnusableExport
from airlock.evidence.advisories.compiling import Compiler, Origin
from airlock.evidence.advisories.exports import ExportLimits, open_export
from airlock.evidence.advisories.files import DatabaseAdvisories
from airlock.evidence.advisories.format import Database
from airlock.model import ProjectName
from tests.simulators.advisories import (
    MAX_AGE,
    NOW,
    between,
    compiled,
    exported,
    osv,
)

EXAMPLE = ProjectName("example")
RECORD = osv("PYSEC-1", "example", between("0", "1.10"), aliases=["CVE-2026-1"])
YAML = """\
id: PYSEC-1
modified: 2026-11-22T00:00:00Z
aliases: null
affected:
- package: {name: Example, ecosystem: PyPI}
  ranges:
  - type: ECOSYSTEM
    events:
    - introduced: 0
    - fixed: 1.10
  versions: [1.1, 1.10]
"""


def answers(folder: Path, *exports: bytes) -> DatabaseAdvisories:
    return DatabaseAdvisories(Database(compiled(folder, *exports), "a test's"), MAX_AGE)


def tarred(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


TAR = tarred(**{"db-main/vulns/example/PYSEC-1.yaml": YAML.encode(), "db-main/.ci/x.yaml": b"a: b"})


@pytest.mark.parametrize(
    "export",
    [
        exported([RECORD]),
        as_json(RECORD),
        as_json([RECORD]),
        YAML.encode(),
        TAR,
        gzip.compress(TAR, mtime=0),
        bz2.compress(TAR),
        lzma.compress(TAR),
        gzip.compress(as_json(RECORD), mtime=0),
    ],
)
def test_every_form_of_export_is_read(tmp_path: Path, export: bytes) -> None:
    found = answers(tmp_path, export)
    assert found.trouble(NOW) == ""
    assert found.known(EXAMPLE, "1.9").advisories[0].fixed_in == ("1.10",)
    assert not found.known(EXAMPLE, "1.11").advisories


def test_numbers_of_yaml_stay_as_they_are_written(tmp_path: Path) -> None:
    found = answers(tmp_path, YAML.encode())
    assert found.known(EXAMPLE, "1.10").advisories, "listed, not taken for 1.1"


def test_a_folder_is_read_and_its_links_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "vulns"
    folder.mkdir()
    (folder / "PYSEC-1.yaml").write_text(YAML)
    (folder / "README.md").write_text("no record")
    (tmp_path / "secret.json").write_bytes(as_json(osv("PYSEC-2", "example", between())))
    (folder / "PYSEC-2.json").symlink_to(tmp_path / "secret.json")
    compiler = Compiler(NOW)
    with open_export(folder) as export:
        source = compiler.add(export, Origin("vulns"))
    assert (source.records, source.unreadable) == (1, 1)


def test_scores_are_joined_by_alias(tmp_path: Path) -> None:
    epss = b"#model_version:v2026.01.01,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\n"
    epss += b"CVE-2026-1,0.25,0.9\nCVE-2026-2,0.5,0.99\n"
    kev = as_json({"dateReleased": "2026-11-21", "vulnerabilities": [{"cveID": "CVE-2026-1"}]})
    found = answers(tmp_path, exported([RECORD]), gzip.compress(epss), kev)
    (one,) = found.known(EXAMPLE, "1.0").advisories
    assert (one.epss, one.epss_percentile, one.exploited) == (0.25, 0.9, True)
    kinds = [(source.kind, source.records) for source in found.database.sources]
    assert kinds == [("OSV records", 1), ("EPSS scores", 2), ("KEV catalogue", 1)]


def test_scores_alone_are_no_database(tmp_path: Path) -> None:
    kev = as_json({"vulnerabilities": [{"cveID": "CVE-2026-1"}]})
    with pytest.raises(UnusableExport, match="has advisories"):
        compiled(tmp_path, kev)


def test_safety_db_is_read_where_a_user_has_it(tmp_path: Path) -> None:
    export = as_json(
        {
            "$meta": {"timestamp": NOW.timestamp() - 86_400},
            "Example": [
                {"id": "pyup-1", "cve": "CVE-2026-1", "specs": ["<1.2", ">=2,<2.1"]},
                {"id": "pyup-2", "cve": None, "specs": ["!=3.0"]},
            ],
            "other": [{"id": "pyup-3", "specs": ["nonsense"]}],
            "broken": [{"id": "pyup-4"}],
        }
    )
    found = answers(tmp_path, export)
    assert [one.id for one in found.known(EXAMPLE, "1.1").advisories] == ["pyup-1"]
    assert found.known(EXAMPLE, "2.0").advisories[0].fixed_in == ("2.1",)
    assert found.known(EXAMPLE, "1.5").blind, "what != says is no range"
    assert found.known(ProjectName("other"), "1").blind
    assert "1 of its records cannot be read" in found.trouble(NOW)


@pytest.mark.parametrize(
    "export",
    [
        b"",
        b"nothing",
        b"[]",
        b"{}",
        exported([]),
        exported([RECORD])[:-40],
        lzma.compress(TAR)[:-40],
        gzip.compress(TAR, mtime=0)[:-40],
        TAR[:700],
        as_json([RECORD, {}, {}]),
        exported([osv("G-1", "left-pad", between(), ecosystem="npm")]),
    ],
)
def test_what_is_no_whole_export_is_refused(tmp_path: Path, export: bytes) -> None:
    with pytest.raises(UnusableExport):
        compiled(tmp_path, export)


def test_an_export_larger_than_any_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.json", bytes(50_000))
    for limits in (
        ExportLimits(files=2),
        ExportLimits(record_bytes=40_000),
        ExportLimits(total_bytes=120_000),
    ):
        with pytest.raises(UnusableExport), open_export(path, limits) as export:
            list(export.documents)


def test_what_unpacks_without_an_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.tar.xz"
    path.write_bytes(lzma.compress(tarred(**{"filler.bin": bytes(5 << 20)})))
    limits = ExportLimits(total_bytes=1 << 20)
    with pytest.raises(UnusableExport), open_export(path, limits) as export:
        list(export.documents)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\n"
        + "".join(
            f"c{n}: &c{n} [{', '.join([f'*{before}'] * 20)}]\n"
            for n, before in enumerate(["b", *(f"c{m}" for m in range(6))])
        ),
        "[" * 5_000,
        "id: !!python/object/apply:os.system [true]\nmodified: x\n",
        "id: \x00\n",
    ],
)
def test_hostile_yaml_is_an_unreadable_record(tmp_path: Path, text: str) -> None:
    export = tarred(**{"a.yaml": YAML.encode(), "b.yaml": text.encode()})
    assert "1 of its records cannot be read" in answers(tmp_path, export).trouble(NOW)


def test_the_date_is_that_of_the_records_not_of_who_fetched_them(tmp_path: Path) -> None:
    old = osv("PYSEC-1", "example", between(), modified="2024-10-10T00:00:00Z")
    ahead = osv("PYSEC-2", "example", between(), modified="2036-10-10T00:00:00Z")
    database = answers(tmp_path, exported([old, ahead])).database
    assert database.date == dt.date(2024, 10, 10), "who writes of the future makes nothing younger"


def test_one_large_old_source_makes_it_old_and_a_small_one_does_not(tmp_path: Path) -> None:
    def source(count: int, day: str, prefix: str) -> bytes:
        made = (osv(f"{prefix}-{n}", "example", between(), modified=day) for n in range(count))
        return exported(made)

    old, new = source(120, "2025-01-01T00:00:00Z", "A"), source(120, "2026-11-20T00:00:00Z", "B")
    own = source(3, "2023-01-01T00:00:00Z", "C")
    assert answers(tmp_path, old, new, own).database.date == dt.date(2025, 1, 1)
    assert answers(tmp_path, new, own).database.date == dt.date(2026, 11, 20)


def test_of_two_records_with_one_name_the_later_counts(tmp_path: Path) -> None:
    early = osv("PYSEC-1", "example", between(), modified="2026-11-01T00:00:00Z")
    late = osv("PYSEC-1", "example", between("0", "1.0"), modified="2026-11-20T00:00:00Z")
    for exports in ((exported([early]), exported([late])), (exported([late]), exported([early]))):
        assert not answers(tmp_path, *exports).known(EXAMPLE, "2.0").advisories


def test_what_did_not_change_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    path.write_bytes(exported([RECORD, osv("PYSEC-2", "other", between())]))
    before = Database(compiled(tmp_path, path.read_bytes()), "before")
    changed = osv("PYSEC-2", "other", between("0", "9"), modified="2026-11-23T07:00:00Z")
    path.write_bytes(exported([RECORD, changed]))

    def made(known: Database | None) -> bytes:
        compiler = Compiler(NOW, known)
        with open_export(path) as export:
            compiler.add(export, Origin("export"))
        return compiler.finish()

    assert made(before) == made(None), "a delta and a whole compilation say the same"


def test_the_same_exports_make_the_same_database(tmp_path: Path) -> None:
    one, other = (compiled(tmp_path, exported([RECORD])) for _ in range(2))
    assert one == other
    assert Database(one, "").sha256 == Database(other, "").sha256
