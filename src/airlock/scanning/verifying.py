"""``airlock verify``: who vouches for files, and what changed since the releases before.

- Nothing of a file is opened: it is digested, and its proofs are looked at.
- A file on the disk is looked for in its index by name and digest: what the index offers for other
  bytes under that name proves nothing.
- Without a network only what lies beside a file is looked at, and the rest is unknown.
"""

import asyncio
import contextlib
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from airlock import scratch, vetting
from airlock.checks import BareRelease, CheckSet, run_checks
from airlock.errors import AirlockError, ProjectNotFound
from airlock.evidence import Facts
from airlock.model import Artifact, Release
from airlock.model.provenance import Provenance
from airlock.policy import Policy
from airlock.report import Unexamined
from airlock.report.proofs import Verification, Vouched
from airlock.scanning.proving import Given, Prover
from airlock.scanning.targets import Wanted, read_targets

if TYPE_CHECKING:
    from airlock.pinning import Pinning
    from airlock.scanning.downloads import Follower
    from airlock.sources.interface import Index
    from airlock.vouching import Vouching

_OFFLINE = Provenance(unknown="no index was asked (--offline)")


class Verify:
    """Composes what a verification needs.

    Args:
        checks: of the family ``provenance``.
        policy: that judges.
        facts: gives what checks may ask, at a time in UTC.
        provers: one for each kind of proof.
        index: makes the index to ask; ``None``: no index is asked.
        vouching: asks it who published files.
        pinning: knows whose OpenPGP signatures count.
        clock: gives the time in UTC.
    """

    def __init__(  # noqa: PLR0913 - each is a port or a value of its own
        self,
        *,
        checks: CheckSet,
        policy: Policy,
        facts: Callable[[dt.datetime], Facts],
        provers: Sequence[Prover],
        index: "Callable[[], Index] | None",
        vouching: "Vouching",
        pinning: "Pinning",
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._checks = checks
        self._policy = policy
        self._facts = facts
        self._provers = provers
        self._index = index
        self._vouching = vouching
        self._pinning = pinning
        self._clock = clock

    def run(
        self, targets: Iterable[str], follower: "Follower", *, every: bool = False
    ) -> list[Verification]:
        """Return what vouches for each file of each target.

        Args:
            targets: files, folders, or releases as ``NAME==VERSION``.
            follower: for progress.
            every: all files of a release, instead of those that an installer here would take.
        """
        with contextlib.ExitStack() as opened:
            for prover in self._provers:
                opened.callback(prover.close)
            folder = opened.enter_context(scratch.folder("verify"))
            found = list(read_targets(targets, ()))
            results = [one for one in found if isinstance(one, Unexamined)]
            local = [one for one in found if isinstance(one, Path)]
            wanted = [one for one in found if isinstance(one, Wanted)]
            return [
                *results,
                *self._of_paths(local),
                *self._of_releases(wanted, folder, follower, every=every),
            ]

    def _of_releases(
        self, wanted: Sequence[Wanted], folder: Path, follower: "Follower", *, every: bool
    ) -> Iterator[Verification]:
        if not wanted:
            return
        if self._index is None:
            for one in wanted:
                yield Unexamined(one.text, "no index is asked (--offline)", exit_code=2)
            return
        from airlock.scanning.downloads import Downloads

        downloads = Downloads(
            self._index(),
            folder,
            follower,
            every=every,
            vouching=self._vouching,
            pinning=self._pinning,
        )
        for fetched in asyncio.run(downloads.fetch_all(wanted)):
            if isinstance(fetched, Unexamined):
                yield fetched
            else:
                yield self._one(fetched.path, fetched.release, fetched.provenance)

    def _of_paths(self, paths: Sequence[Path]) -> Iterator[Verification]:
        identified = []
        for path in paths:
            try:
                identified.append((path, vetting.identify(path)))
            except AirlockError as error:
                yield Unexamined.because(str(path), error)
        told = asyncio.run(self._looked_up([artifact for _, artifact in identified]))
        for (path, artifact), (release, provenance) in zip(identified, told, strict=True):
            yield self._one(path, release or artifact.release, provenance)

    async def _looked_up(
        self, artifacts: Sequence[Artifact]
    ) -> list[tuple[Release | None, Provenance]]:
        if self._index is None or not artifacts:
            return [(None, _OFFLINE)] * len(artifacts)
        async with self._index() as index:
            return [await self._announced(index, artifact) for artifact in artifacts]

    async def _announced(
        self, index: "Index", artifact: Artifact
    ) -> tuple[Release | None, Provenance]:
        """Return what an index announces of these very bytes."""
        project = artifact.release.project
        try:
            listing = await index.listing(project)
        except ProjectNotFound as error:
            return None, Provenance(unknown=str(error))
        except AirlockError as error:
            return None, Provenance(unknown=f"the index could not be asked: {error}")
        for file in listing.files:
            if (file.filename, file.sha256) == (artifact.name.filename, artifact.sha256):
                release = msgspec.structs.replace(
                    artifact.release, source=listing.source, listed=file, status=listing.status
                )
                found = await self._vouching.of_file_or_trouble(index, listing, file)
                return release, found
        return None, Provenance(unknown=f"{listing.source} announces no such file with these bytes")

    def _one(self, path: Path, release: Release, provenance: Provenance) -> Verification:
        try:
            artifact = vetting.identify(path, release)
        except AirlockError as error:
            return Unexamined.because(str(path), error)
        given = Given(path=path, artifact=artifact, provenance=provenance)
        proofs = tuple(prover.prove(given) for prover in self._provers)
        more = tuple(one for prover in self._provers for one in prover.attested(given))
        if more:
            provenance = _with(provenance, more)
        signatures = self._pinning.beside(path, artifact.release.project)
        provenance = msgspec.structs.replace(provenance, signatures=signatures)
        now = self._clock()
        facts = msgspec.structs.replace(self._facts(now), provenance=provenance)
        outcomes = list(run_checks(self._checks, BareRelease(artifact.release, facts)))
        verdict = vetting.judge(artifact, outcomes, self._policy, self._checks, now=now)
        return Vouched(proofs=proofs, verdict=verdict)


def _with(provenance: Provenance, more: tuple[object, ...]) -> Provenance:
    """Return what is known with attestations that were verified beside the file."""
    changed = msgspec.structs.replace(provenance, attested=more, unknown="", unverified="")
    return msgspec.structs.replace(changed, offered=True, trouble="")
