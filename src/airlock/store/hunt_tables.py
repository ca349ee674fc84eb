"""The tables of hunting, as the newest migration leaves them: by the rules of ``tables``.

All but the runs can be made again from the verdicts.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, SmallInteger, String, Table
from sqlalchemy import Text as Words

from airlock.store.columns import METADATA, PROJECT, SERIAL, UtcTime

scans = Table(
    "scans",
    METADATA,
    # Of the verdict.
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("project", PROJECT, nullable=False),
    Column("version", Words, nullable=False),
    Column("filename", Words, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("decision", SmallInteger, nullable=False),
    Column("severity", SmallInteger, nullable=False),
    Column("released_at", UtcTime, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("scans_identity", "digest", "project", "filename", unique=True),
    Index("scans_project", "project"),
    Index("scans_released", "released_at"),
)

observations = Table(
    "observations",
    METADATA,
    Column("scan", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(12), primary_key=True),
    Column("value", Words, primary_key=True),
    Index("observations_value", "kind", "value"),
)

hunts = Table(
    "hunts",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("what", Words, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("looked_at", BigInteger, nullable=False),
    Column("done", Integer, nullable=False),
    Column("begun_at", UtcTime, nullable=False),
)

hunt_hits = Table(
    "hunt_hits",
    METADATA,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("hunt", String(16), nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("hunt_hits_hunt", "hunt", "seq"),
    sqlite_autoincrement=True,
)
