"""The adapter that reads a compiled database, and its offline twins.

- A file that is replaced is read anew with the next question: an update is atomic, so that it is
  the old one or the new one, whole.
- What was there and is gone, and what somebody asked for and never was there, is trouble; only
  where nobody ever asked for a database is there none.
"""

import contextlib
import datetime as dt
import threading
from collections import OrderedDict
from pathlib import Path

from airlock.errors import MalformedDocument, NotExamined
from airlock.evidence.advisories.format import Database, read_database
from airlock.evidence.advisories.interface import Advisories, Known, MalwareRecord
from airlock.evidence.advisories.matching import ProjectRecords
from airlock.model import ProjectName
from airlock.model.advisory import AdvisoryDatabase

UPDATE = "airlock db update"
NONE = f"no advisory database: known vulnerabilities were not looked for ({UPDATE})"
_REMEMBERED = 2_000
_Stamp = tuple[int, int, int]


def advisories_file(folder: Path) -> Path:
    """Return where the database lies in a folder of evidence, whether it is there or not."""
    return folder / "advisories.db"


class DatabaseAdvisories(Advisories):
    """Answers from one database in memory: also the twin for tests and for who has no disk.

    Args:
        database: that was read.
        max_age: after which it is stale.
    """

    def __init__(self, database: Database, max_age: dt.timedelta) -> None:
        self._database = database
        self._max_age = max_age
        self._projects: OrderedDict[str, ProjectRecords] = OrderedDict()
        self._turn = threading.Lock()

    @property
    def database(self) -> AdvisoryDatabase:
        """Which database answers."""
        about: AdvisoryDatabase = self._database.about
        return about

    def trouble(self, now: dt.datetime) -> str:
        """Return why nothing may be called clean."""
        about = self._database.about
        if about.unreadable:
            some = "; ".join(self._database.head.unreadable[:1])
            return f"{about.unreadable} of its records cannot be read, such as {some}"
        age = now.date() - about.date
        if age > self._max_age:
            return f"it is {age.days} days old, and {self._max_age.days} are allowed"
        return ""

    def known(self, project: ProjectName, version: str) -> Known:
        """Return what is known of a release."""
        return self._of(project).known(version)

    def fixed_by(self, project: ProjectName, version: str) -> tuple[str, ...]:
        """Return what a release is named as the fix of."""
        return self._of(project).fixed_by(version)

    def malware(self, project: ProjectName) -> tuple[MalwareRecord, ...]:
        """Return the records of malware that are about any version of a project."""
        try:
            records = [one for one in self._database.records_of(project) if one.malware]
        except MalformedDocument as error:
            raise NotExamined(str(error), hint=error.hint) from error
        return tuple(
            MalwareRecord(
                one.id, any(part.whole for part in one.affected if part.project == project)
            )
            for one in records
            if not one.withdrawn
        )

    def _of(self, project: ProjectName) -> ProjectRecords:
        with self._turn:
            if (known := self._projects.get(project)) is not None:
                self._projects.move_to_end(project)
                return known
        try:
            records = self._database.records_of(project)
        except MalformedDocument as error:
            raise NotExamined(str(error), hint=error.hint) from error
        read = ProjectRecords(project, records, self._database.head.exploitation)
        with self._turn:
            self._projects[project] = read
            if len(self._projects) > _REMEMBERED:
                self._projects.popitem(last=False)
        return read


class FileAdvisories(Advisories):
    """Answers from the database in a file.

    Args:
        path: of the file.
        max_age: after which it is stale.
        wanted: whether somebody asked for this very file: then it must be there.
    """

    def __init__(self, path: Path, max_age: dt.timedelta, *, wanted: bool) -> None:
        self.path = path
        self._max_age = max_age
        self._wanted = wanted
        self._read: tuple[_Stamp, DatabaseAdvisories | NotExamined] | None = None
        self._turn = threading.Lock()

    def ask_for(self, max_age: dt.timedelta, *, wanted: bool) -> None:
        """Go by other bounds from now on."""
        with self._turn:
            self._max_age, self._wanted, self._read = max_age, wanted, None

    @property
    def absent(self) -> str:
        """Why there is nothing to ask."""
        if self._wanted or self._read is not None or self.path.exists():
            return ""
        return NONE

    @property
    def stamp(self) -> str:
        """What changes whenever the file does."""
        with contextlib.suppress(OSError):
            return str(_stamp(self.path))
        return ""

    @property
    def database(self) -> AdvisoryDatabase:
        """Which database answers."""
        return self._opened().database

    def trouble(self, now: dt.datetime) -> str:
        """Return why nothing may be called clean."""
        if self.absent:
            return NONE
        try:
            return self._opened().trouble(now)
        except NotExamined as error:
            return str(error)

    def known(self, project: ProjectName, version: str) -> Known:
        """Return what is known of a release."""
        return self._opened().known(project, version)

    def fixed_by(self, project: ProjectName, version: str) -> tuple[str, ...]:
        """Return what a release is named as the fix of."""
        return self._opened().fixed_by(project, version)

    def malware(self, project: ProjectName) -> tuple[MalwareRecord, ...]:
        """Return the records of malware that are about any version of a project."""
        return () if self.absent else self._opened().malware(project)

    def _opened(self) -> DatabaseAdvisories:
        with self._turn:
            try:
                stamp = _stamp(self.path)
            except OSError as error:
                raise NotExamined(
                    f"there is no advisory database at {self.path} ({UPDATE})"
                ) from error
            if self._read is None or self._read[0] != stamp:
                self._read = (stamp, self._open())
            opened = self._read[1]
        if isinstance(opened, NotExamined):
            raise NotExamined(str(opened), hint=opened.hint)
        return opened

    def _open(self) -> DatabaseAdvisories | NotExamined:
        try:
            return DatabaseAdvisories(read_database(self.path), self._max_age)
        except (MalformedDocument, OSError) as error:
            return NotExamined(str(error), hint=getattr(error, "hint", ""))


def _stamp(path: Path) -> _Stamp:
    found = path.stat()
    return (found.st_ino, found.st_mtime_ns, found.st_size)


class NoAdvisories(Advisories):
    """Knows nothing, and says so."""

    @property
    def absent(self) -> str:
        """Why there is nothing to ask."""
        return NONE

    @property
    def database(self) -> AdvisoryDatabase:
        """Raise: there is none.

        Raises:
            NotExamined: always.
        """
        raise NotExamined(NONE)

    def trouble(self, now: dt.datetime) -> str:  # noqa: ARG002 - the port's signature
        """Return that there is none."""
        return NONE

    def known(self, project: ProjectName, version: str) -> Known:  # noqa: ARG002 - likewise
        """Raise: nobody can say.

        Raises:
            NotExamined: always.
        """
        raise NotExamined(NONE)

    def fixed_by(self, project: ProjectName, version: str) -> tuple[str, ...]:  # noqa: ARG002 - likewise
        """Raise: nobody can say.

        Raises:
            NotExamined: always.
        """
        raise NotExamined(NONE)
