"""What an index says of a file's past, and who is asked for it."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from airlock.errors import NotVerified, UpstreamUnavailable
from airlock.evidence.provenance import Attestor, NoAttestor
from airlock.evidence.provenance.sigstore_attestor import SigstoreAttestor
from airlock.model import ListedFile, ProjectListing, ProjectName, Sha256
from airlock.model.provenance import Provenance
from airlock.sources.interface import Index
from airlock.vouching import Vouching
from tests.simulators.sigstore_staging import SigningService, Workload

DAY = dt.timedelta(days=1)
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
EVIL = Workload(repository="evil/tool", owner_id="666")


class Shelf(Index):
    """An index in memory, whose documents are counted."""

    def __init__(self, service: SigningService) -> None:
        super().__init__("https://index.example/simple/")
        self._service = service
        self._documents: dict[str, bytes] = {}
        self.files: list[ListedFile] = []
        self.asked: list[str] = []

    def add(
        self,
        version: str,
        day: float | None,
        signer: Workload | None = None,
        *,
        forged: bool = False,
        gone: bool = False,
    ) -> ListedFile:
        filename, data = f"tool-{version}.tar.gz", version.encode()
        url = f"https://index.example/integrity/{filename}" if signer else None
        if signer and url and not gone:
            given = self._service.attest(signer, filename, b"other" if forged else data)
            self._documents[url] = self._service.provenance([given], signer.publisher)
        file = ListedFile(
            filename=filename,
            url=f"https://index.example/files/{filename}",
            sha256=Sha256.of(data),
            upload_time=START + day * DAY if day is not None else None,
            provenance=url,
        )
        self.files.append(file)
        return file

    @property
    def page(self) -> ProjectListing:
        return ProjectListing(
            project=ProjectName("tool"), source=self.url, files=tuple(self.files), fetched_at=START
        )

    async def listing(
        self, project: ProjectName, known: ProjectListing | None = None
    ) -> ProjectListing:
        return self.page

    @asynccontextmanager
    async def stream(self, file: ListedFile) -> AsyncIterator[AsyncIterator[bytes]]:
        raise UpstreamUnavailable("nothing is streamed here")
        yield

    async def document(self, url: str, *, most_bytes: int) -> bytes:
        self.asked.append(url.rpartition("/")[2])
        if url not in self._documents:
            raise UpstreamUnavailable("404")
        return self._documents[url]

    async def aclose(self) -> None:
        pass


@pytest.fixture
def shelf(service: SigningService) -> Shelf:
    return Shelf(service)


def known(shelf: Shelf, file: ListedFile, attestor: Attestor) -> Provenance:
    return asyncio.run(Vouching(attestor).of_file(shelf, shelf.page, file))


def test_history_is_read_from_the_listing(shelf: Shelf, attestor: SigstoreAttestor) -> None:
    shelf.add("1.0", 0)
    shelf.add("1.1", 1, Workload())
    file = shelf.add("1.2", 2)
    shelf.add("1.3", 3)
    shelf.add("1.4", None)

    found = known(shelf, file, attestor)

    assert (found.unknown, found.offered, found.offers) == ("", False, True)
    assert [(one.version, one.attested) for one in found.past] == [("1.1", 1), ("1.0", 0)]
    assert found.release is not None
    assert found.release.version == "1.2"
    assert shelf.asked == []


def test_latest_publisher_before_is_asked_for(shelf: Shelf, attestor: SigstoreAttestor) -> None:
    for day in range(5):
        shelf.add(f"1.{day}", day, Workload())
    file = shelf.add("1.5", 5, Workload())

    found = known(shelf, file, attestor)

    assert [one.version for one in found.signed] == ["1.4"]
    assert shelf.asked == ["tool-1.5.tar.gz", "tool-1.4.tar.gz"]


def test_a_few_more_are_asked_for_where_the_publisher_is_another(
    shelf: Shelf, attestor: SigstoreAttestor
) -> None:
    for day in range(5):
        shelf.add(f"1.{day}", day, Workload())
    file = shelf.add("1.5", 5, EVIL)

    found = known(shelf, file, attestor)

    assert [one.version for one in found.signed] == ["1.4", "1.3", "1.2"]
    assert found.attested[0].identity.repository == "evil/tool"


def test_earlier_provenance_that_is_forged_is_nobody(
    shelf: Shelf, attestor: SigstoreAttestor
) -> None:
    shelf.add("1.0", 0, Workload())
    shelf.add("1.1", 1, EVIL, forged=True)
    file = shelf.add("1.2", 2, EVIL)

    assert [one.version for one in known(shelf, file, attestor).signed] == ["1.0"]


def test_same_document_is_asked_for_once(shelf: Shelf, attestor: SigstoreAttestor) -> None:
    files = [shelf.add(f"1.{day}", day, Workload()) for day in range(3)]
    vouching = Vouching(attestor)

    for file in files:
        asyncio.run(vouching.of_file(shelf, shelf.page, file))

    assert len(shelf.asked) == 3


def test_forged_provenance_is_rejected(shelf: Shelf, attestor: SigstoreAttestor) -> None:
    file = shelf.add("1.0", 0, Workload(), forged=True)

    found = known(shelf, file, attestor)

    assert "other bytes" in found.rejected
    assert found.attested == ()
    with pytest.raises(NotVerified):
        asyncio.run(Vouching(attestor).document(shelf, file))


def test_what_is_announced_and_not_given_is_trouble(
    shelf: Shelf, attestor: SigstoreAttestor
) -> None:
    file = shelf.add("1.0", 0, Workload(), gone=True)
    vouching = Vouching(attestor)

    with pytest.raises(UpstreamUnavailable):
        asyncio.run(vouching.of_file(shelf, shelf.page, file))
    found = asyncio.run(vouching.of_file_or_trouble(shelf, shelf.page, file))
    assert "could not be had: 404" in found.trouble


def test_nothing_is_asked_for_where_nothing_verifies(shelf: Shelf) -> None:
    file = shelf.add("1.0", 0, Workload())

    found = known(shelf, file, NoAttestor("sigstore is not installed"))

    assert (found.offered, found.unverified) == (True, "sigstore is not installed")
    assert shelf.asked == []


def test_nothing_is_asked_for_without_a_network(shelf: Shelf, attestor: SigstoreAttestor) -> None:
    file = shelf.add("1.0", 0, Workload())
    shelf.reachable = False

    assert "no network" in known(shelf, file, attestor).unverified
    assert shelf.asked == []


def test_file_without_a_time_has_no_past(shelf: Shelf, attestor: SigstoreAttestor) -> None:
    shelf.add("1.0", 0, Workload())

    assert "does not say when" in known(shelf, shelf.add("1.1", None), attestor).unknown
    with_provenance = known(shelf, shelf.add("1.2", None, Workload()), attestor)
    assert (with_provenance.unknown, with_provenance.past) == ("", ())
    assert with_provenance.attested


def test_mirror_without_any_provenance_offers_none(
    shelf: Shelf, attestor: SigstoreAttestor
) -> None:
    shelf.add("1.0", 0)

    found = known(shelf, shelf.add("1.1", 1), attestor)

    assert (found.offered, found.offers, found.unknown) == (False, False, "")
