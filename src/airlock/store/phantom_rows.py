"""Sightings of names that nobody has in their table: counts, and a bound to their number."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    bindparam,
    case,
    delete,
    func,
    select,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from airlock.errors import AirlockError, MalformedDocument
from airlock.model import ProjectName
from airlock.model.phantom import Sighting
from airlock.store.dialects import insert_or_change
from airlock.store.tables import phantoms

_KEY = ("project", "network", "client")


def add(connection: Connection, sightings: Iterable[Sighting], most: int) -> None:
    """Add counts; then take away what is too much."""
    rows = [
        {
            "project": str(sighting.project),
            "network": sighting.network,
            "client": sighting.client,
            "times": sighting.count,
            "first_asked": sighting.first_asked,
            "last_asked": sighting.last_asked,
        }
        for sighting in sightings
    ]
    if rows:
        connection.execute(insert_or_change(connection, phantoms, _KEY, _added_up), rows)
    _bound(connection, most)


def _added_up(new: ReadOnlyColumnCollection[str, Any]) -> dict[str, ColumnElement[Any]]:
    old = phantoms.c
    return {
        "times": old.times + new.times,
        "first_asked": case(
            (new.first_asked < old.first_asked, new.first_asked), else_=old.first_asked
        ),
        "last_asked": case((new.last_asked > old.last_asked, new.last_asked), else_=old.last_asked),
    }


def _bound(connection: Connection, most: int) -> None:
    mine = phantoms.c
    excess = (connection.scalar(select(func.count()).select_from(phantoms)) or 0) - max(most, 0)
    if excess <= 0:
        return
    asked = func.sum(mine.times).over(partition_by=mine.project)
    least = select(*(mine[name].label(f"b_{name}") for name in _KEY)).order_by(
        asked, mine.times, mine.last_asked, *(mine[name] for name in _KEY)
    )
    gone = [dict(row) for row in connection.execute(least.limit(excess)).mappings()]
    identity = [mine[name] == bindparam(f"b_{name}") for name in _KEY]
    connection.execute(delete(phantoms).where(*identity), gone)


def since(connection: Connection, time: dt.datetime) -> tuple[Sighting, ...]:
    """Return the sightings at or after a time."""
    query = select(phantoms).where(phantoms.c.last_asked >= time)
    found = (_sighting(row) for row in connection.execute(query).mappings())
    # Sorted here: databases sort by their own collation.
    return tuple(sorted(found, key=lambda sighting: sighting.key))


def _sighting(row: RowMapping) -> Sighting:
    try:
        return Sighting(
            project=ProjectName(row["project"]),
            network=row["network"],
            client=row["client"],
            count=row["times"],
            first_asked=row["first_asked"],
            last_asked=row["last_asked"],
        )
    except AirlockError as error:
        raise MalformedDocument(f"a stored sighting cannot be read: {error}") from error
