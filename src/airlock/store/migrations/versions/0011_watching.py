"""The queue of works, and how far sources are followed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)
_PROJECT = sa.String(214)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "check_sets",
        sa.Column("number", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("version", sa.String(16), nullable=False, unique=True),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    _make_works()
    op.create_table(
        "watch_sources",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("polled_at", _TIME),
        sa.Column("document", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "watch_paces",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("next_at", _TIME, nullable=False),
    )
    _make_projects()
    op.create_table(
        "watch_workers",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("checks", sa.Integer, nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("beat_at", _TIME, nullable=False),
    )
    op.create_table(
        "watch_cursors",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("entry", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "dependents",
        sa.Column("project", _PROJECT, primary_key=True),
        sa.Column("dependent", _PROJECT, primary_key=True),
    )


def _make_works() -> None:
    op.create_table(
        "works",
        sa.Column("id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("stage", sa.SmallInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("project", _PROJECT, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("checks", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", _TIME, nullable=False),
        sa.Column("holder", sa.String(64)),
        sa.Column("sent_at", _TIME),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    key = ["sha256", "project", "filename", "stage"]
    op.create_index("works_identity", "works", key, unique=True)
    op.create_index("works_due", "works", ["state", "priority", "id"])
    op.create_index("works_project", "works", ["project", "state"])
    op.create_index("works_ended", "works", ["ended_at"])


def _make_projects() -> None:
    op.create_table(
        "watch_projects",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("project", _PROJECT, primary_key=True),
        sa.Column("wanted", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("due_at", _TIME),
        sa.Column("everything", sa.Boolean, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("watch_projects_due", "watch_projects", ["due_at"])


def downgrade() -> None:
    """Take them away."""
    for table in (
        "dependents",
        "watch_cursors",
        "watch_workers",
        "watch_projects",
        "watch_paces",
        "watch_sources",
        "works",
        "check_sets",
    ):
        op.drop_table(table)
