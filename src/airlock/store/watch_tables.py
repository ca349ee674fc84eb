"""The tables of watching, as the newest migration leaves them: by the rules of ``tables``."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
)

from airlock.store.columns import DIGEST, METADATA, PROJECT, SERIAL, UtcTime

check_sets = Table(
    "check_sets",
    METADATA,
    Column("number", SERIAL, primary_key=True, autoincrement=True),
    Column("version", String(16), nullable=False, unique=True),
    Column("document", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)

works = Table(
    "works",
    METADATA,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("stage", SmallInteger, nullable=False),
    Column("sha256", DIGEST, nullable=False),
    Column("project", PROJECT, nullable=False),
    Column("filename", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("priority", Integer, nullable=False),
    # The set of checks that is to judge, and once it is done the one that did.
    Column("checks", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    # From when on it is due; while somebody holds it, when that ends.
    Column("next_at", UtcTime, nullable=False),
    Column("holder", String(64)),
    Column("sent_at", UtcTime),
    Column("added_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("reason", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("works_identity", "sha256", "project", "filename", "stage", unique=True),
    Index("works_due", "state", "priority", "id"),
    Index("works_project", "project", "state"),
    Index("works_ended", "ended_at"),
    sqlite_autoincrement=True,
)

watch_sources = Table(
    "watch_sources",
    METADATA,
    Column("url", Text, primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("polled_at", UtcTime),
    Column("document", LargeBinary, nullable=False),
)

# When each index may be asked next, by whoever asks.
watch_paces = Table(
    "watch_paces",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("next_at", UtcTime, nullable=False),
)

watch_projects = Table(
    "watch_projects",
    METADATA,
    Column("source", Text, primary_key=True),
    Column("project", PROJECT, primary_key=True),
    Column("wanted", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    # NULL: there is nothing to be read.
    Column("due_at", UtcTime),
    Column("everything", Boolean, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("etag", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index("watch_projects_due", "due_at"),
)

watch_workers = Table(
    "watch_workers",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("checks", Integer, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("beat_at", UtcTime, nullable=False),
)

watch_cursors = Table(
    "watch_cursors",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("entry", BigInteger, nullable=False),
)

dependents = Table(
    "dependents",
    METADATA,
    Column("project", PROJECT, primary_key=True),
    Column("dependent", PROJECT, primary_key=True),
)
