"""The two insertions that SQLAlchemy spells only in the dialects of SQLite and PostgreSQL."""

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_unless_there(connection: Connection, table: Table) -> Insert:
    """Return an insertion that passes over rows that would not be unique."""
    return _insert(connection, table).on_conflict_do_nothing()


def insert_or_replace(connection: Connection, table: Table) -> Insert:
    """Return an insertion that writes over the columns beyond the key of a row that is there."""
    insertion = _insert(connection, table)
    key = [column.name for column in table.primary_key]
    rest = {c.name: insertion.excluded[c.name] for c in table.columns if not c.primary_key}
    return insertion.on_conflict_do_update(index_elements=key, set_=rest)


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)
