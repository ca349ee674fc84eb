"""One does a piece of work: it ends with its holder, however that ends."""

import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import make_url, text

from airlock.store import Records, open_records
from airlock.store.engine import Database
from tests.unit.workers.examinations import until

WORK, OTHER = "vet a file", "vet another"
HOLDER = """
import sys, time
from airlock.store import open_records
with open_records(sys.argv[1]) as records:
    print(records.underway.begin(sys.argv[2]), flush=True)
    time.sleep(600)
"""


@pytest.fixture
def neighbour(database_url: str, records: Records) -> Iterator[Records]:
    """What another process has open."""
    assert records.underway is not None
    with open_records(database_url) as opened:
        yield opened


def test_one_has_it(records: Records, neighbour: Records) -> None:
    assert records.underway.begin(WORK)
    assert not neighbour.underway.begin(WORK)
    assert neighbour.underway.begin(OTHER)
    records.underway.end(WORK)
    assert neighbour.underway.begin(WORK)
    assert not records.underway.begin(OTHER)
    # Of what somebody else has, one ends nothing.
    records.underway.end(OTHER)
    assert not records.underway.begin(OTHER)


def test_it_lasts_until_all_have_ended_it_that_began_it(
    records: Records, neighbour: Records
) -> None:
    assert (records.underway.begin(WORK), records.underway.begin(WORK)) == (True, True)
    with ThreadPoolExecutor(1) as another:
        another.submit(records.underway.end, WORK).result()
    assert not neighbour.underway.begin(WORK)
    records.underway.end(WORK)
    assert neighbour.underway.begin(WORK)
    # Once too often is no harm, to nobody.
    records.underway.end(WORK)
    assert not records.underway.begin(WORK)
    neighbour.underway.end(WORK)
    assert records.underway.begin(WORK)
    assert not neighbour.underway.begin(WORK)


def test_the_end_of_what_nobody_began_is_nothing(records: Records, neighbour: Records) -> None:
    assert records.underway.begin(WORK)
    with warnings.catch_warnings(action="error"):
        neighbour.underway.end(WORK)
        neighbour.underway.end(OTHER)
    assert not neighbour.underway.begin(WORK)


def test_it_ends_with_the_connection(records: Records, neighbour: Records) -> None:
    assert neighbour.underway.begin(WORK)
    assert not records.underway.begin(WORK)
    neighbour.close()
    assert until(lambda: records.underway.begin(WORK))


def test_it_ends_with_a_process_that_is_killed(database_url: str, records: Records) -> None:
    words = [sys.executable, "-c", HOLDER, database_url, WORK]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert not records.underway.begin(WORK)
        os.kill(holder.pid, signal.SIGKILL)
    assert until(lambda: records.underway.begin(WORK))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_was_lost_with_a_session_can_be_begun_again(
    database_url: str, records: Records, neighbour: Records
) -> None:
    assert records.underway.begin(WORK)
    database = Database(make_url(database_url))
    with database.writing() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks"
                " WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
            )
        )
    database.close()
    assert until(lambda: neighbour.underway.begin(WORK))
    with pytest.raises(Exception, match="the store refused"):
        records.underway.begin(OTHER)
    assert records.underway.begin(OTHER)
    assert not records.underway.begin(WORK)
