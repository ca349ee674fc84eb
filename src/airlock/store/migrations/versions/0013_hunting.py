"""What can be hunted for, and how far runs over everything that is kept are."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "scans",
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("project", sa.String(214), nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("decision", sa.SmallInteger, nullable=False),
        sa.Column("severity", sa.SmallInteger, nullable=False),
        sa.Column("released_at", _TIME, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
    )
    op.create_index("scans_identity", "scans", ["digest", "project", "filename"], unique=True)
    op.create_index("scans_project", "scans", ["project"])
    op.create_index("scans_released", "scans", ["released_at"])
    op.create_table(
        "observations",
        sa.Column("scan", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(12), primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
    )
    op.create_index("observations_value", "observations", ["kind", "value"])
    op.create_table(
        "hunts",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("looked_at", sa.BigInteger, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("begun_at", _TIME, nullable=False),
    )
    op.create_table(
        "hunt_hits",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("hunt", sa.String(16), nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("hunt_hits_hunt", "hunt_hits", ["hunt", "seq"])


def downgrade() -> None:
    """Take them away."""
    for table in ("hunt_hits", "hunts", "observations", "scans"):
        op.drop_table(table)
