"""Names: claims on them, verdicts on them, and sightings of those that nobody has.

Claims and verdicts may be added to only, and are guarded as the tables of the first migration are;
sightings are counts, which change.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)
_APPEND_ONLY = ("claims", "name_verdicts")


def upgrade() -> None:
    """Make the tables and their guards."""
    _make_claims()
    _make_verdicts()
    _make_phantoms()
    for table in _APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
            _guard_in_sqlite(table)
        else:
            _guard_in_postgresql(table)


def downgrade() -> None:
    """Take them away; their triggers go with them."""
    for table in ("phantoms", *reversed(_APPEND_ONLY)):
        op.drop_table(table)


def _make_claims() -> None:
    op.create_table(
        "claims",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("pattern", sa.String(216), nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("upstream", sa.Text),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("claimed_at", _TIME, nullable=False),
        sa.CheckConstraint(
            "substr(pattern, length(pattern), 1) <> '*' OR upstream IS NULL",
            name="claims_prefix_here",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("claims_pattern", "claims", ["pattern", "seq"])


def _make_verdicts() -> None:
    op.create_table(
        "name_verdicts",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("project", sa.String(214), nullable=False),
        sa.Column("decision", sa.SmallInteger, nullable=False),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("checks_version", sa.Text, nullable=False),
        sa.Column("decided_at", _TIME, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("name_verdicts_project", "name_verdicts", ["project", "seq"])
    op.create_index("name_verdicts_decision", "name_verdicts", ["decision", "seq"])


def _make_phantoms() -> None:
    op.create_table(
        "phantoms",
        sa.Column("project", sa.String(214), primary_key=True),
        sa.Column("network", sa.String(64), primary_key=True),
        sa.Column("client", sa.String(16), primary_key=True),
        sa.Column("times", sa.BigInteger, nullable=False),
        sa.Column("first_asked", _TIME, nullable=False),
        sa.Column("last_asked", _TIME, nullable=False),
    )


def _guard_in_sqlite(table: str) -> None:
    refuse = f"SELECT RAISE(ABORT, '{table} are only added to')"
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{deed.lower()} BEFORE {deed} ON {table} "
            f"BEGIN {refuse}; END"
        )
    # INSERT OR REPLACE deletes the old row without asking the triggers on DELETE.
    there = f"EXISTS (SELECT 1 FROM {table} WHERE seq = NEW.seq)"  # noqa: S608 - our names
    op.execute(
        f"CREATE TRIGGER {table}_refuse_replace BEFORE INSERT ON {table} WHEN {there} "
        f"BEGIN {refuse}; END"
    )


def _guard_in_postgresql(table: str) -> None:
    # The function came with the first migration.
    op.execute(
        f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION airlock_append_only()"
    )
