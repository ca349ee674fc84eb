"""The table of logs of detonations, as the newest migration leaves it."""

from sqlalchemy import Column, Table, Text

from airlock.store.columns import DIGEST, METADATA, PROJECT, UtcTime

traces = Table(
    "traces",
    METADATA,
    Column("sha256", DIGEST, primary_key=True),
    Column("filename", Text, primary_key=True),
    Column("project", PROJECT, nullable=False),
    Column("log_sha256", DIGEST, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)
