"""Trusted publishers, and the assertions of their issuers that were used up."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "publishers",
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("project", sa.String(214), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_publishers_project", "publishers", ["project"])
    op.create_table(
        "assertions",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("expires_at", _TIME, nullable=False),
    )
    op.create_index("ix_assertions_expires_at", "assertions", ["expires_at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("assertions")
    op.drop_table("publishers")
