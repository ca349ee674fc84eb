"""The table of what came with files, as the newest migration leaves it."""

from sqlalchemy import Column, Index, String, Table, Text

from airlock.store.columns import DIGEST, METADATA, SERIAL, UtcTime

papers = Table(
    "papers",
    METADATA,
    # The order in which documents were added, which is the one that counts.
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("source", Text, nullable=False),
    Column("sha256", DIGEST, nullable=False),
    Column("filename", Text, nullable=False),
    Column("document", DIGEST, nullable=False),
    Column("kept_at", UtcTime, nullable=False),
    Index("papers_identity", "sha256", "filename", "kind", "source", "document", unique=True),
    sqlite_autoincrement=True,
)
