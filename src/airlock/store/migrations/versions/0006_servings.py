"""Who got which file, for advisories that come later."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "servings",
        sa.Column("project", sa.String(214), primary_key=True),
        sa.Column("filename", sa.Text, primary_key=True),
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("account", sa.String(214), primary_key=True),
        sa.Column("network", sa.String(64), primary_key=True),
        sa.Column("client", sa.String(16), primary_key=True),
        sa.Column("times", sa.BigInteger, nullable=False),
        sa.Column("first_served", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_served", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("servings")
