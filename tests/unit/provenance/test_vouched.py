"""Uploads and their past: who published what is hosted here."""

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from airlock.errors import InvalidUpload, TargetNotFound, UpstreamUnavailable
from airlock.evidence.provenance import Candidate, NoAttestor
from airlock.evidence.provenance.sigstore_attestor import SigstoreAttestor
from airlock.gate.ruling import Asked
from airlock.gate.vouched import Attestations, Vouched
from airlock.model import ListedFile, ProjectListing, ProjectName, Release, Sha256
from airlock.model.access import ANONYMOUS, Kind, Principal
from airlock.model.hosting import Upload
from airlock.model.name_patterns import NamePattern
from airlock.model.ownership import Claim, Origin
from airlock.model.people import Stamp
from airlock.model.provenance import Provenance
from airlock.model.publishing import Provider, Publisher
from airlock.sources.interface import Index
from airlock.store.publishers import Publishers
from airlock.vouching import Vouching
from tests.simulators.memory_store import MemoryStore
from tests.simulators.sigstore_staging import SigningService, Workload

TOOL = ProjectName("acme-tool")
NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
ADA = Principal(kind=Kind.USER, name="ada")


class MemoryPublishers(Publishers):
    """Publishers in a list."""

    def __init__(self, *known: Publisher) -> None:
        self._known = known

    def add(self, publisher: Publisher, stamp: Stamp) -> None:
        self._known += (publisher,)

    def remove(self, publisher_id: str, stamp: Stamp) -> None:
        self._known = tuple(one for one in self._known if one.id != publisher_id)

    def every(self, project: ProjectName | None = None) -> tuple[Publisher, ...]:
        return tuple(one for one in self._known if project in {None, one.project})

    def use_up(self, assertion: Sha256, until: dt.datetime, now: dt.datetime) -> bool:
        return True


def publisher(number: str, repository: str, owner_id: str = "") -> Publisher:
    return Publisher(
        id=number,
        project=TOOL,
        provider=Provider.GITHUB,
        issuer=Provider.GITHUB.issuer,
        repository=repository,
        workflow="release.yml",
        owner_id=owner_id,
        created_at=NOW,
    )


OURS = publisher("01ab", "Acme/Tool")
THEIRS = publisher("02cd", "partner/tool")


class Shelf:
    """What is hosted, and what verifies."""

    def __init__(self, service: SigningService, attestor: SigstoreAttestor) -> None:
        self.service = service
        self.store = MemoryStore()
        self.vouched = self.of(OURS, THEIRS, attestor=attestor)

    def of(self, *known: Publisher, attestor: SigstoreAttestor | NoAttestor) -> Vouched:
        return Vouched(self.store, MemoryPublishers(*known), {}, lambda: Vouching(attestor))

    def verified(
        self,
        version: str,
        signer: Workload | None,
        by: Principal = ADA,
        vouched: Vouched | None = None,
    ) -> Attestations:
        """Return what comes of an upload's attestations."""
        filename, data = f"acme_tool-{version}.tar.gz", version.encode()
        form = json.dumps([self.service.attest(signer, filename, data)]) if signer else ""
        candidate = Candidate(filename, Sha256.of(data))
        return (vouched or self.vouched).verified(form, candidate, TOOL, by)

    def upload(self, version: str, day: int, signer: Workload | None, by: str = "user ada") -> None:
        """Record an upload."""
        upload = Upload(
            project=TOOL,
            version=version,
            filename=f"acme_tool-{version}.tar.gz",
            sha256=Sha256.of(version.encode()),
            size=1,
            uploaded_at=NOW + day * DAY,
            by=by,
            attestations=self.verified(version, signer).provenance,
        )
        claim = Claim(pattern=NamePattern(TOOL), origin=Origin.HOSTED, by="ada", reason="r", at=NOW)
        self.store.add_upload(upload, claim)


@pytest.fixture
def shelf(service: SigningService, attestor: SigstoreAttestor) -> Shelf:
    return Shelf(service, attestor)


def test_publisher_of_the_project_may_have_signed(shelf: Shelf) -> None:
    came = shelf.verified("1.0", Workload())

    assert came.attested[0].identity.owner_id == "4711"
    assert json.loads(came.provenance)["attestation_bundles"][0]["publisher"]["repository"] == (
        "acme/tool"
    )
    assert shelf.verified("1.0", None) == Attestations()


def test_publisher_that_uploads_has_to_have_signed(shelf: Shelf) -> None:
    partner = Principal(kind=Kind.PUBLISHER, name="02cd partner/tool")

    assert shelf.verified("1.0", Workload(repository="partner/tool"), partner).attested
    with pytest.raises(InvalidUpload, match="is published by partner/tool"):
        shelf.verified("1.0", Workload(), partner)


def test_owner_of_a_repository_that_was_made_anew_is_another(
    shelf: Shelf, attestor: SigstoreAttestor
) -> None:
    numbered = shelf.of(publisher("01ab", "acme/tool", owner_id="4711"), attestor=attestor)

    assert shelf.verified("1.0", Workload(), vouched=numbered).attested
    with pytest.raises(InvalidUpload, match="is published by acme/tool"):
        shelf.verified("1.0", Workload(owner_id="666"), vouched=numbered)


def test_without_what_verifies_attestations_are_not_taken(shelf: Shelf) -> None:
    blind = shelf.of(OURS, attestor=NoAttestor("sigstore is not installed"))

    with pytest.raises(InvalidUpload, match="nothing verifies"):
        shelf.verified("1.0", Workload(), vouched=blind)
    assert shelf.verified("1.0", None, ANONYMOUS, blind) == Attestations()


