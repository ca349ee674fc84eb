"""The policies that were in force, and dry runs of others."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "policy_revisions",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("policy_name", sa.Text, nullable=False),
        sa.Column("policy_version", sa.String(16), nullable=False),
        sa.Column("source", sa.String(12), nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("saved_at", _TIME, nullable=False),
        sa.Column("restores", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("policy_revisions_version", "policy_revisions", ["policy_version", "number"])
    _guard()
    op.create_table(
        "dry_runs",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(12), nullable=False, unique=True),
        sa.Column("policy_name", sa.Text, nullable=False),
        sa.Column("policy_version", sa.String(16), nullable=False),
        sa.Column("days", sa.BigInteger, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("looked_at", sa.BigInteger, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("beat_at", _TIME, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("result", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("dry_runs")
    op.drop_index("policy_revisions_version", "policy_revisions")
    op.drop_table("policy_revisions")


def _guard() -> None:
    """Let revisions only be added."""
    if op.get_bind().dialect.name != "sqlite":
        # The function came with the first migration.
        op.execute(
            "CREATE TRIGGER policy_revisions_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE "
            "ON policy_revisions FOR EACH STATEMENT EXECUTE FUNCTION airlock_append_only()"
        )
        return
    refuse = "SELECT RAISE(ABORT, 'policy_revisions are only added to')"
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER policy_revisions_refuse_{deed.lower()} BEFORE {deed} "
            f"ON policy_revisions BEGIN {refuse}; END"
        )
    there = "EXISTS (SELECT 1 FROM policy_revisions WHERE number = NEW.number)"
    # INSERT OR REPLACE deletes the old row without asking the triggers on DELETE.
    op.execute(
        "CREATE TRIGGER policy_revisions_refuse_replace BEFORE INSERT ON policy_revisions "
        f"WHEN {there} BEGIN {refuse}; END"
    )
