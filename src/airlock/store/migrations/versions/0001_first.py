"""The first tables: artifacts, verdicts, waivers, revocations, listings, listed files.

Four of them may be added to only. On SQLite, a trigger also keeps a row from being inserted that is
there already, for ``INSERT OR REPLACE`` deletes the old row without asking the triggers on DELETE.
Where it makes no difference who comes first, the second insertion is passed over (``IGNORE``).
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)
# Each with everything in it that is unique.
_APPEND_ONLY = {
    "artifacts": ("seq", "sha256, project, filename"),
    "verdicts": ("seq",),
    "waivers": ("seq", "id"),
    "revocations": ("waiver",),
}
_FIRST_ONE_STAYS = {"artifacts", "revocations"}


def upgrade() -> None:
    """Make the tables and their guards."""
    _make_artifacts()
    _make_verdicts()
    _make_waivers()
    _make_listings()
    for table, keys in _APPEND_ONLY.items():
        if op.get_bind().dialect.name == "sqlite":
            _guard_in_sqlite(table, keys)
        else:
            _guard_in_postgresql(table)


def downgrade() -> None:
    """Take everything away."""
    # Triggers go with their tables.
    for table in ("listed_files", "listing_documents", "listings", *reversed(_APPEND_ONLY)):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION airlock_append_only()")


def _make_artifacts() -> None:
    op.create_table(
        "artifacts",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("project", sa.String(214), nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("first_seen", _TIME, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    identity = ["sha256", "project", "filename"]
    op.create_index("artifacts_identity", "artifacts", identity, unique=True)
    op.create_index("artifacts_project", "artifacts", ["project"])


def _make_verdicts() -> None:
    op.create_table(
        "verdicts",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("project", sa.String(214), nullable=False),
        sa.Column("decision", sa.SmallInteger, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("checks_version", sa.Text, nullable=False),
        sa.Column("policy_name", sa.Text, nullable=False),
        sa.Column("policy_version", sa.Text, nullable=False),
        sa.Column("decided_at", _TIME, nullable=False),
        sa.Column("seconds", sa.Double, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("verdicts_digest", "verdicts", ["sha256", "seq"])
    op.create_index("verdicts_decision", "verdicts", ["decision", "seq"])


def _make_waivers() -> None:
    op.create_table(
        "waivers",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("sha256", sa.String(64)),
        sa.Column("project", sa.String(214)),
        sa.Column("decision", sa.SmallInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.CheckConstraint("(sha256 IS NULL) <> (project IS NULL)", name="waivers_scope"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_waivers_sha256", "waivers", ["sha256"])
    op.create_index("ix_waivers_project", "waivers", ["project"])
    op.create_table(
        "revocations",
        sa.Column("waiver", sa.String(64), sa.ForeignKey("waivers.id"), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("revoked_at", _TIME, nullable=False),
    )


def _make_listings() -> None:
    op.create_table(
        "listings",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("project", sa.String(214), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("fetched_at", _TIME, nullable=False),
        sa.Column("etag", sa.Text),
    )
    op.create_index("listings_identity", "listings", ["source", "project"], unique=True)
    op.create_table(
        "listing_documents",
        _listing_column(),
        sa.Column("document", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "listed_files",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("filename", sa.Text, primary_key=True),
        _listing_column(),
        sa.Column("document", sa.LargeBinary, nullable=False),
    )
    # For the cascade from listings.
    op.create_index("listed_files_listing", "listed_files", ["listing"])


def _listing_column() -> sa.Column[int]:
    to_listing = sa.ForeignKey("listings.id", ondelete="CASCADE")
    return sa.Column("listing", _SERIAL, to_listing, primary_key=True)


def _guard_in_sqlite(table: str, keys: tuple[str, ...]) -> None:
    refuse = f"RAISE(ABORT, '{table} are only added to')"
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{deed.lower()} BEFORE {deed} ON {table} "
            f"BEGIN SELECT {refuse}; END"
        )
    for number, key in enumerate(keys):
        new = ", ".join(f"NEW.{column}" for column in key.split(", "))
        there = f"EXISTS (SELECT 1 FROM {table} WHERE ({key}) = ({new}))"  # noqa: S608 - our names
        op.execute(
            f"CREATE TRIGGER {table}_refuse_replace_{number} BEFORE INSERT ON {table} "
            f"WHEN {there} "
            f"BEGIN SELECT {'RAISE(IGNORE)' if table in _FIRST_ONE_STAYS else refuse}; END"
        )


def _guard_in_postgresql(table: str) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION airlock_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% are only added to', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION airlock_append_only()"
    )
