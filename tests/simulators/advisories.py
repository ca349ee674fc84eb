"""Advisories for tests: records as OSV has them, exports of many, databases compiled of them."""

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from airlock.advising import Advising
from airlock.checks import load_checks
from airlock.evidence.advisories.compiling import Compiler, Origin
from airlock.evidence.advisories.exports import open_export
from airlock.evidence.advisories.files import DatabaseAdvisories, NoAdvisories
from airlock.evidence.advisories.format import Database
from airlock.evidence.advisories.interface import Advisories
from airlock.policy import InForce, Policy

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
TODAY = "2026-11-23T06:00:00Z"
MAX_AGE = dt.timedelta(days=14)


def fresh() -> str:
    """Return the time of now: for records that are new by the clock of ``airlock`` itself."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def between(introduced: str = "0", fixed: str = "", **more: str) -> dict[str, Any]:
    """Return a range of versions."""
    events = [{"introduced": introduced}]
    events += [{"fixed": fixed}] if fixed else []
    events += [{name: version} for name, version in more.items()]
    return {"type": "ECOSYSTEM", "events": events}


def osv(  # noqa: PLR0913 - what a record is made of
    identifier: str,
    project: str,
    *ranges: dict[str, Any],
    versions: Sequence[str] | None = None,
    aliases: Iterable[str] = (),
    vector: str = "",
    modified: str = TODAY,
    ecosystem: str = "PyPI",
    **more: Any,
) -> dict[str, Any]:
    """Return a record of OSV's schema about one project."""
    affected: dict[str, Any] = {"package": {"ecosystem": ecosystem, "name": project}}
    if ranges:
        affected["ranges"] = list(ranges)
    if versions is not None:
        affected["versions"] = list(versions)
    kind = "CVSS_V4" if vector.startswith("CVSS:4") else "CVSS_V3"
    return {
        "id": identifier,
        "modified": modified,
        "summary": f"what {identifier} is about",
        "aliases": list(aliases),
        "affected": [affected],
        **({"severity": [{"type": kind, "score": vector}]} if vector else {}),
        **more,
    }


def exported(records: Iterable[dict[str, Any]]) -> bytes:
    """Return an export as OSV publishes it: a zip of JSON."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for record in records:
            archive.writestr(f"{record['id']}.json", json.dumps(record))
    return packed.getvalue()


def compiled(folder: Path, *exports: bytes, now: dt.datetime = NOW) -> bytes:
    """Return the database that exports make."""
    compiler = Compiler(now)
    for number, data in enumerate(exports):
        path = folder / f"export-{number}"
        path.write_bytes(data)
        with open_export(path) as export:
            compiler.add(export, Origin(path.name))
    return compiler.finish()


def advisories(
    folder: Path, *records: dict[str, Any], max_age: dt.timedelta = MAX_AGE
) -> DatabaseAdvisories:
    """Return what answers from the database of some records."""
    database = Database(compiled(folder, exported(records)), "a test's")
    return DatabaseAdvisories(database, max_age)


def advising(of: Advisories | None = None, policy: Policy | None = None) -> Advising:
    """Return what asks; by default nobody, as in a fresh installation."""
    checks = load_checks(families=["advisory"])
    return Advising(checks, of or NoAdvisories(), InForce(policy or Policy()))
