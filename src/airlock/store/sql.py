"""The store in a database: each method one query or one transaction, made in ``*_rows``."""

import datetime as dt
import weakref
from collections.abc import Iterable

from airlock.model import (
    Artifact,
    Decision,
    ProjectListing,
    ProjectName,
    Release,
    Sha256,
    Verdict,
)
from airlock.model.waiver import Revocation, Waiver
from airlock.store import artifact_rows, listing_rows, verdict_rows, waiver_rows
from airlock.store.engine import Database
from airlock.store.interface import Standing, Store, StoredArtifact


class SqlStore(Store):
    """A store in SQLite or PostgreSQL, whose tables are up to date (``opening``)."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._closing = weakref.finalize(self, database.close)

    def close(self) -> None:
        """Close all connections."""
        self._closing()

    def remember_artifact(self, artifact: Artifact, *, seen_at: dt.datetime) -> None:
        """Remember an artifact; what is known already stays as it is."""
        with self._database.writing() as connection:
            artifact_rows.add(connection, artifact, seen_at)

    def artifact(self, sha256: Sha256) -> StoredArtifact | None:
        """Return the artifact with a digest."""
        with self._database.reading() as connection:
            return artifact_rows.first(connection, sha256)

    def artifacts_of(self, project: ProjectName) -> tuple[StoredArtifact, ...]:
        """Return the artifacts of a project."""
        with self._database.reading() as connection:
            return artifact_rows.of_project(connection, project)

    def projects(self) -> tuple[ProjectName, ...]:
        """Return the projects of all artifacts."""
        with self._database.reading() as connection:
            return artifact_rows.projects(connection)

    def append_verdict(self, verdict: Verdict) -> None:
        """Add a verdict."""
        with self._database.writing() as connection:
            verdict_rows.add(connection, verdict)

    def latest_verdict(self, sha256: Sha256) -> Verdict | None:
        """Return the verdict that was added last."""
        with self._database.reading() as connection:
            return verdict_rows.latest(connection, sha256)

    def latest_verdicts(self, digests: Iterable[Sha256]) -> dict[Sha256, Standing]:
        """Return where each of many digests stands."""
        with self._database.reading() as connection:
            found = verdict_rows.standings(connection, digests)
            return {standing.sha256: standing for standing in found}

    def verdicts(self, sha256: Sha256) -> tuple[Verdict, ...]:
        """Return every verdict on a digest."""
        with self._database.reading() as connection:
            return verdict_rows.history(connection, sha256)

    def recent_verdicts(self, *, decision: Decision | None, limit: int) -> tuple[Standing, ...]:
        """Return where digests stand now, the newest first."""
        with self._database.reading() as connection:
            return verdict_rows.recent(connection, decision, limit)

    def add_waiver(self, waiver: Waiver) -> None:
        """Add a waiver."""
        with self._database.writing() as connection:
            waiver_rows.add(connection, waiver)

    def revoke_waiver(self, waiver_id: str, *, by: str, reason: str, at: dt.datetime) -> None:
        """End a waiver before its time."""
        revocation = Revocation(waiver=waiver_id, by=by, reason=reason, at=at)
        with self._database.writing() as connection:
            waiver_rows.revoke(connection, revocation)

    def waiver(self, waiver_id: str) -> Waiver | None:
        """Return a waiver."""
        with self._database.reading() as connection:
            return waiver_rows.one(connection, waiver_id)

    def waivers(self, now: dt.datetime) -> tuple[Waiver, ...]:
        """Return the active waivers."""
        with self._database.reading() as connection:
            return waiver_rows.active(connection, now)

    def waivers_for(
        self, sha256: Sha256, project: ProjectName, now: dt.datetime
    ) -> tuple[Waiver, ...]:
        """Return the active waivers on an artifact."""
        with self._database.reading() as connection:
            return waiver_rows.on(connection, sha256, project, now)

    def put_listing(self, listing: ProjectListing) -> None:
        """Keep a listing."""
        with self._database.writing() as connection:
            listing_rows.put(connection, listing)

    def listing(self, source: str, project: ProjectName) -> ProjectListing | None:
        """Return the listing that was kept last."""
        with self._database.reading() as connection:
            return listing_rows.get(connection, source, project)

    def confirm_listing(self, source: str, project: ProjectName, at: dt.datetime) -> bool:
        """Note that a listing still holds."""
        with self._database.writing() as connection:
            return listing_rows.confirm(connection, source, project, at)

    def listed_file(self, sha256: Sha256, filename: str) -> Release | None:
        """Return the release of a listed file."""
        with self._database.reading() as connection:
            return listing_rows.announced(connection, sha256, filename)
