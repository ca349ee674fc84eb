"""The watch asks who published a file, as the gate does: verified, in turn, and told to hunts."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from airlock.errors import UpstreamUnavailable
from airlock.gate.watch.pacing import Pace, PacedIndex
from airlock.model import Outcome, ProjectName, Sha256
from airlock.sources.interface import Limits
from airlock.sources.simple_index import SimpleIndex
from airlock.store import Records, open_records
from tests.simulators.packages import make_wheel
from tests.simulators.sigstore_staging import SigningService, Workload
from tests.simulators.upstream import Fault, Upstream
from tests.watch.test_command import shown, watch

NOW = dt.datetime.now(dt.UTC)
EVE = Workload(repository="eve/lantern", owner_id="666")


class Signing(NamedTuple):
    """An index whose files are signed."""

    upstream: Upstream
    service: SigningService
    root: Path

    def offer(
        self, project: str, version: str, signer: Workload | None, days: int, other: bytes = b""
    ) -> None:
        """Offer a wheel; the attestation is of other bytes, if they are given."""
        filename, data = make_wheel(project, version)
        provenance = None
        if signer is not None:
            given = self.service.attest(signer, filename, other or data)
            provenance = self.service.provenance([given], signer.publisher)
        at = NOW - dt.timedelta(days=days)
        self.upstream.add(filename, data, upload_time=at, provenance=provenance)


@pytest.fixture
def signing(upstream: Upstream, tmp_path: Path) -> Signing:
    service = SigningService()
    return Signing(upstream, service, service.trusted_root(tmp_path))


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with open_records(f"sqlite:///{tmp_path}/airlock.db") as opened:
        yield opened


def outcome(records: Records, upstream: Upstream, filename: str, check: str) -> Outcome:
    verdict = records.store.latest_verdict(Sha256(upstream.sha256(filename)))
    assert verdict is not None
    (found,) = [one for one in verdict.outcomes if one.check == check]
    return found


def test_what_an_index_offers_is_verified(
    signing: Signing, records: Records, tmp_path: Path
) -> None:
    signing.offer("lantern", "1.0", Workload(), 30)
    signing.offer("lantern", "1.1", EVE, 2)
    signing.offer("forged", "1.0", Workload(), 2, other=b"other")
    signing.offer("bare", "1.0", None, 9)
    signing.offer("bare", "2.0", None, 2)
    since = f"{NOW - dt.timedelta(days=5):%Y-%m-%d}"
    names = [word for name in ("lantern", "forged", "bare") for word in ("--project", name)]
    root = str(signing.root)
    code, told = watch(
        signing.upstream, tmp_path, *names, "--since", since, AIRLOCK_TRUSTED_ROOT=root
    )
    assert code == 0, told
    upstream = signing.upstream
    lantern = outcome(records, upstream, "lantern-1.1-py3-none-any.whl", "provenance-publisher")
    assert "1.0: acme/tool, release.yml" in lantern.findings[0].evidence
    forged = outcome(records, upstream, "forged-1.0-py3-none-any.whl", "provenance-attestations")
    assert "about other bytes" in forged.findings[0].evidence
    bare = "bare-2.0-py3-none-any.whl"
    silent = outcome(records, upstream, bare, "provenance-attestations")
    assert silent.reason == "the index offers no provenance of any file of this project"
    # What it lists of the releases before is known all the same.
    haste = outcome(records, upstream, bare, "provenance-haste")
    assert haste.reason == "fewer than 10 earlier releases are listed"
    # One page for each project, and each document once.
    assert upstream.count("/simple/*") == 3
    assert upstream.count("/integrity/*") == 3
    where = ("--data", str(tmp_path))
    assert "lantern-1.1" in shown("hunt", "publisher:eve/*", *where).stdout
    assert "There is nothing." in shown("hunt", "publisher:acme/*", *where).stdout


def test_documents_wait_for_their_turn_like_files(upstream: Upstream, records: Records) -> None:
    upstream.raw("/integrity/a", b"{}")
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def ask() -> None:
        pace = Pace(records.following, dt.timedelta(seconds=2), lambda: NOW, sleep)
        async with PacedIndex(SimpleIndex(upstream.url, limits=Limits(tries=1)), pace) as index:
            document = f"{upstream.root}/integrity/a"
            for _ in range(2):
                assert await index.document(document, most_bytes=9) == b"{}"
            upstream.fault("/simple/*", Fault.STATUS, 429, headers={"Retry-After": "600"})
            with pytest.raises(UpstreamUnavailable) as refused:
                await index.listing(ProjectName("a"))
            await pace.leave_alone(index.url, refused.value)
            with pytest.raises(UpstreamUnavailable, match="is not to be asked before") as told:
                await index.document(document, most_bytes=9)
            assert told.value.retry_after == 600

    asyncio.run(ask())
    assert slept == [2, 4]
    assert upstream.count("/integrity/a") == 2
