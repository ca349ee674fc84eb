"""The tables of signing in, as the newest migration leaves them; the rules are those of ``tables``.

What is in them ends by itself, or its owner ends it: nothing here is only added to.
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

from airlock.store.columns import DIGEST, METADATA, UtcTime

sessions = Table(
    "sessions",
    METADATA,
    Column("id", String(12), primary_key=True),
    # Of the secret, which has 256 random bits.
    Column("digest", DIGEST, nullable=False, unique=True),
    Column("account", String(64), ForeignKey("accounts.name"), nullable=False),
    Column("proof", String(16), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Index("sessions_account", "account"),
    Index("sessions_expires", "expires_at"),
)

factors = Table(
    "factors",
    METADATA,
    Column("id", String(12), primary_key=True),
    Column("account", String(64), ForeignKey("accounts.name"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("last_used_at", UtcTime),
    # Of an authenticator it has to be there as it is (docs/decisions/0027).
    Column("secret", LargeBinary, nullable=False),
    Column("credential", LargeBinary, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Index("factors_account", "account"),
)

recovery_codes = Table(
    "recovery_codes",
    METADATA,
    Column("account", String(64), ForeignKey("accounts.name"), primary_key=True),
    Column("digest", DIGEST, primary_key=True),
)

attempts = Table(
    "attempts",
    METADATA,
    Column("key", String(128), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("until", UtcTime, nullable=False),
)

challenges = Table(
    "challenges",
    METADATA,
    Column("digest", DIGEST, primary_key=True),
    Column("until", UtcTime, nullable=False),
    Column("document", LargeBinary, nullable=False),
)

identities = Table(
    "identities",
    METADATA,
    # Of the issuer and its subject, which may be long.
    Column("digest", DIGEST, primary_key=True),
    Column("account", String(64), ForeignKey("accounts.name"), nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
)
