"""The review: the queue of what is held, the steps of people, waivers of releases and of checks.

The queue follows from the newest verdicts, and is filled from them.
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)
_PAGE = 500


def upgrade() -> None:
    """Make the tables, and fill the queue."""
    for name in ("version", "check"):
        op.add_column("waivers", sa.Column(name, sa.Text, nullable=False, server_default=""))
    _make_held()
    op.create_table(
        "steps",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(12), nullable=False, unique=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("steps_file", "steps", ["sha256", "seq"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_in_sqlite()
    else:
        # The function came with the first migration.
        op.execute(
            "CREATE TRIGGER steps_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON steps "
            "FOR EACH STATEMENT EXECUTE FUNCTION airlock_append_only()"
        )
    _fill()


def downgrade() -> None:
    """Take them away."""
    op.drop_table("steps")
    op.drop_table("held")
    for name in ("check", "version"):
        op.drop_column("waivers", name)


def _make_held() -> None:
    op.create_table(
        "held",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("project", sa.String(214), nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("decision", sa.SmallInteger, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("checks", sa.Text, nullable=False),
        sa.Column("campaign", sa.Text, nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("assignee", sa.String(64), nullable=False),
        sa.Column("proposal", sa.String(12), nullable=False),
    )
    op.create_index("held_since", "held", ["decision", "since"])
    op.create_index("held_campaign", "held", ["campaign"])


def _guard_in_sqlite() -> None:
    refuse = "SELECT RAISE(ABORT, 'steps are only added to')"
    for deed in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER steps_refuse_{deed.lower()} BEFORE {deed} ON steps BEGIN {refuse}; END"
        )
    # INSERT OR REPLACE deletes the old row without asking the triggers on DELETE.
    for number, key in enumerate(("seq", "id")):
        there = f"EXISTS (SELECT 1 FROM steps WHERE {key} = NEW.{key})"  # noqa: S608 - our names
        op.execute(
            f"CREATE TRIGGER steps_refuse_replace_{number} BEFORE INSERT ON steps "
            f"WHEN {there} BEGIN {refuse}; END"
        )


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
    "SELECT seq, sha256, project, filename, decision, score, headline, decided_at, document "
    "FROM verdicts v WHERE decision > 0 AND seq > :at AND NOT EXISTS "
    "(SELECT 1 FROM verdicts n WHERE n.sha256 = v.sha256 AND n.seq > v.seq) "
    "ORDER BY seq LIMIT :page"
)
_ADD = sa.text(
    "INSERT INTO held (sha256, project, version, filename, source, decision, score, headline, "
    "checks, campaign, since, assignee, proposal) VALUES (:sha256, :project, :version, :filename, "
    ":source, :decision, :score, :headline, :checks, :campaign, :since, '', '')"
)


def _row(row: sa.RowMapping) -> dict[str, object]:
    """Return a row of the queue; what its document lacks stays empty until it is judged again."""
    told = json.loads(bytes(row["document"]))
    reasons = [one for one in told.get("reasons", ()) if one.get("decision", 0) > 0]
    checks = sorted({one["check"] for one in reasons if one.get("check")})
    said = "\n".join(sorted({f"{one.get('check') or one.get('rule')}" for one in reasons}))
    digest = hashlib.sha256(said.encode(errors="replace")).hexdigest()[:12]
    artifact = told.get("artifact", {})
    return {
        "sha256": row["sha256"],
        "project": row["project"],
        "version": str(artifact.get("name", {}).get("version", "")).replace("\0", ""),
        "filename": row["filename"],
        "source": artifact.get("release", {}).get("source"),
        "decision": row["decision"],
        "score": row["score"],
        "headline": row["headline"],
        "checks": f" {' '.join(checks)} ",
        "campaign": f"{' + '.join(checks[:2]) or 'held'} #{digest}",
        "since": row["decided_at"],
    }
