"""Every column that could name a blob is known to whoever removes blobs."""

import threading

import pytest
from sqlalchemy import String, make_url

from airlock.model import Sha256
from airlock.store import Records, references
from airlock.store.engine import Database
from airlock.store.hunt_tables import scans
from airlock.store.mail_tables import mail_wishes
from airlock.store.paper_tables import papers
from airlock.store.people_tables import assertions, log, tokens
from airlock.store.policy_tables import policy_revisions
from airlock.store.readings import Reading
from airlock.store.session_tables import challenges, identities, recovery_codes, sessions
from airlock.store.tables import METADATA, listed_files, listings, profiles, verdicts, waivers
from airlock.store.trace_tables import traces
from airlock.store.watch_tables import works
from tests.unit.store.examples import NOW, artifact, digest

# Digests of something that is no blob, or of one that another column refers to.
NO_REFERENCES = {
    verdicts.c.sha256: "a verdict outlives the bytes that it is about",
    waivers.c.sha256: "so does a waiver",
    listed_files.c.sha256: "of what an upstream offers",
    listings.c.digest: "of a document in the table beside it",
    profiles.c.sha256: "of an artifact, and can be made anew",
    tokens.c.digest: "of a token",
    works.c.sha256: "of what is still to be fetched",
    scans.c.digest: "of what was scanned; made anew from the verdicts",
    policy_revisions.c.digest: "of the text beside it",
    log.c.hash: "of an entry",
    traces.c.sha256: "of the artifact that was run",
    papers.c.sha256: "of the file that a document came with",
    assertions.c.digest: "of what an issuer said",
    sessions.c.digest: "of a secret",
    recovery_codes.c.digest: "of a secret",
    challenges.c.digest: "of a secret",
    mail_wishes.c.digest: "of a code",
    identities.c.digest: "of what an issuer calls somebody",
}
_DIGEST_LENGTH = 64
_WORDS = ("sha256", "digest", "hash", "metadata", "blob", "document")


def test_no_column_is_forgotten() -> None:
    found = {
        column
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, String)
        and column.type.length == _DIGEST_LENGTH
        and any(word in column.name for word in _WORDS)
    }
    accompanying = {
        column
        for column in found
        if column.table.name in {"core_metadata", "first_sights", "servings"}
    } - set(references.REFERENCES)
    assert found == {*references.REFERENCES, *NO_REFERENCES, *accompanying}


def test_what_is_referred_to(records: Records) -> None:
    from airlock.store.sql_log import SqlLog

    records.store.remember_artifact(artifact(1), seen_at=NOW)
    reading = Reading(artifact(1).release.project, (digest(1), "x"), core_metadata=digest(7))
    records.store.keep_reading(reading)
    assert isinstance(records.log, SqlLog)
    database = records.log._database  # noqa: SLF001 - what no port gives
    with database.reading() as connection:
        assert references.every(connection) == {digest(1), digest(7)}
        assert references.among(connection, [digest(1), digest(2), digest(7)]) == {
            digest(1),
            digest(7),
        }
        assert references.among(connection, []) == set[Sha256]()


@pytest.mark.parametrize("first", ["collector", "writer"])
def test_nobody_adds_a_reference_meanwhile(database_url: str, records: Records, first: str) -> None:
    """Whoever is second waits for the first, on either database."""
    from airlock.store import artifact_rows

    database = Database(make_url(database_url))
    order: list[str] = []
    begun = threading.Event()

    def add() -> None:
        with database.writing() as connection:
            artifact_rows.add(connection, artifact(1), NOW)
            order.append("written")
            begun.set()

    other = threading.Thread(target=add)
    second = Database(make_url(database_url))
    if first == "collector":
        with second.writing() as connection:
            references.hold_still(connection)
            assert references.among(connection, [digest(1)]) == set()
            other.start()
            assert not begun.wait(0.3)
            order.append("collected")
    else:
        other.start()
        assert begun.wait(60)
        with second.writing() as connection:
            references.hold_still(connection)
            assert references.among(connection, [digest(1)]) == {digest(1)}
            order.append("collected")
    other.join()
    assert order == (["collected", "written"] if first == "collector" else ["written", "collected"])
    database.close()
    second.close()
