"""The tables, as the newest migration leaves them.

- Documents (``airlock.model.wire``) are the truth; the other columns are there to be searched.
- What may be added only (artifacts, verdicts, waivers, revocations, claims, verdicts on names,
  uploads, remarks, the log) is guarded by triggers, made by the migrations: an UPDATE or DELETE
  fails whoever sends it.
- A verdict refers to no other table: it outlives everything else that is known of its artifact.
- A document is the last column of its table, for SQLite keeps long values outside the row and does
  not read them for a query that wants only the columns before.
"""

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
)


class UtcTime(TypeDecorator[dt.datetime]):
    """A time with its zone in Python, UTC in the table; one without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Convert to UTC."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("a time without a zone cannot be stored")
        utc = value.astimezone(dt.UTC)
        # SQLite has no type for times; SQLAlchemy writes sortable text, without any zone.
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """Put the zone back."""
        if value is None:
            return None
        found: dt.datetime = value
        if dialect.name == "sqlite":
            return found.replace(tzinfo=dt.UTC)
        return found.astimezone(dt.UTC)


METADATA = MetaData()

# SQLite numbers rows by itself only in a column of the type INTEGER.
_SERIAL = BigInteger().with_variant(Integer, "sqlite")
_DIGEST = String(64)
_PROJECT = String(214)

artifacts = Table(
    "artifacts",
    METADATA,
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    Column("sha256", _DIGEST, nullable=False),
    Column("project", _PROJECT, nullable=False),
    Column("filename", Text, nullable=False),
    Column("first_seen", UtcTime, nullable=False),
    Column("document", LargeBinary, nullable=False),
    # The same bytes may come under several names; each is looked at under each of them.
    Index("artifacts_identity", "sha256", "project", "filename", unique=True),
    Index("artifacts_project", "project"),
    sqlite_autoincrement=True,
)

verdicts = Table(
    "verdicts",
    METADATA,
    # The order in which verdicts were added, which is the one that counts: clocks disagree.
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    Column("sha256", _DIGEST, nullable=False),
    Column("filename", Text, nullable=False),
    Column("project", _PROJECT, nullable=False),
    Column("decision", SmallInteger, nullable=False),
    Column("score", Double, nullable=False),
    Column("headline", Text, nullable=False),
    Column("checks_version", Text, nullable=False),
    Column("policy_name", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("verdicts_digest", "sha256", "seq"),
    Index("verdicts_decision", "decision", "seq"),
    sqlite_autoincrement=True,
)

waivers = Table(
    "waivers",
    METADATA,
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("sha256", _DIGEST, index=True),
    Column("project", _PROJECT, index=True),
    Column("decision", SmallInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    CheckConstraint("(sha256 IS NULL) <> (project IS NULL)", name="waivers_scope"),
    sqlite_autoincrement=True,
)

revocations = Table(
    "revocations",
    METADATA,
    Column("waiver", String(64), ForeignKey("waivers.id"), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("revoked_at", UtcTime, nullable=False),
)

listings = Table(
    "listings",
    METADATA,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("project", _PROJECT, nullable=False),
    # Of the document: a listing that did not change is not written again.
    Column("digest", _DIGEST, nullable=False),
    Column("fetched_at", UtcTime, nullable=False),
    Column("etag", Text),
    Index("listings_identity", "source", "project", unique=True),
)

# Apart from ``listings``, for a change of any column writes the whole row again: two megabytes for
# the listings of some projects, whose time changes every few minutes.
listing_documents = Table(
    "listing_documents",
    METADATA,
    Column("listing", _SERIAL, ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True),
    Column("document", LargeBinary, nullable=False),
)

# Some listings have thousands of rows here: that is why they name it by a number.
listed_files = Table(
    "listed_files",
    METADATA,
    Column("sha256", _DIGEST, primary_key=True),
    Column("filename", Text, primary_key=True),
    Column("listing", _SERIAL, ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Index("listed_files_listing", "listing"),
)

claims = Table(
    "claims",
    METADATA,
    # The order in which claims were added, which is the one that counts.
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    Column("pattern", String(216), nullable=False),
    Column("origin", Text, nullable=False),
    # NULL: this index.
    Column("upstream", Text),
    Column("organisation", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("claimed_at", UtcTime, nullable=False),
    CheckConstraint(
        "substr(pattern, length(pattern), 1) <> '*' OR upstream IS NULL", name="claims_prefix_here"
    ),
    Index("claims_pattern", "pattern", "seq"),
    sqlite_autoincrement=True,
)

name_verdicts = Table(
    "name_verdicts",
    METADATA,
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    Column("project", _PROJECT, nullable=False),
    Column("decision", SmallInteger, nullable=False),
    Column("headline", Text, nullable=False),
    Column("checks_version", Text, nullable=False),
    Column("decided_at", UtcTime, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("name_verdicts_project", "project", "seq"),
    Index("name_verdicts_decision", "decision", "seq"),
    sqlite_autoincrement=True,
)

phantoms = Table(
    "phantoms",
    METADATA,
    Column("project", _PROJECT, primary_key=True),
    Column("network", String(64), primary_key=True),
    Column("client", String(16), primary_key=True),
    Column("times", BigInteger, nullable=False),
    Column("first_asked", UtcTime, nullable=False),
    Column("last_asked", UtcTime, nullable=False),
)

servings = Table(
    "servings",
    METADATA,
    Column("project", _PROJECT, primary_key=True),
    Column("filename", Text, primary_key=True),
    Column("sha256", _DIGEST, primary_key=True),
    Column("account", String(214), primary_key=True),
    Column("network", String(64), primary_key=True),
    Column("client", String(16), primary_key=True),
    Column("times", BigInteger, nullable=False),
    Column("first_served", UtcTime, nullable=False),
    Column("last_served", UtcTime, nullable=False),
)

profiles = Table(
    "profiles",
    METADATA,
    Column("project", _PROJECT, primary_key=True),
    Column("sha256", _DIGEST, primary_key=True),
    Column("filename", Text, primary_key=True),
    # Of Airlock's form of profiles: those of another are not compared.
    Column("version", SmallInteger, nullable=False),
    Column("document", LargeBinary, nullable=False),
)

uploads = Table(
    "uploads",
    METADATA,
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    Column("project", _PROJECT, nullable=False),
    # A name is taken once, whatever is under it.
    Column("filename", Text, nullable=False, unique=True),
    Column("sha256", _DIGEST, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("uploads_project", "project", "seq"),
    sqlite_autoincrement=True,
)

remarks = Table(
    "remarks",
    METADATA,
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    Column("project", _PROJECT, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("remarks_project", "project", "seq"),
    sqlite_autoincrement=True,
)

# Can be read again from the blob: it may be replaced.
core_metadata = Table(
    "core_metadata",
    METADATA,
    Column("project", _PROJECT, primary_key=True),
    Column("sha256", _DIGEST, primary_key=True),
    Column("filename", Text, primary_key=True),
    Column("metadata", _DIGEST, nullable=False),
)

first_sights = Table(
    "first_sights",
    METADATA,
    Column("project", _PROJECT, primary_key=True),
    Column("sha256", _DIGEST, primary_key=True),
    Column("filename", Text, primary_key=True),
    Column("seen_at", UtcTime, nullable=False),
    Column("with_project", Boolean, nullable=False),
)

# One row for each project that ever changed, and one, without a name, for all of them.
changes = Table(
    "changes",
    METADATA,
    Column("project", _PROJECT, primary_key=True),
    Column("serial", BigInteger, nullable=False),
    Index("changes_serial", "serial"),
)

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
    Column("digest", _DIGEST, nullable=False),
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
    Column("hash", _DIGEST, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("log_subject", "subject", "seq"),
    Index("log_kind", "kind", "seq"),
)

publishers = Table(
    "publishers",
    METADATA,
    Column("id", String(12), primary_key=True),
    Column("project", _PROJECT, nullable=False, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("document", LargeBinary, nullable=False),
)

# Those that were used and are still worth something: each is worth something once.
assertions = Table(
    "assertions",
    METADATA,
    Column("digest", _DIGEST, primary_key=True),
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
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    Column("hook", String(12), nullable=False),
    Column("entry", BigInteger, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("status", Integer),
    Column("error", Text, nullable=False),
    sqlite_autoincrement=True,
)
