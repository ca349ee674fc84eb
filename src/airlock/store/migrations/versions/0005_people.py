"""People: accounts, teams, roles, tokens; and the log of every decision and change.

The log may be added to only, and is guarded as the tables of the first migration are. What was
decided before there was a log stands in its own tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables and the guard of the log."""
    _make_accounts()
    _make_tokens()
    _make_log()
    if op.get_bind().dialect.name == "sqlite":
        _guard_in_sqlite()
    else:
        # The function came with the first migration.
        op.execute(
            "CREATE TRIGGER log_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON log "
            "FOR EACH STATEMENT EXECUTE FUNCTION airlock_append_only()"
        )


def downgrade() -> None:
    """Take them away; their triggers go with them."""
    for table in ("log", "tokens", "grants", "memberships", "accounts"):
        op.drop_table(table)


def _make_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("disabled_at", _TIME),
        sa.Column("password", sa.Text),
    )
    op.create_table(
        "memberships",
        sa.Column("team", sa.String(64), sa.ForeignKey("accounts.name"), primary_key=True),
        sa.Column("member", sa.String(64), sa.ForeignKey("accounts.name"), primary_key=True),
    )
    op.create_index("memberships_member", "memberships", ["member"])
    op.create_table(
        "grants",
        sa.Column("account", sa.String(64), sa.ForeignKey("accounts.name"), primary_key=True),
        sa.Column("role", sa.String(16), primary_key=True),
        sa.Column("scope", sa.String(216), primary_key=True),
    )


def _make_tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("account", sa.String(64), sa.ForeignKey("accounts.name")),
        sa.Column("publisher", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("actions", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME),
        sa.Column("revoked_at", _TIME),
        sa.Column("last_used_at", _TIME),
    )
    op.create_index("ix_tokens_account", "tokens", ["account"])


def _make_log() -> None:
    op.create_table(
        "log",
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
    )
    op.create_index("log_subject", "log", ["subject", "seq"])
    op.create_index("log_kind", "log", ["kind", "seq"])


def _guard_in_sqlite() -> None:
    refuse = "SELECT RAISE(ABORT, 'the log is only added to')"
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER log_refuse_{deed.lower()} BEFORE {deed} ON log BEGIN {refuse}; END"
        )
    # INSERT OR REPLACE deletes the old row without asking the triggers on DELETE.
    there = "EXISTS (SELECT 1 FROM log WHERE seq = NEW.seq)"
    op.execute(
        f"CREATE TRIGGER log_refuse_replace BEFORE INSERT ON log WHEN {there} BEGIN {refuse}; END"
    )
