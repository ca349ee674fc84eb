"""The queue and the steps of the review are about files or names; held names are put into it."""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_PAGE = 500
_LONGEST = 219


def upgrade() -> None:
    """Call the column what it is, and fill the queue."""
    for table in ("held", "steps"):
        # Triggers and indices follow.
        op.execute(f"ALTER TABLE {table} RENAME COLUMN sha256 TO subject")
        if op.get_bind().dialect.name != "sqlite":
            op.execute(f"ALTER TABLE {table} ALTER COLUMN subject TYPE VARCHAR({_LONGEST})")
    _fill()


def downgrade() -> None:
    """Take names out of the queue, and call it what it was; steps on names stay what they are."""
    op.execute("DELETE FROM held WHERE subject LIKE 'name:%'")
    for table in ("held", "steps"):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN subject TO sha256")


def _fill() -> None:
    connection = op.get_bind()
    at = 0
    while True:
        page = connection.execute(_NEWEST, {"at": at, "page": _PAGE}).mappings().all()
        if not page:
            return
        for row in page:
            connection.execute(_ADD, _row(row))
        at = page[-1]["seq"]


_NEWEST = sa.text(
    "SELECT seq, project, decision, headline, decided_at, document "
    "FROM name_verdicts v WHERE decision > 0 AND seq > :at AND NOT EXISTS "
    "(SELECT 1 FROM name_verdicts n WHERE n.project = v.project AND n.seq > v.seq) "
    "ORDER BY seq LIMIT :page"
)
_ADD = sa.text(
    "INSERT INTO held (subject, project, version, filename, source, decision, score, headline, "
    "checks, campaign, since, assignee, proposal) VALUES (:subject, :project, '', '', "
    "NULL, :decision, :score, :headline, :checks, :campaign, :since, '', '')"
)


def _row(row: sa.RowMapping) -> dict[str, object]:
    """Return a row of the queue; its campaign is told better when the name is judged again."""
    told = json.loads(bytes(row["document"]))
    reasons = [one for one in told.get("reasons", ()) if one.get("decision", 0) > 0]
    checks = sorted({one["check"] for one in reasons if one.get("check")})
    digest = hashlib.sha256(" ".join(checks).encode()).hexdigest()[:12]
    return {
        "subject": f"name:{row['project']}",
        "project": row["project"],
        "decision": row["decision"],
        "score": told.get("score", 0.0),
        "headline": row["headline"],
        "checks": f" {' '.join(checks)} ",
        "campaign": f"{' + '.join(checks[:2]) or 'names'} #{digest}",
        "since": row["decided_at"],
    }
