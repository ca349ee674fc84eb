"""The tables that pages search, as the newest migration leaves them; the rules are of ``tables``.

They hold what can be read again from the core metadata: they may be replaced.
"""

from sqlalchemy import Column, Index, Table, Text

from airlock.store.columns import METADATA, PROJECT

descriptions = Table(
    "descriptions",
    METADATA,
    Column("project", PROJECT, primary_key=True),
    Column("version", Text, nullable=False),
    Column("summary", Text, nullable=False),
)

requirements = Table(
    "requirements",
    METADATA,
    Column("required", PROJECT, primary_key=True),
    Column("project", PROJECT, primary_key=True),
    Index("requirements_project", "project"),
)
