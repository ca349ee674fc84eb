"""What the gate's store knows of the past of an artifact.

- Only what is admitted, by its verdict or by a person, is a measure for what comes after it:
  compared with a release that is held, the next one with the same payload would look harmless.
- The release before is the newest that is not newer, by version, not by the time of its upload:
  1.2.4 is compared with 1.2.3 though 2.0 came in between. Another file of the same release comes
  first: whoever adds a wheel to an old release is held against the wheels that were there.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from airlock.errors import InvalidFilename
from airlock.evidence.history import History
from airlock.model import Artifact, ArtifactKind, ArtifactName, Decision, ProjectName
from airlock.model.versions import parsed_version
from airlock.profiles import Profile
from airlock.store import Store
from airlock.store.profiles import ProfiledFile

if TYPE_CHECKING:
    from packaging.version import Version

_MOST_TRIED = 40


class _Candidate(NamedTuple):
    """A file whose profile is kept."""

    file: ProfiledFile
    name: ArtifactName
    version: "Version"


class StoredHistory(History):
    """Knows what passed through this gate before.

    Args:
        store: of profiles, verdicts and waivers.
        clock: gives the time in UTC.
    """

    def __init__(self, store: Store, clock: Callable[[], dt.datetime]) -> None:
        self._store = store
        self._clock = clock

    def previous(self, artifact: Artifact) -> Profile | None:
        """Return the profile of the admitted file that the artifact is best compared with."""
        return self._previous(artifact, self._others(artifact))

    def both(self, artifact: Artifact) -> tuple[Profile | None, Profile | None]:
        """Return both, and look up the files of the project once."""
        others = self._others(artifact)
        return self._previous(artifact, others), self._sibling(artifact, others)

    def _previous(self, artifact: Artifact, others: list[_Candidate]) -> Profile | None:
        own = parsed_version(artifact.name.version)
        if own is None:
            return None
        older = [one for one in others if one.version <= own]
        older = [one for one in older if one.name.kind is artifact.name.kind]
        older.sort(key=lambda one: (one.version, one.name.likeness(artifact.name)), reverse=True)
        return next(self._admitted(artifact.release.project, older), None)

    def sibling(self, artifact: Artifact) -> Profile | None:
        """Return the profile of the source distribution of a wheel's release.

        Of several, one that is admitted comes first: whoever adds a second one with a payload must
        not make the wheel with the same payload look as if it came from its source. Where none is
        admitted, one that is held still serves: a comparison only ever adds findings. One of which
        only a part was read does not: the wheel has the rest.
        """
        return self._sibling(artifact, self._others(artifact))

    def _sibling(self, artifact: Artifact, others: list[_Candidate]) -> Profile | None:
        if artifact.name.kind is not ArtifactKind.WHEEL:
            return None
        own = parsed_version(artifact.name.version)
        sources = [one for one in others if one.name.kind is ArtifactKind.SDIST]
        same = [one for one in sources if one.version == own]
        project = artifact.release.project
        admitted = self._admitted(project, same)
        known = (self._store.profile(project, one.file) for one in same)
        return next((one for one in (*admitted, *known) if one and one.whole), None)

    def _others(self, artifact: Artifact) -> list[_Candidate]:
        return list(self._candidates(artifact))

    def _candidates(self, artifact: Artifact) -> Iterator[_Candidate]:
        for file in self._store.profiled(artifact.release.project):
            if file.sha256 == artifact.sha256:
                continue
            try:
                name = ArtifactName.parse(file.filename)
            except InvalidFilename:
                continue
            version = parsed_version(name.version)
            if version is not None:
                yield _Candidate(file, name, version)

    def _admitted(self, project: ProjectName, found: list[_Candidate]) -> Iterator[Profile]:
        """Yield the profiles of those that are admitted, in their order."""
        tried = found[:_MOST_TRIED]
        if not tried:
            return
        standings = self._store.latest_verdicts([one.file.sha256 for one in tried])
        for one in tried:
            standing = standings.get(one.file.sha256)
            if standing is None or standing.filename != one.file.filename:
                continue
            waivers = self._store.waivers_for(one.file.sha256, project, self._clock())
            about = (one.file.sha256, project, one.name.version)
            deciding = sorted(
                (waiver for waiver in waivers if waiver.covers(*about)),
                key=lambda waiver: waiver.reach.breadth,
            )
            decision = next((waiver.decision for waiver in deciding), standing.decision)
            if decision is Decision.ADMIT:
                profile = self._store.profile(project, one.file)
                if profile is not None:
                    yield profile
