"""What pages ask, of a database."""

import datetime as dt

from airlock.model import Decision, ProjectName
from airlock.model.access import Within
from airlock.model.description import Description
from airlock.model.serving import Serving
from airlock.store import browsing_rows, serving_rows
from airlock.store.browsing import Browsing, FoundProject, Judged, Numbered, Totals, Waiting
from airlock.store.engine import Database
from airlock.store.interface import Standing


class SqlBrowsing(Browsing):
    """Answers of SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def judged(self, since: dt.date) -> tuple[Judged, ...]:
        """Return how many verdicts there were, by day and decision."""
        with self._database.reading() as connection:
            return browsing_rows.judged(connection, since)

    def totals(self) -> Totals:
        """Return how much is known."""
        with self._database.reading() as connection:
            return browsing_rows.totals(connection)

    def waiting(self, now: dt.datetime) -> Waiting:
        """Return since when each thing waits that a person has to look at."""
        with self._database.reading() as connection:
            return Waiting(browsing_rows.waiting(connection, now))

    def standings(
        self,
        *,
        decision: Decision | None,
        project: str,
        before: int | None,
        limit: int,
        within: Within = (),
    ) -> tuple[Numbered, ...]:
        """Return where digests stand now, the newest first."""
        with self._database.reading() as connection:
            return browsing_rows.standings(connection, decision, project, before, limit, within)

    def verdicts_on(self, project: ProjectName, limit: int) -> tuple[Standing, ...]:
        """Return the last verdicts on files of a project."""
        with self._database.reading() as connection:
            return browsing_rows.verdicts_on(connection, project, limit)

    def find(
        self, text: str, *, offset: int, limit: int, within: Within = ()
    ) -> tuple[FoundProject, ...]:
        """Return the projects whose name or summary has a text."""
        with self._database.reading() as connection:
            return browsing_rows.find(connection, text, offset, limit, within)

    def described(self, project: ProjectName) -> Description | None:
        """Return what a project says of itself."""
        with self._database.reading() as connection:
            return browsing_rows.described(connection, project)

    def dependents(self, project: ProjectName, limit: int) -> tuple[ProjectName, ...]:
        """Return the projects that require a project."""
        with self._database.reading() as connection:
            return tuple(browsing_rows.dependents(connection, project, limit))

    def served(self, project: ProjectName) -> tuple[Serving, ...]:
        """Return who got files of a project, the last first."""
        with self._database.reading() as connection:
            found = serving_rows.of_project(connection, project)
        return tuple(sorted(found, key=lambda one: one.last_served, reverse=True))
