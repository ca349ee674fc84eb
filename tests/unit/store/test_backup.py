"""A backup is of one moment, whole or not there; a restore is verified, whole or not there."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import inspect, make_url

from airlock.errors import MalformedDocument, StoreError, UsageError
from airlock.model import Sha256
from airlock.model.name_patterns import NamePattern
from airlock.model.ownership import HERE, Claim, Origin
from airlock.store import Blobs, Records, open_blobs, open_records
from airlock.store.backup import back_up
from airlock.store.backup_format import Manifest, read_manifest, write_manifest
from airlock.store.engine import Database
from airlock.store.migrations.upgrading import downgrade, upgrade
from airlock.store.opening import open_new_database
from airlock.store.restore import check, restore
from tests.simulators.postgresql import PostgreSQL
from tests.simulators.s3 import S3
from tests.unit.store.conftest import open_s3
from tests.unit.store.examples import (
    NOW,
    SOURCE,
    artifact,
    digest,
    listed,
    listing,
    verdict,
    waiver,
)
from tests.unit.store.name_examples import name_verdict
from tests.unit.store.test_people import STAMP, account

BYTES = {digest(n): b"example %d" % n for n in range(3)}


def fill(records: Records, blobs: Blobs, folder: Path) -> None:
    """Store something in every kind of table."""
    for number, (sha256, data) in enumerate(BYTES.items()):
        given = folder / "given"
        given.write_bytes(data)
        blobs.put(sha256, given)
        records.store.remember_artifact(artifact(number), seen_at=NOW)
        records.store.append_verdict(verdict(number))
    records.store.add_waiver(waiver("w1", sha256=digest(1)))
    records.store.revoke_waiver("w1", by="Bob", reason="wrong", at=NOW)
    records.store.put_listing(listing(listed(1), listed(2)))
    records.store.append_name_verdict(name_verdict("reqeusts", verdict(1).decision))
    records.store.add_claims(
        [
            Claim(
                pattern=NamePattern("acme-*"),
                origin=Origin.CLAIMED,
                owner=HERE,
                by="Ada",
                reason="ours",
                at=NOW,
            )
        ]
    )
    records.people.add_account(account("ada"), STAMP)
    records.people.set_password(account("ada").name, "$argon2id$example", STAMP)


def everything(records: Records) -> tuple[object, ...]:
    store = records.store
    return (
        [store.verdicts(digest(n)) for n in range(3)],
        [store.artifact(digest(n)) for n in range(3)],
        store.waiver("w1"),
        store.listing(SOURCE, listing().project),
        store.claims(first_seen=True),
        store.serials(),
        records.people.accounts(),
        records.log.entries(0, 1000),
    )


@pytest.fixture
def source(database_url: str, tmp_path: Path) -> Iterator[tuple[Records, Database, Blobs]]:
    with (
        open_records(database_url) as records,
        open_blobs(tmp_path / "blobs") as blobs,
        closing(Database(make_url(database_url))) as database,
    ):
        fill(records, blobs, tmp_path)
        yield records, database, blobs


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_everything_comes_back_on_either_database(
    source: tuple[Records, Database, Blobs], to: str, tmp_path: Path, postgresql: PostgreSQL
) -> None:
    records, database, blobs = source
    made = back_up(database, blobs, tmp_path / "backup", NOW)
    assert (made.blobs, made.missing) == (3, [])
    url = f"sqlite:///{tmp_path}/new.db" if to == "sqlite" else postgresql.database()
    with (
        closing(open_new_database(url)) as empty,
        open_blobs(tmp_path / "new-blobs") as new_blobs,
    ):
        assert restore(empty, new_blobs, tmp_path / "backup") == made
        with open_records(url) as restored:
            assert everything(restored) == everything(records)
            # Numbers go on after what was restored.
            restored.store.append_verdict(verdict(1))
            restored.store.add_waiver(waiver("w2", project="example"))
            assert restored.log.verify([]).faults == ()
        assert {blob.sha256 for blob in new_blobs.stored()} == set(BYTES)
        with pytest.raises(UsageError, match="something in the store"):
            restore(empty, new_blobs, tmp_path / "backup")
        if to == "sqlite":
            with empty.reading() as connection:
                mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
            assert mode == "wal"


def test_object_store_to_folder(tmp_path: Path, s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/airlock.db"
    with open_records(url) as records, open_s3(s3, monkeypatch) as blobs:
        fill(records, blobs, tmp_path)
        with closing(Database(make_url(url))) as database:
            made = back_up(database, blobs, tmp_path / "backup", NOW)
    assert made.blobs == 3
    assert check(tmp_path / "backup") == made


def test_backup_is_of_one_moment_while_others_write(
    source: tuple[Records, Database, Blobs], tmp_path: Path
) -> None:
    records, database, blobs = source
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            records.store.append_verdict(verdict(1))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        manifests = [back_up(database, blobs, tmp_path / f"b{n}", NOW) for n in range(3)]
    finally:
        stop.set()
        writer.join()
    for made in manifests:
        # Every verdict has its entry in the log of the same moment.
        others = 6
        assert made.tables["log"].rows == made.tables["verdicts"].rows + others
        assert made.log_head.startswith(f"{made.tables['log'].rows}:")


def test_lost_and_damaged_bytes_are_told(
    source: tuple[Records, Database, Blobs], tmp_path: Path
) -> None:
    _, database, blobs = source
    blobs.remove(digest(0))
    damaged = blobs.local_path(digest(1))
    assert damaged is not None
    damaged.write_bytes(b"other")
    made = back_up(database, blobs, tmp_path / "backup", NOW)
    assert (made.blobs, made.missing) == (1, sorted([digest(0), digest(1)]))
    assert check(tmp_path / "backup") == made


def test_backup_that_fails_leaves_nothing(
    source: tuple[Records, Database, Blobs], tmp_path: Path
) -> None:
    _, database, blobs = source

    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(database, blobs, tmp_path / "to" / "backup", NOW, interrupted)
    assert list((tmp_path / "to").iterdir()) == []
    (tmp_path / "there").mkdir()
    with pytest.raises(UsageError):
        back_up(database, blobs, tmp_path / "there", NOW)


class TestDamagedBackup:
    @pytest.fixture
    def made(self, tmp_path: Path) -> Path:
        url = f"sqlite:///{tmp_path}/airlock.db"
        with open_records(url) as records, open_blobs(tmp_path / "blobs") as blobs:
            fill(records, blobs, tmp_path)
            with closing(Database(make_url(url))) as database:
                back_up(database, blobs, tmp_path / "backup", NOW)
        return tmp_path / "backup"

    def refused(self, made: Path, error: type[Exception] = StoreError) -> None:
        """Require that a restore is refused, and that the store it went to has nothing in it."""
        url = f"sqlite:///{made.parent}/new.db"
        blobs = open_blobs(made.parent / "new-blobs")
        with closing(open_new_database(url)) as empty, blobs, pytest.raises(error):
            restore(empty, blobs, made)
        with open_records(url) as records:
            assert records.log.head() is None
            assert records.people.accounts() == ()

    def test_table_blob_or_manifest(self, made: Path) -> None:
        whole = read_manifest(made)
        blob = next(path for path in (made / "blobs").rglob("*") if path.is_file())
        table = made / "tables" / "log.jsonl.gz"
        for path in (blob, table, made / "manifest.json"):
            before = path.read_bytes()
            for damaged in (before[:-1], before + b"x", b""):
                path.write_bytes(damaged)
                with pytest.raises(StoreError):
                    check(made)
            path.unlink()
            with pytest.raises(StoreError):
                check(made)
            path.write_bytes(before)
        assert check(made) == whole
        self.refused_with(made, whole, blobs=2)
        self.refused_with(made, whole, format=2)
        self.refused_with(made, whole, revision="9999")

    def refused_with(self, made: Path, whole: Manifest, **changes: object) -> None:
        write_manifest(made, msgspec.structs.replace(whole, **changes))
        self.refused(made)

    def test_log_that_was_tampered_with_though_its_digests_were_mended(self, made: Path) -> None:
        table = made / "tables" / "log.jsonl.gz"
        lines = gzip.decompress(table.read_bytes()).splitlines(keepends=True)
        table.write_bytes(gzip.compress(b"".join(lines[:-1])))
        manifest = read_manifest(made)
        copy = type(manifest.tables["log"])(len(lines) - 1, str(Sha256.of(table.read_bytes())))
        tables = manifest.tables | {"log": copy}
        write_manifest(made, msgspec.structs.replace(manifest, tables=tables))
        self.refused(made)

    def test_rows_that_cannot_be_read(self, made: Path) -> None:
        table = made / "tables" / "accounts.jsonl.gz"
        table.write_bytes(gzip.compress(b'{"name": {"time": "yesterday"}}\n'))
        manifest = read_manifest(made)
        copy = type(manifest.tables["log"])(1, str(Sha256.of(table.read_bytes())))
        tables = manifest.tables | {"accounts": copy}
        write_manifest(made, msgspec.structs.replace(manifest, tables=tables))
        self.refused(made, MalformedDocument)


def test_backup_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """As made before there were people: of the revision before, without its tables."""
    url = f"sqlite:///{tmp_path}/airlock.db"
    with open_records(url) as records, open_blobs(tmp_path / "blobs") as blobs:
        fill(records, blobs, tmp_path)
        with closing(Database(make_url(url))) as database:
            made = back_up(database, blobs, tmp_path / "backup", NOW)
    old = open_new_database(f"sqlite:///{tmp_path}/old.db")
    with closing(old), old.writing() as connection:
        upgrade(connection)
        downgrade(connection, "0004")
        known = set(inspect(connection).get_table_names())
    tables = {name: copy for name, copy in made.tables.items() if name in known}
    older = msgspec.structs.replace(made, revision="0004", tables=tables, log_head="")
    write_manifest(tmp_path / "backup", older)
    with (
        closing(open_new_database(f"sqlite:///{tmp_path}/new.db")) as empty,
        open_blobs(tmp_path / "new-blobs") as new_blobs,
    ):
        restore(empty, new_blobs, tmp_path / "backup")
    with open_records(f"sqlite:///{tmp_path}/new.db") as restored:
        assert restored.store.verdicts(digest(1)) == (verdict(1),)
        assert restored.people.accounts() == ()
