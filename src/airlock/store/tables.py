"""The tables, as the newest migration leaves them.

- Documents (``airlock.model.wire``) are the truth; the other columns are there to be searched.
- What may be added only (artifacts, verdicts, waivers, revocations, claims, verdicts on names,
  uploads, remarks, steps of reviews, papers, revisions of the policy, the log) is guarded by
  triggers, made by the migrations: an UPDATE or DELETE fails whoever sends it.
- A verdict refers to no other table: it outlives everything else that is known of its artifact.
- A document is the last column of its table, for SQLite keeps long values outside the row and does
  not read them for a query that wants only the columns before.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
)

# METADATA is whole only with all tables.
import airlock.store.browsing_tables
import airlock.store.hunt_tables
import airlock.store.mail_tables
import airlock.store.paper_tables
import airlock.store.people_tables
import airlock.store.policy_tables
import airlock.store.review_tables
import airlock.store.session_tables
import airlock.store.trace_tables
import airlock.store.watch_tables  # noqa: F401
from airlock.store.columns import DIGEST, METADATA, PROJECT, SERIAL, UtcTime

__all__ = ["METADATA"]

artifacts = Table(
    "artifacts",
    METADATA,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("sha256", DIGEST, nullable=False),
    Column("project", PROJECT, nullable=False),
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
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("sha256", DIGEST, nullable=False),
    Column("filename", Text, nullable=False),
    Column("project", PROJECT, nullable=False),
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
    Index("verdicts_project", "project", "seq"),
    Index("verdicts_day", "decided_at", "decision"),
    sqlite_autoincrement=True,
)

waivers = Table(
    "waivers",
    METADATA,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("sha256", DIGEST, index=True),
    Column("project", PROJECT, index=True),
    Column("decision", SmallInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    # Empty in what was decided before these were there.
    Column("version", Text, nullable=False, server_default=""),
    Column("check", Text, nullable=False, server_default=""),
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
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("project", PROJECT, nullable=False),
    # Of the document: a listing that did not change is not written again.
    Column("digest", DIGEST, nullable=False),
    Column("fetched_at", UtcTime, nullable=False),
    Column("etag", Text),
    Index("listings_identity", "source", "project", unique=True),
)

# Apart from ``listings``, for a change of any column writes the whole row again: two megabytes for
# the listings of some projects, whose time changes every few minutes.
listing_documents = Table(
    "listing_documents",
    METADATA,
    Column("listing", SERIAL, ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True),
    Column("document", LargeBinary, nullable=False),
)

# Some listings have thousands of rows here: that is why they name it by a number.
listed_files = Table(
    "listed_files",
    METADATA,
    Column("sha256", DIGEST, primary_key=True),
    Column("filename", Text, primary_key=True),
    Column("listing", SERIAL, ForeignKey("listings.id", ondelete="CASCADE"), primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Index("listed_files_listing", "listing"),
)

claims = Table(
    "claims",
    METADATA,
    # The order in which claims were added, which is the one that counts.
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
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
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("project", PROJECT, nullable=False),
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
    Column("project", PROJECT, primary_key=True),
    Column("network", String(64), primary_key=True),
    Column("client", String(16), primary_key=True),
    Column("times", BigInteger, nullable=False),
    Column("first_asked", UtcTime, nullable=False),
    Column("last_asked", UtcTime, nullable=False),
)

servings = Table(
    "servings",
    METADATA,
    Column("project", PROJECT, primary_key=True),
    Column("filename", Text, primary_key=True),
    Column("sha256", DIGEST, primary_key=True),
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
    Column("project", PROJECT, primary_key=True),
    Column("sha256", DIGEST, primary_key=True),
    Column("filename", Text, primary_key=True),
    # Of Airlock's form of profiles: those of another are not compared.
    Column("version", SmallInteger, nullable=False),
    Column("document", LargeBinary, nullable=False),
)

uploads = Table(
    "uploads",
    METADATA,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("project", PROJECT, nullable=False),
    # A name is taken once, whatever is under it.
    Column("filename", Text, nullable=False, unique=True),
    Column("sha256", DIGEST, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("uploads_project", "project", "seq"),
    sqlite_autoincrement=True,
)

remarks = Table(
    "remarks",
    METADATA,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("project", PROJECT, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("remarks_project", "project", "seq"),
    sqlite_autoincrement=True,
)

# Can be read again from the blob: it may be replaced.
core_metadata = Table(
    "core_metadata",
    METADATA,
    Column("project", PROJECT, primary_key=True),
    Column("sha256", DIGEST, primary_key=True),
    Column("filename", Text, primary_key=True),
    Column("metadata", DIGEST, nullable=False),
)

first_sights = Table(
    "first_sights",
    METADATA,
    Column("project", PROJECT, primary_key=True),
    Column("sha256", DIGEST, primary_key=True),
    Column("filename", Text, primary_key=True),
    Column("seen_at", UtcTime, nullable=False),
    Column("with_project", Boolean, nullable=False),
)

# One row for each project that ever changed, and one, without a name, for all of them.
changes = Table(
    "changes",
    METADATA,
    Column("project", PROJECT, primary_key=True),
    Column("serial", BigInteger, nullable=False),
    Index("changes_serial", "serial"),
)
