"""What this index hosts: uploads and remarks on them, core metadata, first sights, changes.

Uploads and remarks may be added to only, and are guarded as the tables of the first migration are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)
# With the column that tells rows apart, beside their number.
_APPEND_ONLY = {"uploads": "filename", "remarks": "seq"}
_OTHERS = ("core_metadata", "first_sights", "changes")


def upgrade() -> None:
    """Make the tables and their guards; files that are listed already were seen with them."""
    _make_uploads()
    _make_remarks()
    _make_of_files()
    op.create_table(
        "changes",
        sa.Column("project", sa.String(214), primary_key=True),
        sa.Column("serial", sa.BigInteger, nullable=False),
    )
    op.create_index("changes_serial", "changes", ["serial"])
    op.execute(
        # Our own names and words.
        "INSERT INTO first_sights (project, sha256, filename, seen_at, with_project) "
        "SELECT l.project, f.sha256, f.filename, MIN(l.fetched_at), "
        "TRUE "
        "FROM listed_files f JOIN listings l ON l.id = f.listing "
        "GROUP BY l.project, f.sha256, f.filename"
    )
    for table, key in _APPEND_ONLY.items():
        if _is_sqlite():
            _guard_in_sqlite(table, key)
        else:
            _guard_in_postgresql(table)


def downgrade() -> None:
    """Take them away; their triggers go with them."""
    for table in (*reversed(_OTHERS), *reversed(_APPEND_ONLY)):
        op.drop_table(table)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _make_uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("project", sa.String(214), nullable=False),
        sa.Column("filename", sa.Text, nullable=False, unique=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("uploads_project", "uploads", ["project", "seq"])


def _make_remarks() -> None:
    op.create_table(
        "remarks",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("project", sa.String(214), nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("remarks_project", "remarks", ["project", "seq"])


def _make_of_files() -> None:
    for table, columns in (
        ("core_metadata", [sa.Column("metadata", sa.String(64), nullable=False)]),
        (
            "first_sights",
            [
                sa.Column("seen_at", _TIME, nullable=False),
                sa.Column("with_project", sa.Boolean, nullable=False),
            ],
        ),
    ):
        op.create_table(
            table,
            sa.Column("project", sa.String(214), primary_key=True),
            sa.Column("sha256", sa.String(64), primary_key=True),
            sa.Column("filename", sa.Text, primary_key=True),
            *columns,
        )


def _guard_in_sqlite(table: str, key: str) -> None:
    refuse = f"SELECT RAISE(ABORT, '{table} are only added to')"
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{deed.lower()} BEFORE {deed} ON {table} "
            f"BEGIN {refuse}; END"
        )
    # INSERT OR REPLACE deletes the old row without asking the triggers on DELETE.
    same = f"seq = NEW.seq OR {key} = NEW.{key}"
    there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - our names
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