def test_history_of_an_upload_is_that_of_the_uploads_before(shelf: Shelf) -> None:
    shelf.upload("1.0", 1, None, "user ada")
    shelf.upload("1.1", 2, Workload(), "publisher 01ab Acme/Tool")

    came = shelf.verified("1.2", Workload())
    found = shelf.vouched.of_upload("acme_tool-1.2.tar.gz", TOOL, "user ada", came)

    assert [(one.version, one.is_trusted) for one in found.past] == [("1.1", True), ("1.0", False)]
    assert [one.version for one in found.signed] == ["1.1"]
    assert found.by == "user ada"


def test_upload_is_examined_again_by_what_was_known_then(shelf: Shelf) -> None:
    shelf.upload("1.0", 1, Workload())
    shelf.upload("1.1", 2, Workload(repository="partner/tool"))
    shelf.upload("1.2", 3, None)
    filename = "acme_tool-1.1.tar.gz"
    asked = Asked(Sha256.of(b"1.1"), filename, TOOL, None)

    release = Release(project=TOOL, version="1.1")
    found = asyncio.run(shelf.vouched.of_release(asked, release))

    assert found.attested[0].identity.repository == "partner/tool"
    assert [one.version for one in found.past] == ["1.0"]
    assert [one.identity.repository for one in found.signed] == ["acme/tool"]


class Passing(Index):
    """An index that does not give what it announces: for now, or for good."""

    def __init__(self, retry_after: float | None) -> None:
        super().__init__("https://index.example/simple/")
        self._retry_after = retry_after

    async def listing(
        self, project: ProjectName, known: ProjectListing | None = None
    ) -> ProjectListing:
        raise UpstreamUnavailable("no")

    @asynccontextmanager
    async def stream(self, file: ListedFile) -> AsyncIterator[AsyncIterator[bytes]]:
        raise UpstreamUnavailable("no")
        yield

    async def document(self, url: str, *, most_bytes: int) -> bytes:
        raise UpstreamUnavailable("no", retry_after=self._retry_after)

    async def aclose(self) -> None:
        pass


def test_upstream_that_gives_nothing_for_now_is_asked_again(
    shelf: Shelf, attestor: SigstoreAttestor
) -> None:
    file = ListedFile(
        filename="acme_tool-1.0.tar.gz",
        url="https://index.example/files/acme_tool-1.0.tar.gz",
        sha256=Sha256.of(b"1.0"),
        upload_time=NOW,
        provenance="https://index.example/integrity/acme_tool-1.0.tar.gz",
    )
    source = "https://index.example/simple/"
    shelf.store.put_listing(
        ProjectListing(project=TOOL, source=source, files=(file,), fetched_at=NOW)
    )
    asked = Asked(Sha256.of(b"1.0"), file.filename, TOOL, source)
    release = Release(project=TOOL, version="1.0", source=source, listed=file)

    def found(retry_after: float | None) -> Provenance:
        indexes = {source: Passing(retry_after)}
        vouching = Vouching(attestor)
        vouched = Vouched(shelf.store, MemoryPublishers(), indexes, lambda: vouching)
        return asyncio.run(vouched.of_release(asked, release))

    with pytest.raises(UpstreamUnavailable):
        found(1.0)
    assert "could not be had" in found(None).trouble
    unasked = asyncio.run(shelf.vouched.of_release(asked, release))
    assert unasked == Provenance()


def test_only_what_was_verified_is_handed_out(shelf: Shelf) -> None:
    shelf.upload("1.0", 1, Workload())
    shelf.upload("1.1", 2, None)

    assert b"attestation_bundles" in shelf.vouched.own_document("acme_tool-1.0.tar.gz")
    for filename in ("acme_tool-1.1.tar.gz", "acme_tool-9.tar.gz"):
        with pytest.raises(TargetNotFound):
            shelf.vouched.own_document(filename)


class Telling(Passing):
    """An index that has a page with one file, and no provenance."""

    def __init__(self, file: ListedFile) -> None:
        super().__init__(None)
        self._file = file
        self.asked = 0

    async def listing(
        self, project: ProjectName, known: ProjectListing | None = None
    ) -> ProjectListing:
        self.asked += 1
        return ProjectListing(project=project, source=self.url, files=(self._file,), fetched_at=NOW)


def test_page_that_nobody_kept_is_asked_for_once(shelf: Shelf, attestor: SigstoreAttestor) -> None:
    file = ListedFile(
        filename="acme_tool-1.0.tar.gz",
        url="https://index.example/files/acme_tool-1.0.tar.gz",
        sha256=Sha256.of(b"1.0"),
        upload_time=NOW,
    )
    index = Telling(file)
    vouched = Vouched(
        shelf.store, MemoryPublishers(), {index.url: index}, lambda: Vouching(attestor)
    )
    asked = Asked(Sha256.of(b"1.0"), file.filename, TOOL, index.url)
    release = Release(project=TOOL, version="1.0", source=index.url, listed=file)
    for _ in range(2):
        found = asyncio.run(vouched.of_release(asked, release))
        assert (found.unknown, found.offers, found.uploaded) == ("", False, NOW)
    assert index.asked == 1
    index.reachable = False
    bare = Vouched(
        MemoryStore(), MemoryPublishers(), {index.url: index}, lambda: Vouching(attestor)
    )
    assert asyncio.run(bare.of_release(asked, release)).unknown
