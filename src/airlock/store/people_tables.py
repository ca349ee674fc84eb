"""The tables of people and machines, of the log, and of what is told to others.

As the newest migration leaves them; the rules are those of ``tables``.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from airlock.store.columns import DIGEST, METADATA, PROJECT, SERIAL, UtcTime

accounts = Table(
    "accounts",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("title", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("disabled_at", UtcTime),
    # argon2id, with its parameters and its salt.
    Column("password", Text),
)

memberships = Table(
    "memberships",
    METADATA,
    Column("team", String(64), ForeignKey("accounts.name"), primary_key=True),
    Column("member", String(64), ForeignKey("accounts.name"), primary_key=True),
    Index("memberships_member", "member"),
)

grants = Table(
    "grants",
    METADATA,
    Column("account", String(64), ForeignKey("accounts.name"), primary_key=True),
    Column("role", String(16), primary_key=True),
    Column("scope", String(216), primary_key=True),
)

tokens = Table(
    "tokens",
    METADATA,
    Column("id", String(12), primary_key=True),
    Column("account", String(64), ForeignKey("accounts.name"), index=True),
    Column("publisher", String(16), nullable=False),
    # Of the whole text of the token, which has 256 random bits.
    Column("digest", DIGEST, nullable=False),
    Column("description", Text, nullable=False),
    Column("actions", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("revoked_at", UtcTime),
    Column("last_used_at", UtcTime),
)

log = Table(
    "log",
    METADATA,
    # Not given by the database, whose numbers may have gaps.
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("hash", DIGEST, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("log_subject", "subject", "seq"),
    Index("log_kind", "kind", "seq"),
)

publishers = Table(
    "publishers",
    METADATA,
    Column("id", String(12), primary_key=True),
    Column("project", PROJECT, nullable=False, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("document", LargeBinary, nullable=False),
)

# Those that were used and are still worth something: each is worth something once.
assertions = Table(
    "assertions",
    METADATA,
    Column("digest", DIGEST, primary_key=True),
    Column("expires_at", UtcTime, nullable=False, index=True),
)

hooks = Table(
    "hooks",
    METADATA,
    Column("id", String(12), primary_key=True),
    Column("url", Text, nullable=False),
    # It signs, and has to be there as it is.
    Column("secret", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("cursor", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    # Not before; also while somebody is at it.
    Column("next_at", UtcTime, nullable=False),
)

deliveries = Table(
    "deliveries",
    METADATA,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("hook", String(12), nullable=False),
    Column("entry", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("status", Integer),
    Column("error", Text, nullable=False),
    sqlite_autoincrement=True,
)
