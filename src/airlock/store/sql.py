"""The store in a database: each method one query or one transaction, made in ``*_rows``.

What decides or changes something adds to the log in the same transaction (``events``).
"""

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
from airlock.model.name_verdict import NameVerdict
from airlock.model.ownership import Claim
from airlock.model.phantom import Sighting
from airlock.model.serving import Serving
from airlock.model.waiver import Revocation, Waiver
from airlock.profiles import Profile
from airlock.store import (
    artifact_rows,
    claim_rows,
    events,
    listing_rows,
    log_rows,
    name_verdict_rows,
    phantom_rows,
    profile_rows,
    reading_rows,
    serving_rows,
    verdict_rows,
    waiver_rows,
)
from airlock.store.engine import Database
from airlock.store.interface import Standing, Store, StoredArtifact
from airlock.store.profiles import ProfiledFile
from airlock.store.readings import Reading
from airlock.store.sql_hosting import SqlHosting


class SqlStore(SqlHosting, Store):
    """A store in SQLite or PostgreSQL, whose tables are up to date (``opening``)."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._closing = weakref.finalize(self, database.close)

    def close(self) -> None:
        """Close all connections."""
        self._closing()

    def remember_artifact(self, artifact: Artifact, *, seen_at: dt.datetime) -> None:
        """Remember an artifact; what is known already stays as it is."""
        with self._database.writing_once() as connection:
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
            log_rows.append(connection, events.of_verdict(verdict))

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
            log_rows.append(connection, events.of_waiver(waiver))

    def revoke_waiver(self, waiver_id: str, *, by: str, reason: str, at: dt.datetime) -> None:
        """End a waiver before its time."""
        revocation = Revocation(waiver=waiver_id, by=by, reason=reason, at=at)
        with self._database.writing() as connection:
            if waiver_rows.revoke(connection, revocation):
                ended = waiver_rows.one(connection, waiver_id)
                log_rows.append(connection, events.of_revocation(revocation, ended))

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

    def announcements(self, sha256: Sha256, filename: str) -> tuple[Release, ...]:
        """Return what listings say of a file."""
        with self._database.reading() as connection:
            return listing_rows.announced(connection, sha256, filename)

    def add_claims(self, claims: Iterable[Claim]) -> None:
        """Add claims."""
        added = list(claims)
        with self._database.writing() as connection:
            claim_rows.add(connection, added)
            log_rows.append(connection, *map(events.of_claim, added))

    def bind(self, claim: Claim) -> None:
        """Add a claim, unless there is one in force."""
        with self._database.writing() as connection:
            if claim_rows.bind(connection, claim):
                log_rows.append(connection, events.of_claim(claim))

    def claims_on(self, project: ProjectName) -> tuple[Claim, ...]:
        """Return every claim that covers a project."""
        with self._database.reading() as connection:
            return claim_rows.on(connection, project)

    def claims(self, *, first_seen: bool) -> tuple[Claim, ...]:
        """Return every claim."""
        with self._database.reading() as connection:
            return claim_rows.every(connection, first_seen=first_seen)

    def append_name_verdict(self, verdict: NameVerdict) -> None:
        """Add a verdict on a name."""
        with self._database.writing() as connection:
            name_verdict_rows.add(connection, verdict)
            log_rows.append(connection, events.of_name_verdict(verdict))

    def latest_name_verdict(self, project: ProjectName) -> NameVerdict | None:
        """Return the verdict on a name that was added last."""
        with self._database.reading() as connection:
            return name_verdict_rows.latest(connection, project)

    def name_verdicts(self, project: ProjectName) -> tuple[NameVerdict, ...]:
        """Return every verdict on a name."""
        with self._database.reading() as connection:
            return name_verdict_rows.history(connection, project)

    def names_decided(self, decision: Decision, *, limit: int) -> tuple[NameVerdict, ...]:
        """Return the latest verdicts on names that decide so."""
        with self._database.reading() as connection:
            return name_verdict_rows.decided(connection, decision, limit)

    def add_sightings(self, sightings: Iterable[Sighting], *, most: int) -> None:
        """Add counts, and keep their number bounded."""
        with self._database.writing() as connection:
            phantom_rows.add(connection, sightings, most)

    def sightings(self, since: dt.datetime) -> tuple[Sighting, ...]:
        """Return the sightings at or after a time."""
        with self._database.reading() as connection:
            return phantom_rows.since(connection, since)

    def add_servings(self, servings: Iterable[Serving], *, most: int) -> None:
        """Add counts, and keep their number bounded."""
        with self._database.writing() as connection:
            serving_rows.add(connection, servings, most)

    def servings(self) -> tuple[Serving, ...]:
        """Return all servings."""
        with self._database.reading() as connection:
            return serving_rows.every(connection)

    def keep_reading(self, reading: Reading) -> None:
        """Keep what was read of a file."""
        with self._database.writing() as connection:
            reading_rows.put_alone(connection, reading)

    def profiled(self, project: ProjectName) -> tuple[ProfiledFile, ...]:
        """Return the files of a project that have a profile."""
        with self._database.reading() as connection:
            return profile_rows.files(connection, project)

    def profile(self, project: ProjectName, file: ProfiledFile) -> Profile | None:
        """Return a profile."""
        with self._database.reading() as connection:
            return profile_rows.one(connection, project, file)
