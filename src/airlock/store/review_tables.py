"""The tables of the review, as the newest migration leaves them; the rules are those of ``tables``.

``held`` is there to be searched: it follows from the newest verdicts, on files and on names, and
from the steps, and is written in the transaction that adds one of them.
"""

from sqlalchemy import Column, Double, Index, LargeBinary, SmallInteger, String, Table, Text

from airlock.store.columns import METADATA, PROJECT, SERIAL, UtcTime

# SQLite enforces no length, and its tables keep the word of the migration that made them.
_KEY = String(219).with_variant(String(64), "sqlite")

held = Table(
    "held",
    METADATA,
    # ``model.review.key_of``: the digest of a file, or ``name:`` and a name.
    Column("subject", _KEY, primary_key=True),
    Column("project", PROJECT, nullable=False),
    Column("version", Text, nullable=False),
    Column("filename", Text, nullable=False),
    # NULL: this index.
    Column("source", Text),
    Column("decision", SmallInteger, nullable=False),
    Column("score", Double, nullable=False),
    Column("headline", Text, nullable=False),
    # Each between blanks.
    Column("checks", Text, nullable=False),
    Column("campaign", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("assignee", String(64), nullable=False),
    Column("proposal", String(12), nullable=False),
    Index("held_since", "decision", "since"),
    Index("held_campaign", "campaign"),
)

steps = Table(
    "steps",
    METADATA,
    Column("seq", SERIAL, primary_key=True, autoincrement=True),
    Column("id", String(12), nullable=False, unique=True),
    Column("subject", _KEY, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("steps_file", "subject", "seq"),
    sqlite_autoincrement=True,
)
