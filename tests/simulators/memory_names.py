"""What is known of names, in memory: a part of the store, held to the same tests as the tables."""

import datetime as dt
import threading
from collections.abc import Iterable

import msgspec

from airlock.errors import StoreError
from airlock.model import Decision, ProjectName
from airlock.model.name_verdict import NameVerdict
from airlock.model.ownership import HERE, Claim, Origin, Ownership
from airlock.model.phantom import Sighting
from airlock.model.wire import decode, encode
from airlock.store.names import NameRecords


class MemoryNames(NameRecords):
    """Lists of claims and verdicts; sightings by their key."""

    def __init__(self) -> None:
        self._names_lock = threading.RLock()
        self._claims: list[Claim] = []
        self._name_verdicts: list[bytes] = []
        self._sightings: dict[tuple[ProjectName, str, str], Sighting] = {}

    def add_claims(self, claims: Iterable[Claim]) -> None:
        added = [decode(_encoded(claim), Claim) for claim in claims]
        with self._names_lock:
            self._claims += added
        for claim in added:
            whole = claim.pattern.is_prefix
            self.note_change(None if whole else ProjectName(claim.pattern))

    def note_change(self, project: ProjectName | None) -> None:
        """Note what may look different now."""

    def bind(self, claim: Claim) -> None:
        with self._names_lock:
            same = [known for known in self._claims if known.pattern == claim.pattern]
            if not Ownership(same, HERE).in_force():
                self.add_claims([claim])

    def claims_on(self, project: ProjectName) -> tuple[Claim, ...]:
        with self._names_lock:
            return tuple(claim for claim in self._claims if claim.pattern.covers(project))

    def claims(self, *, first_seen: bool) -> tuple[Claim, ...]:
        with self._names_lock:
            found = tuple(self._claims)
        return tuple(c for c in found if first_seen or c.origin is not Origin.FIRST_SEEN)

    def append_name_verdict(self, verdict: NameVerdict) -> None:
        if verdict.decided_at.utcoffset() is None:
            raise StoreError("a time without a zone cannot be stored")
        with self._names_lock:
            self._name_verdicts.append(_encoded(verdict))

    def latest_name_verdict(self, project: ProjectName) -> NameVerdict | None:
        return next(reversed(self.name_verdicts(project)), None)

    def name_verdicts(self, project: ProjectName) -> tuple[NameVerdict, ...]:
        return tuple(verdict for verdict in self._all_verdicts() if verdict.project == project)

    def names_decided(self, decision: Decision, *, limit: int) -> tuple[NameVerdict, ...]:
        newest: dict[ProjectName, NameVerdict] = {}
        for verdict in reversed(self._all_verdicts()):
            newest.setdefault(verdict.project, verdict)
        found = [verdict for verdict in newest.values() if verdict.decision is decision]
        return tuple(found[: max(limit, 0)])

    def _all_verdicts(self) -> list[NameVerdict]:
        with self._names_lock:
            return [decode(document, NameVerdict) for document in self._name_verdicts]

    def add_sightings(self, sightings: Iterable[Sighting], *, most: int) -> None:
        with self._names_lock:
            for new in sightings:
                old = self._sightings.get(new.key)
                self._sightings[new.key] = old + new if old else new
            for key in self._least_asked()[: max(0, len(self._sightings) - max(most, 0))]:
                del self._sightings[key]

    def _least_asked(self) -> list[tuple[ProjectName, str, str]]:
        asked: dict[ProjectName, int] = {}
        for sighting in self._sightings.values():
            asked[sighting.project] = asked.get(sighting.project, 0) + sighting.count
        ordered = sorted(
            self._sightings.values(),
            key=lambda s: (asked[s.project], s.count, s.last_asked, s.key),
        )
        return [sighting.key for sighting in ordered]

    def sightings(self, since: dt.datetime) -> tuple[Sighting, ...]:
        if since.utcoffset() is None:
            raise StoreError("a time without a zone cannot be stored")
        with self._names_lock:
            found = [s for s in self._sightings.values() if s.last_asked >= since]
        return tuple(sorted(found, key=lambda sighting: sighting.key))


def _encoded(value: object) -> bytes:
    try:
        return encode(value)
    except (UnicodeEncodeError, OverflowError, msgspec.MsgspecError) as error:
        raise StoreError(f"this value cannot be stored: {error}") from error
