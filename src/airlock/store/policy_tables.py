"""The tables of policies, as the newest migration leaves them, by the rules of ``tables``."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Text

from airlock.store.columns import DIGEST, METADATA, SERIAL, UtcTime

policy_revisions = Table(
    "policy_revisions",
    METADATA,
    # Given one by one, without gaps: transactions that add one take turns.
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    # Of the text.
    Column("digest", DIGEST, nullable=False),
    Column("policy_name", Text, nullable=False),
    Column("policy_version", String(16), nullable=False),
    Column("source", String(12), nullable=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("saved_at", UtcTime, nullable=False),
    Column("restores", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
    Index("policy_revisions_version", "policy_version", "number"),
)

# One row at most.
policy_proposals = Table(
    "policy_proposals",
    METADATA,
    Column("id", String(12), primary_key=True),
    Column("base", BigInteger, nullable=False),
    Column("policy_name", Text, nullable=False),
    Column("policy_version", String(16), nullable=False),
    Column("source", String(12), nullable=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("proposed_at", UtcTime, nullable=False),
    Column("restores", BigInteger, nullable=False),
    Column("text", Text, nullable=False),
)

dry_runs = Table(
    "dry_runs",
    METADATA,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("id", String(12), nullable=False, unique=True),
    Column("policy_name", Text, nullable=False),
    Column("policy_version", String(16), nullable=False),
    Column("days", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("state", String(12), nullable=False),
    Column("looked_at", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("beat_at", UtcTime, nullable=False),
    Column("problem", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("result", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
