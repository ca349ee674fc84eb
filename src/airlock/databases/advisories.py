"""The advisories, as a part of the database: fetched, compiled, put in place at once.

- The sources of one command make the whole of it; without any, those of the one before are read
  again. What has not changed since is not fetched, and what was compiled before is not read, again.
- It takes the place of the one before only whole; whoever reads that one goes on with it.
- A source that is a compiled database itself, such as an organisation's own, is taken as it is,
  alone: that is how a repository that signs it (TUF) delivers one.
"""

import contextlib
import datetime as dt
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from airlock.databases.interface import Part
from airlock.errors import (
    AirlockError,
    MalformedDocument,
    StoreError,
    TargetNotFound,
    UnusableExport,
    UsageError,
)
from airlock.evidence.advisories.compiling import Compiler, Origin
from airlock.evidence.advisories.exports import open_export
from airlock.evidence.advisories.files import UPDATE, advisories_file
from airlock.evidence.advisories.format import Database, is_database, read_database
from airlock.model.advisory import AdvisorySource
from airlock.model.database import Condition, PartStatus
from airlock.sources.documents import download, is_url
from airlock.sources.urls import without_credentials

NAMED_SOURCES = {
    "osv": "https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip",
    "epss": "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
    "kev": "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
}
"""Public sources by their short names. OSV's has GitHub's, PyPA's and OpenSSF's records."""

_FIRST_TIME = ("osv",)
_MOST_BYTES = 4 << 30
# An export that lost half of its records is more likely cut than true.
_LEAST_SHARE = 0.5


class AdvisoriesPart(Part):
    """The compiled database of advisories.

    Args:
        folder: of evidence.
        clock: gives the time in UTC.
        max_age: after which it is stale.
    """

    name = "advisories"

    def __init__(
        self, folder: Path, clock: Callable[[], dt.datetime], max_age: dt.timedelta
    ) -> None:
        self._folder = folder
        self._path = advisories_file(folder)
        self._clock = clock
        self._max_age = max_age

    def takes(self, word: str) -> bool:
        """Tell whether a word is a public source, a URL, or the path of something."""
        return word in NAMED_SOURCES or is_url(word) or Path(word).exists()

    def update(self, sources: Sequence[str]) -> PartStatus:
        """Make the database of the sources: URLs, paths, or names of public ones."""
        before = self._before()
        known = {one.origin: one for one in before.about.sources} if before else {}
        wanted = _distinct(NAMED_SOURCES.get(one, one) for one in sources or known or _FIRST_TIME)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".advisories-", dir=self._folder) as place:
                fetched = _Fetched(Path(place), self._clock)
                exports = fetched.all(wanted, known)
                if exports:
                    self._keep(Path(place) / "made", self._made(exports, before), before)
        except OSError as error:
            what = error.strerror or error
            raise StoreError(f"{self._folder} cannot be written to: {what}") from error
        return self.status()

    def _before(self) -> Database | None:
        with contextlib.suppress(MalformedDocument, FileNotFoundError):
            return read_database(self._path)
        return None

    def _made(self, exports: Sequence[tuple[Path, Origin]], before: Database | None) -> bytes:
        compiled = [origin.name for path, origin in exports if is_database(path)]
        if compiled and len(exports) > 1:
            raise UsageError(f"{compiled[0]} is a whole database, to be given alone")
        if compiled:
            return exports[0][0].read_bytes()
        compiler = Compiler(self._clock(), before)
        for path, origin in exports:
            with open_export(path) as export:
                compiler.add(export, origin)
        return compiler.finish()

    def _keep(self, path: Path, data: bytes, before: Database | None) -> None:
        made = Database(data, "that was made")
        if before and made.about.records < before.about.records * _LEAST_SHARE:
            raise UnusableExport(
                f"the sources have {made.about.records:,} records, the database before has "
                f"{before.about.records:,}: it was not replaced",
                hint=f"If that is as it should be, remove {self._path} first.",
            )
        with path.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        path.replace(self._path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def status(self) -> PartStatus:
        """Tell what is in it, from where, and how old it is."""
        try:
            database = read_database(self._path)
        except FileNotFoundError:
            return PartStatus(
                part=self.name,
                condition=Condition.ABSENT,
                message="none: known vulnerabilities and known malware are not looked for",
                cure=f"{UPDATE} advisories",
            )
        except AirlockError as error:
            return PartStatus(
                part=self.name, condition=Condition.BROKEN, message=str(error), cure=error.hint
            )
        return self._of(database)

    def _of(self, database: Database) -> PartStatus:
        about = database.about
        condition, cure = Condition.CURRENT, ""
        if about.unreadable:
            condition = Condition.PARTIAL
            cure = f"Nothing is called clean by it. {'; '.join(database.head.unreadable[:3])}"
        elif self._clock().date() - about.date > self._max_age:
            condition, cure = Condition.STALE, f"{UPDATE} advisories"
        unreadable = f", {about.unreadable:,} more unreadable" if about.unreadable else ""
        return PartStatus(
            part=self.name,
            condition=condition,
            message=f"{about.records:,} records{unreadable} about {about.projects:,} projects, "
            f"up to {about.date}, sha256 {about.sha256}",
            source=", ".join(source.origin for source in about.sources),
            updated_at=about.made_at,
            cure=cure,
            advisories=about,
        )


class _Fetched:
    """Sources on the disk.

    Args:
        folder: for what comes over the network.
        clock: gives the time in UTC.
    """

    def __init__(self, folder: Path, clock: Callable[[], dt.datetime]) -> None:
        self._folder = folder
        self._clock = clock

    def all(
        self, wanted: Sequence[str], known: dict[str, AdvisorySource]
    ) -> list[tuple[Path, Origin]]:
        """Return where each source is, and what it is; nothing if none of them has changed."""
        validators = {origin: source.validator for origin, source in known.items()}
        same = set(map(_shown, wanted)) == set(known)
        found: dict[str, tuple[Path, Origin]] = {}
        for number, source in enumerate(wanted):
            validator = validators.get(_shown(source), "") if same else ""
            if one := self._one(source, number, validator):
                found[source] = one
        if not found:
            return []
        # One that has not changed is needed all the same, beside those that have.
        for number, source in enumerate(wanted):
            if source not in found and (one := self._one(source, number, "")):
                found[source] = one
        return [found[source] for source in wanted]

    def _one(self, source: str, number: int, validator: str) -> tuple[Path, Origin] | None:
        shown = _shown(source)
        if not is_url(source):
            if not Path(source).exists():
                raise TargetNotFound(
                    f"there is no {source} any more",
                    hint="Name all sources of the database: airlock db update SOURCE…",
                )
            return Path(source), Origin(shown)
        path = self._folder / f"source-{number}"
        got = download(source, path, most_bytes=_MOST_BYTES, clock=self._clock, validator=validator)
        return None if got is None else (path, Origin(shown, got))


def _shown(source: str) -> str:
    return without_credentials(source) if is_url(source) else str(Path(source).absolute())


def _distinct(sources: Iterator[str]) -> list[str]:
    return list({_shown(source): source for source in sources}.values())
