"""Servings in their table: counts, and a bound to their number."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, delete, func, select
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from airlock.errors import AirlockError, MalformedDocument
from airlock.model import ProjectName, Sha256
from airlock.model.serving import Serving
from airlock.store.dialects import insert_or_change
from airlock.store.tables import servings as table

_KEY = ("project", "filename", "sha256", "account", "network", "client")


def add(connection: Connection, servings: Iterable[Serving], most: int) -> None:
    """Add counts; then take away what is too much."""
    rows = [
        {
            **dict(zip(_KEY, map(str, serving.key), strict=True)),
            "times": serving.count,
            "first_served": serving.first_served,
            "last_served": serving.last_served,
        }
        for serving in servings
    ]
    if rows:
        connection.execute(insert_or_change(connection, table, _KEY, _added_up), rows)
    _bound(connection, most)


def _added_up(new: ReadOnlyColumnCollection[str, Any]) -> dict[str, ColumnElement[Any]]:
    old = table.c
    first = case((new.first_served < old.first_served, new.first_served), else_=old.first_served)
    last = case((new.last_served > old.last_served, new.last_served), else_=old.last_served)
    return {"times": old.times + new.times, "first_served": first, "last_served": last}


def _bound(connection: Connection, most: int) -> None:
    excess = (connection.scalar(select(func.count()).select_from(table)) or 0) - max(most, 0)
    if excess <= 0:
        return
    oldest = select(*(table.c[name].label(f"b_{name}") for name in _KEY)).order_by(
        table.c.last_served, *(table.c[name] for name in _KEY)
    )
    gone = [dict(row) for row in connection.execute(oldest.limit(excess)).mappings()]
    connection.execute(
        delete(table).where(*(table.c[n] == bindparam(f"b_{n}") for n in _KEY)), gone
    )


def every(connection: Connection) -> tuple[Serving, ...]:
    """Return all servings."""
    # Sorted here: databases sort by their own collation.
    return tuple(sorted(_read(connection, select(table)), key=lambda serving: serving.key))


def of_project(connection: Connection, project: ProjectName) -> tuple[Serving, ...]:
    """Return the servings of a project's files, in any order."""
    return tuple(_read(connection, select(table).where(table.c.project == str(project))))


def _read(connection: Connection, query: Select[Any]) -> Iterator[Serving]:
    try:
        for row in connection.execute(query).mappings():
            yield Serving(
                sha256=Sha256(row["sha256"]),
                filename=row["filename"],
                project=ProjectName(row["project"]),
                account=row["account"],
                network=row["network"],
                client=row["client"],
                count=row["times"],
                first_served=row["first_served"],
                last_served=row["last_served"],
            )
    except AirlockError as error:
        raise MalformedDocument(f"a stored serving cannot be read: {error}") from error
