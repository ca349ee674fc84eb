"""What pages search: summaries, requirements, and verdicts by project and by day."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and the indexes."""
    op.create_table(
        "descriptions",
        sa.Column("project", sa.String(214), primary_key=True),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
    )
    op.create_table(
        "requirements",
        sa.Column("required", sa.String(214), primary_key=True),
        sa.Column("project", sa.String(214), primary_key=True),
    )
    op.create_index("requirements_project", "requirements", ["project"])
    op.create_index("verdicts_project", "verdicts", ["project", "seq"])
    op.create_index("verdicts_day", "verdicts", ["decided_at", "decision"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("verdicts_day", "verdicts")
    op.drop_index("verdicts_project", "verdicts")
    op.drop_table("requirements")
    op.drop_table("descriptions")
