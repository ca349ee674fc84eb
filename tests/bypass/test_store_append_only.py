"""Verdicts, waivers and first sights cannot be changed, not even by somebody with an SQL shell.

The seam: verdict rows that are rewritten, or deleted with their subject, leave no trace of what was
once decided. Each statement below is sent past our code, with a bare connection.
"""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from airlock.model import Decision
from airlock.model.review import Step, StepKind
from airlock.store import Store, open_records
from airlock.store.reviews import Change
from tests.unit.gate.test_policies import LAX, draft
from tests.unit.store.examples import NOW, artifact, digest, listed, listing, verdict, waiver
from tests.unit.store.hosting_examples import hosted, remark, upload
from tests.unit.store.name_examples import claim, name_verdict
from tests.unit.store.test_papers import paper

_CHANGES = [
    "UPDATE verdicts SET decision = 0",
    "UPDATE OR REPLACE verdicts SET seq = seq",
    "UPDATE OR IGNORE verdicts SET decision = 0",
    "DELETE FROM verdicts",
    (
        "INSERT OR REPLACE INTO verdicts SELECT seq, sha256, filename, project, 0, score, headline,"
        " checks_version, policy_name, policy_version, decided_at, seconds, document FROM verdicts"
    ),
    "UPDATE artifacts SET first_seen = '2000-01-01 00:00:00.000000'",
    "DELETE FROM artifacts",
    (
        "INSERT OR REPLACE INTO artifacts SELECT seq, sha256, project, filename,"
        " '2000-01-01 00:00:00.000000', document FROM artifacts"
    ),
    (
        "INSERT OR REPLACE INTO artifacts SELECT seq + 1, sha256, project, filename,"
        " '2000-01-01 00:00:00.000000', document FROM artifacts"
    ),
    "UPDATE waivers SET expires_at = '2999-01-01 00:00:00.000000'",
    "DELETE FROM waivers",
    (
        "INSERT OR REPLACE INTO waivers SELECT seq, id, sha256, project, decision, reason, person,"
        " created_at, '2999-01-01 00:00:00.000000', version, \"check\" FROM waivers"
    ),
    (
        "INSERT OR REPLACE INTO waivers SELECT seq + 9, id, sha256, project, decision, reason,"
        " person, created_at, '2999-01-01 00:00:00.000000', version, \"check\" FROM waivers"
    ),
    "UPDATE revocations SET waiver = 'w2'",
    "DELETE FROM revocations",
    "INSERT OR REPLACE INTO revocations SELECT waiver, '', '', revoked_at FROM revocations",
    "UPDATE claims SET upstream = 'https://index.example/simple/'",
    "DELETE FROM claims",
    (
        "INSERT OR REPLACE INTO claims SELECT seq, 'x', origin, upstream, organisation, person,"
        " reason, claimed_at FROM claims"
    ),
    "UPDATE uploads SET sha256 = 'x'",
    "DELETE FROM uploads",
    "INSERT OR REPLACE INTO uploads SELECT seq, project, filename, 'x', document FROM uploads",
    "INSERT OR REPLACE INTO uploads SELECT seq + 9, project, filename, 'x', document FROM uploads",
    "UPDATE remarks SET project = 'x'",
    "DELETE FROM remarks",
    "INSERT OR REPLACE INTO remarks SELECT seq, 'x', document FROM remarks",
    "UPDATE name_verdicts SET decision = 0",
    "DELETE FROM name_verdicts",
    (
        "INSERT OR REPLACE INTO name_verdicts SELECT seq, project, 0, headline, checks_version,"
        " decided_at, document FROM name_verdicts"
    ),
    "UPDATE waivers SET \"check\" = ''",
    "UPDATE steps SET subject = 'x'",
    "DELETE FROM steps",
    "INSERT OR REPLACE INTO steps SELECT seq, id, 'x', document FROM steps",
    "INSERT OR REPLACE INTO steps SELECT seq + 9, id, 'x', document FROM steps",
    "UPDATE papers SET document = 'x'",
    "DELETE FROM papers",
    (
        "INSERT OR REPLACE INTO papers SELECT seq, kind, source, sha256, filename, 'x', kept_at"
        " FROM papers"
    ),
    (
        "INSERT OR REPLACE INTO papers SELECT seq + 9, kind, source, sha256, filename, document,"
        " '2999-01-01 00:00:00.000000' FROM papers"
    ),
    "UPDATE policy_revisions SET text = ''",
    "DELETE FROM policy_revisions",
    (
        "INSERT OR REPLACE INTO policy_revisions SELECT number, digest, policy_name,"
        " policy_version, source, person, reason, saved_at, restores, '' FROM policy_revisions"
    ),
    "UPDATE log SET subject = 'another'",
    "DELETE FROM log",
    "DELETE FROM log WHERE seq = (SELECT max(seq) FROM log)",
    "INSERT OR REPLACE INTO log SELECT seq, kind, 'x', at, hash, document FROM log",
]
_STEP = Step(
    id="0" * 12, sha256=digest(1), kind=StepKind.REFUSE, by="user ada", at=NOW, reason="read"
)
_TABLES = (
    "uploads",
    "remarks",
    "artifacts",
    "verdicts",
    "waivers",
    "revocations",
    "claims",
    "name_verdicts",
    "steps",
    "papers",
    "policy_revisions",
    "log",
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A bare connection to a store with a row in every table."""
    with open_records(f"sqlite:///{tmp_path}/airlock.db") as records:
        store = records.store
        store.remember_artifact(artifact(1), seen_at=NOW)
        store.append_verdict(verdict(1))
        store.add_waiver(waiver("w1", sha256=digest(1)))
        store.add_waiver(waiver("w2", project="example"))
        store.revoke_waiver("w1", by="Bob Example", reason="was wrong", at=NOW)
        store.put_listing(listing(listed(1)))
        store.add_claims([claim("acme-*"), claim("acme-x")])
        store.append_name_verdict(name_verdict("reqeusts", Decision.HOLD))
        store.add_upload(upload(), hosted())
        store.add_remark(remark())
        records.papers.add(paper())
        records.policies.save(draft(LAX), after=0)
        records.reviews.take(Change(_STEP, "", ""), after=0)
    with closing(sqlite3.connect(tmp_path / "airlock.db", isolation_level=None)) as connection:
        yield connection


@pytest.mark.parametrize("change", _CHANGES)
def test_nothing_changes(database: sqlite3.Connection, change: str) -> None:
    before = _rows(database)
    refused = ""
    try:
        database.execute(change)
    except sqlite3.IntegrityError as error:
        refused = str(error)
    assert _rows(database) == before
    # A second row that would not be unique is passed over; everything else is refused aloud.
    silent = change.startswith(("INSERT OR REPLACE INTO artifacts", "INSERT OR REPLACE INTO revoc"))
    silent = silent or change.startswith("INSERT OR REPLACE INTO papers SELECT seq + 9")
    assert bool(refused) is not silent


def test_rows_are_there_to_be_changed(database: sqlite3.Connection) -> None:
    assert all(rows for rows in _rows(database).values())


def test_scope_of_a_waiver_is_held_by_the_table(database: sqlite3.Connection) -> None:
    columns = "id, decision, reason, person, created_at, expires_at"
    with pytest.raises(sqlite3.IntegrityError, match="waivers_scope"):
        database.execute(f"INSERT INTO waivers ({columns}) VALUES ('all', 0, 'r', 'p', '1', '2')")


def test_prefix_that_leads_to_an_upstream_is_refused_by_the_table(
    database: sqlite3.Connection,
) -> None:
    columns = "pattern, origin, upstream, organisation, person, reason, claimed_at"
    values = "'acme-*', 'claimed', 'https://index.example/', '', 'p', 'r', '1'"
    with pytest.raises(sqlite3.IntegrityError, match="claims_prefix_here"):
        database.execute(f"INSERT INTO claims ({columns}) VALUES ({values})")


def test_revocation_needs_its_waiver(tmp_path: Path, database: sqlite3.Connection) -> None:
    database.execute("PRAGMA foreign_keys=ON")
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        database.execute("INSERT INTO revocations VALUES ('none', 'r', 'p', '1')")


def test_no_method_of_the_port_takes_back(tmp_path: Path) -> None:
    words = ("update", "delete", "remove", "clear", "drop", "forget", "purge")
    assert not [name for name in dir(Store) if any(word in name for word in words)]


def test_verdicts_outlive_a_listing_that_no_longer_has_their_artifact(tmp_path: Path) -> None:
    with open_records(f"sqlite:///{tmp_path}/airlock.db") as records:
        store = records.store
        store.put_listing(listing(listed(1)))
        store.remember_artifact(artifact(1), seen_at=NOW)
        store.append_verdict(verdict(1))
        store.put_listing(listing())
        assert store.verdicts(digest(1)) == (verdict(1),)
        first_seen = store.artifact(digest(1))
        assert first_seen is not None
        assert first_seen.first_seen == NOW.astimezone(dt.UTC)


def _rows(database: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    return {table: database.execute(f"SELECT * FROM {table}").fetchall() for table in _TABLES}
