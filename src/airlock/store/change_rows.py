"""What changed, in a table with one row a project: bounded, and the same on every database.

Serials are given in the order in which transactions commit, because those that give one take
turns: whoever has seen a serial has seen everything below it.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from airlock.model import ProjectName
from airlock.store.dialects import insert_or_replace, take_turns
from airlock.store.hosting import Change
from airlock.store.tables import changes

_ALL = ""


def note(connection: Connection, project: ProjectName | None) -> None:
    """Note that a project, or with ``None`` every project, may look different."""
    note_all(connection, [project])


def note_all(connection: Connection, projects: Iterable[ProjectName | None]) -> None:
    """Note that several may look different."""
    names = {str(project) if project is not None else _ALL for project in projects}
    if not names:
        return
    take_turns(connection, "airlock changes")
    last = select(func.coalesce(func.max(changes.c.serial), 0)).scalar_subquery()
    insertion = insert_or_replace(connection, changes, ("project",)).values(serial=last + 1)
    connection.execute(insertion, [{"project": name} for name in sorted(names)])


def after(connection: Connection, serial: int) -> tuple[Change, ...]:
    """Return what changed after a serial."""
    query = select(changes.c.serial, changes.c.project).where(changes.c.serial > serial)
    return tuple(
        Change(number, ProjectName(name) if name != _ALL else None)
        for number, name in connection.execute(query)
    )


def serials(connection: Connection) -> dict[ProjectName, int]:
    """Return the serial of every project."""
    found = connection.execute(select(changes.c.project, changes.c.serial))
    return {ProjectName(name): serial for name, serial in found if name != _ALL}
