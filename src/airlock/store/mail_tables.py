"""The tables of mail to people, as the newest migration leaves them (``tables``)."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from airlock.store.columns import DIGEST, METADATA, UtcTime

mail_wishes = Table(
    "mail_wishes",
    METADATA,
    Column("account", String(64), ForeignKey("accounts.name"), primary_key=True),
    Column("address", String(254), nullable=False),
    Column("kinds", Text, nullable=False),
    # Of the code that confirms the address; empty once it is confirmed.
    Column("digest", DIGEST, nullable=False),
    Column("confirmed_at", UtcTime),
    Column("told_until", UtcTime, nullable=False),
)

mails = Table(
    "mails",
    METADATA,
    Column("key", String(120), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("address", String(254), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subject", Text, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("next_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", String(8), nullable=False),
    Column("error", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("mails_state", "state", "next_at"),
)
