"""What pages ask, in SQL. Only columns that an index covers are asked of large tables."""

import datetime as dt
from collections.abc import Iterable, Iterator

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
)

from airlock.model import Decision, ProjectName
from airlock.model.access import Within
from airlock.model.description import Description
from airlock.store import review_rows
from airlock.store.browsing import FoundProject, Judged, Numbered, Totals
from airlock.store.browsing_tables import descriptions, requirements
from airlock.store.dialects import day_of, insert_or_replace, insert_unless_there, rows_of
from airlock.store.interface import Standing
from airlock.store.review_tables import held
from airlock.store.scopes import within
from airlock.store.tables import artifacts, changes, verdicts
from airlock.store.verdict_rows import STANDING, read_standing

_newer = verdicts.alias("newer_one")


def _overruled() -> ColumnElement[bool]:
    return exists().where(_newer.c.sha256 == verdicts.c.sha256, _newer.c.seq > verdicts.c.seq)


def judged(connection: Connection, since: dt.date) -> tuple[Judged, ...]:
    """Return how many verdicts there were, by day and decision."""
    day = day_of(connection, verdicts.c.decided_at)
    begin = dt.datetime.combine(since, dt.time(), dt.UTC)
    query = (
        select(day, verdicts.c.decision, func.count())
        .where(verdicts.c.decided_at >= begin)
        .group_by(day, verdicts.c.decision)
    )
    return tuple(
        Judged(dt.date.fromisoformat(on), Decision(decision), count)
        for on, decision, count in connection.execute(query)
    )


def totals(connection: Connection) -> Totals:
    """Return how much is known."""
    count = connection.scalar(select(func.count()).select_from(artifacts)) or 0
    projects = connection.scalar(select(func.count()).where(changes.c.project != "")) or 0
    files = ~review_rows.IS_NAME
    query = select(held.c.decision, func.count()).where(files).group_by(held.c.decision)
    strict = {Decision(decision): number for decision, number in connection.execute(query)}
    return Totals(count, projects, strict)


def waiting(connection: Connection, now: dt.datetime) -> tuple[dt.datetime, ...]:
    """Return since when each thing waits that a person has to look at."""
    query = select(held.c.since).where(
        held.c.decision == int(Decision.HOLD), ~review_rows.decided(now)
    )
    return tuple(sorted(connection.scalars(query)))


def standings(  # noqa: PLR0913, PLR0917 - one for each part of what is asked
    connection: Connection,
    decision: Decision | None,
    project: str,
    before: int | None,
    limit: int,
    readable: Within,
) -> tuple[Numbered, ...]:
    """Return where digests stand now, the newest first."""
    query = STANDING.add_columns(verdicts.c.seq).where(~_overruled())
    if decision is not None:
        query = query.where(verdicts.c.decision == int(decision))
    if project:
        query = query.where(verdicts.c.project >= project, verdicts.c.project < _after(project))
    if before is not None:
        query = query.where(verdicts.c.seq < before)
    query = query.where(within(verdicts.c.project, readable))
    rows = connection.execute(query.order_by(verdicts.c.seq.desc()).limit(max(limit, 0)))
    return tuple(Numbered(row[-1], read_standing(row[:-1])) for row in rows)


def verdicts_on(connection: Connection, project: ProjectName, limit: int) -> tuple[Standing, ...]:
    """Return the last verdicts on files of a project."""
    query = STANDING.where(verdicts.c.project == str(project))
    rows = connection.execute(query.order_by(verdicts.c.seq.desc()).limit(max(limit, 0)))
    return tuple(map(read_standing, rows))


def _after(prefix: str) -> str:
    """Return what comes after every name with a prefix; names have no character above ``z``."""
    return f"{prefix}{{"


