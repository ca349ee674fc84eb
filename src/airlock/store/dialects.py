"""What SQLite and PostgreSQL can both do, and each spells in its own way."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Insert,
    Table,
    TableValuedAlias,
    Text,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.base import ReadOnlyColumnCollection

Change = Callable[[ReadOnlyColumnCollection[str, Any]], dict[str, ColumnElement[Any]]]


def insert_unless_there(connection: Connection, table: Table) -> Insert:
    """Return an insertion that passes over rows that would not be unique."""
    return _insert(connection, table).on_conflict_do_nothing()


def added(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Add a row, unless it would not be unique; tell whether it was added."""
    # Not by the count of rows: the driver of PostgreSQL does not tell it.
    key = list(table.primary_key)
    return (
        connection.execute(
            _insert(connection, table).on_conflict_do_nothing().returning(*key), row
        ).first()
        is not None
    )


def insert_or_replace(
    connection: Connection, table: Table, key: Sequence[str]
) -> sqlite.Insert | postgresql.Insert:
    """Return an insertion that, if a row has the same key, writes over its other columns."""
    insertion = _insert(connection, table)
    kept = {*key, *(column.name for column in table.primary_key)}
    rest = {c.name: insertion.excluded[c.name] for c in table.columns if c.name not in kept}
    return insertion.on_conflict_do_update(index_elements=key, set_=rest)


def insert_or_change(
    connection: Connection, table: Table, key: Sequence[str], change: Change
) -> Insert:
    """Return an insertion that, if a row has the same key, changes that row.

    Args:
        connection: to the database.
        table: into which.
        key: the columns that tell rows apart.
        change: gives the new values of columns, from the columns of the row that was to be added.
    """
    insertion = _insert(connection, table)
    values = change(insertion.excluded)
    return insertion.on_conflict_do_update(index_elements=key, set_=values)


def take_turns(connection: Connection, about: str) -> None:
    """Let the transactions that say the same word here go one after the other.

    On SQLite all that write do so anyway.
    """
    if connection.dialect.name != "sqlite":
        # Two words with the same number wait for each other, too, which does no harm.
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(about))))


def rows_of(connection: Connection, texts: Iterable[str]) -> TableValuedAlias:
    """Return texts as a table with the one column ``value``.

    They travel as one parameter: there is no limit to their number, and the statement is the same
    for any number, so that it is compiled once.
    """
    listed = literal(list(texts), JSON)
    if connection.dialect.name == "sqlite":
        return func.json_each(listed).table_valued(column("value", Text))
    return func.json_array_elements_text(listed).table_valued(column("value", Text))


def day_of(connection: Connection, time: ColumnElement[Any]) -> ColumnElement[str]:
    """Return the day of a column of times, in UTC, as ISO 8601 writes it."""
    if connection.dialect.name == "sqlite":
        # Times are kept as text that begins with the day; taking it apart would cost more.
        return func.substr(cast(time, Text), 1, 10)
    return func.to_char(func.timezone("UTC", time), "YYYY-MM-DD")


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)
