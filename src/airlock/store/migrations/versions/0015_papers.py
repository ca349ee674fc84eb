"""What came with files to show whose they are; only added to."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_IDENTITY = ("sha256", "filename", "kind", "source", "document")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "papers",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("document", sa.String(64), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("papers_identity", "papers", list(_IDENTITY), unique=True)
    if op.get_bind().dialect.name == "sqlite":
        _guard_in_sqlite()
    else:
        # The function came with the first migration.
        op.execute(
            "CREATE TRIGGER papers_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON papers "
            "FOR EACH STATEMENT EXECUTE FUNCTION airlock_append_only()"
        )


def downgrade() -> None:
    """Take it away; its triggers go with it."""
    op.drop_table("papers")


def _guard_in_sqlite() -> None:
    refuse = "RAISE(ABORT, 'papers are only added to')"
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER papers_refuse_{deed.lower()} BEFORE {deed} ON papers "
            f"BEGIN SELECT {refuse}; END"
        )
    # INSERT OR REPLACE deletes the old row without asking the triggers on DELETE.
    same = " AND ".join(f"{one} = NEW.{one}" for one in _IDENTITY)
    for number, (there, what) in enumerate(((same, "RAISE(IGNORE)"), ("seq = NEW.seq", refuse))):
        known = f"EXISTS (SELECT 1 FROM papers WHERE {there})"  # noqa: S608 - our names
        op.execute(
            f"CREATE TRIGGER papers_refuse_replace_{number} BEFORE INSERT ON papers "
            f"WHEN {known} BEGIN SELECT {what}; END"
        )