def find(
    connection: Connection, text: str, offset: int, limit: int, readable: Within
) -> tuple[FoundProject, ...]:
    """Return the projects whose name or summary has a text."""
    name = changes.c.project
    part = text.lower()
    spelled = part.replace("_", "-").replace(".", "-").replace(" ", "-")
    by_name = name.contains(spelled, autoescape=True)
    by_summary = func.lower(descriptions.c.summary).contains(part, autoescape=True)
    rank = case(
        (name == spelled, 0),
        (name.startswith(spelled, autoescape=True), 1),
        (by_name, 2),
        else_=3,
    )
    query = (
        select(name, descriptions.c.version, descriptions.c.summary)
        .select_from(changes.outerjoin(descriptions, descriptions.c.project == name))
        .where(name != "", or_(by_name, by_summary), within(name, readable))
        .order_by(rank, func.length(name), name)
        .offset(max(offset, 0))
        .limit(max(limit, 0))
    )
    rows = connection.execute(query).all()
    counts = _counts(connection, [project for project, _, _ in rows])
    return tuple(
        FoundProject(
            ProjectName(project),
            Description(version=version, summary=summary) if version is not None else None,
            counts.get(project, {}),
        )
        for project, version, summary in rows
    )


def _counts(connection: Connection, projects: Iterable[str]) -> dict[str, dict[Decision, int]]:
    asked = rows_of(connection, projects)
    query = (
        select(verdicts.c.project, verdicts.c.decision, func.count())
        .where(verdicts.c.project.in_(select(asked.c.value)), ~_overruled())
        .group_by(verdicts.c.project, verdicts.c.decision)
    )
    found: dict[str, dict[Decision, int]] = {}
    for project, decision, count in connection.execute(query):
        found.setdefault(project, {})[Decision(decision)] = count
    return found


def described(connection: Connection, project: ProjectName) -> Description | None:
    """Return what a project says of itself."""
    said = _said(connection, project)
    return msgspec.structs.replace(said, requires=_required(connection, project)) if said else None


def _said(
    connection: Connection, project: ProjectName, *, settled: bool = False
) -> Description | None:
    """Return what a project says of itself, but for what it requires.

    With ``settled`` whoever is about to keep another version is waited for, and waits from then on.
    """
    query = select(descriptions.c.version, descriptions.c.summary)
    query = query.where(descriptions.c.project == str(project))
    row = connection.execute(query.with_for_update() if settled else query).one_or_none()
    return Description(version=row.version, summary=row.summary) if row is not None else None


def _required(connection: Connection, project: ProjectName) -> tuple[ProjectName, ...]:
    query = select(requirements.c.required).where(requirements.c.project == str(project))
    return tuple(sorted(map(ProjectName, connection.scalars(query))))


def dependents(connection: Connection, project: ProjectName, limit: int) -> Iterator[ProjectName]:
    """Yield the projects that require a project."""
    query = select(requirements.c.project).where(requirements.c.required == str(project))
    found = connection.scalars(query.order_by(requirements.c.project).limit(max(limit, 0)))
    return map(ProjectName, found)


def put_description(connection: Connection, project: ProjectName, description: Description) -> None:
    """Keep what a project says of itself, unless what is kept is of a later version."""
    row = {
        "project": str(project),
        "version": description.version,
        "summary": description.summary,
    }
    kept = _said(connection, project, settled=True)
    if kept is None:
        connection.execute(insert_unless_there(connection, descriptions), row)
        kept = _said(connection, project, settled=True)
    if kept and _is_later(kept.version, description.version):
        return
    if kept == msgspec.structs.replace(description, requires=()) and (
        _required(connection, project) == description.requires
    ):
        return
    connection.execute(insert_or_replace(connection, descriptions, ("project",)), row)
    connection.execute(delete(requirements).where(requirements.c.project == str(project)))
    rows = [{"required": str(one), "project": str(project)} for one in description.requires]
    if rows:
        connection.execute(insert(requirements), rows)


def _is_later(one: str, other: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(one) > Version(other)
    except InvalidVersion:
        return False
