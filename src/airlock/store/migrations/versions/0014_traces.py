"""Which logs of detonations are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "traces",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("filename", sa.Text, primary_key=True),
        sa.Column("project", sa.String(214), nullable=False),
        sa.Column("log_sha256", sa.String(64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("traces")
