import asyncio
import gzip
from pathlib import Path

import msgspec
import pytest

from airlock.errors import DigestMismatch, SourceError, StoreError, UpstreamUnavailable
from airlock.model import ListedFile, Sha256
from airlock.sources.interface import Limits
from airlock.sources.simple_index import SimpleIndex
from tests.simulators.upstream import Fault, Upstream, make_wheel
from tests.unit.sources.asking import fetch, listing_of, quick

FAILURES = (
    *(Fault.WRONG_BYTES, Fault.WRONG_HASH, Fault.EXTRA, Fault.STATUS, Fault.TRUNCATE),
    *(Fault.RESET, Fault.HANG, Fault.HANG_BODY, Fault.SLOW, Fault.REDIRECT),
)
FILE = "/files/example-1.0-py3-none-any.whl"


@pytest.fixture
def wheel(upstream: Upstream) -> ListedFile:
    return listing_of(upstream.url).files[0]


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "example.whl"


def left_in(into: Path) -> list[Path]:
    return list(into.parent.iterdir())


def test_file_is_what_was_announced(upstream: Upstream, wheel: ListedFile, into: Path) -> None:
    assert fetch(upstream.url, wheel, into) == wheel.sha256
    assert into.read_bytes() == make_wheel("example", "1.0")[1]
    assert left_in(into) == [into]


def test_progress(upstream: Upstream, wheel: ListedFile, into: Path) -> None:
    told: list[tuple[int, int | None]] = []
    fetch(upstream.url, wheel, into, progress=lambda done, size: told.append((done, size)))
    assert told[-1] == (wheel.size, wheel.size)


@pytest.mark.parametrize("fault", FAILURES)
def test_nothing_is_left_of_a_failure(upstream: Upstream, fault: Fault, into: Path) -> None:
    upstream.fault(FILE, fault)
    wheel = listing_of(upstream.url).files[0]
    limits = quick(idle_seconds=0.05, file_seconds=0.5)
    with pytest.raises(SourceError):
        fetch(upstream.url, wheel, into, limits)
    assert left_in(into) == []


@pytest.mark.parametrize("fault", [Fault.WRONG_BYTES, Fault.EXTRA])
def test_other_bytes(upstream: Upstream, wheel: ListedFile, fault: Fault, into: Path) -> None:
    upstream.fault(FILE, fault)
    with pytest.raises(DigestMismatch, match="announced"):
        fetch(upstream.url, wheel, into)
    assert upstream.count(FILE) == 1


def test_other_digest_on_the_page(upstream: Upstream, into: Path) -> None:
    upstream.fault(FILE, Fault.WRONG_HASH)
    with pytest.raises(DigestMismatch, match="0000"):
        fetch(upstream.url, listing_of(upstream.url).files[0], into)


@pytest.mark.parametrize("difference", [-1, 1])
def test_other_size(upstream: Upstream, wheel: ListedFile, difference: int, into: Path) -> None:
    lied = msgspec.structs.replace(wheel, size=(wheel.size or 0) + difference, sha256=None)
    with pytest.raises(DigestMismatch, match="bytes"):
        fetch(upstream.url, lied, into)


def test_file_without_announced_digest(upstream: Upstream, into: Path) -> None:
    upstream.fault(FILE, Fault.NO_HASHES)
    (wheel, _) = listing_of(upstream.url).files
    assert wheel.sha256 is None
    assert fetch(upstream.url, wheel, into) == Sha256.of(into.read_bytes())


@pytest.mark.parametrize("fault", [Fault.NO_SIZE, Fault.NO_LENGTH])
def test_file_of_unknown_size(upstream: Upstream, fault: Fault, into: Path) -> None:
    upstream.fault(FILE, fault)
    wheel = listing_of(upstream.url).files[0]
    assert fetch(upstream.url, wheel, into) == wheel.sha256


@pytest.mark.parametrize("fault", [Fault.STATUS, Fault.TRUNCATE, Fault.RESET])
def test_what_passes_is_tried_again(
    upstream: Upstream, wheel: ListedFile, fault: Fault, into: Path
) -> None:
    upstream.fault(FILE, fault, times=2)
    assert fetch(upstream.url, wheel, into) == wheel.sha256
    assert upstream.count(FILE) == 3


@pytest.mark.parametrize("fault", [Fault.STATUS, Fault.TRUNCATE, Fault.RESET])
def test_trying_ends(upstream: Upstream, wheel: ListedFile, fault: Fault, into: Path) -> None:
    upstream.fault(FILE, fault)
    with pytest.raises(UpstreamUnavailable):
        fetch(upstream.url, wheel, into)
    assert upstream.count(FILE) == 3


def test_file_that_is_listed_and_gone(upstream: Upstream, wheel: ListedFile, into: Path) -> None:
    upstream.remove(wheel.filename)
    with pytest.raises(UpstreamUnavailable, match="not there any more"):
        fetch(upstream.url, wheel, into)
    assert upstream.count(FILE) == 1


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.HANG_BODY])
def test_silence_ends(upstream: Upstream, wheel: ListedFile, fault: Fault, into: Path) -> None:
    upstream.fault(FILE, fault)
    with pytest.raises(UpstreamUnavailable, match="in time"):
        fetch(upstream.url, wheel, into, quick(idle_seconds=0.05))


def test_trickle_ends_by_its_rate(upstream: Upstream, wheel: ListedFile, into: Path) -> None:
    upstream.fault(FILE, Fault.SLOW, 50)
    with pytest.raises(UpstreamUnavailable, match="too slowly"):
        fetch(upstream.url, wheel, into, quick(grace_seconds=0.1))
    assert upstream.count(FILE) == 1


def test_trickle_ends_by_the_deadline(upstream: Upstream, wheel: ListedFile, into: Path) -> None:
    upstream.fault(FILE, Fault.SLOW, 50)
    with pytest.raises(UpstreamUnavailable, match="within"):
        fetch(upstream.url, wheel, into, quick(file_seconds=0.2))


def test_deadline_covers_the_pauses(upstream: Upstream, wheel: ListedFile, into: Path) -> None:
    upstream.fault(FILE, Fault.STATUS, 503, headers={"Retry-After": "3600"})
    limits = Limits(file_seconds=0.2, longest_pause_seconds=3600)
    with pytest.raises(UpstreamUnavailable, match="within"):
        fetch(upstream.url, wheel, into, limits)


def test_file_over_the_limit_by_announcement(
    upstream: Upstream, wheel: ListedFile, into: Path
) -> None:
    with pytest.raises(UpstreamUnavailable, match="limit"):
        fetch(upstream.url, wheel, into, quick(file_bytes=10))
    assert upstream.count(FILE) == 0


def test_file_over_the_limit_by_its_bytes(upstream: Upstream, into: Path) -> None:
    upstream.fault(FILE, Fault.NO_SIZE)
    with pytest.raises(UpstreamUnavailable, match="limit"):
        fetch(upstream.url, listing_of(upstream.url).files[0], into, quick(file_bytes=10))


def test_redirect_is_followed(upstream: Upstream, wheel: ListedFile, into: Path) -> None:
    upstream.raw("/elsewhere", make_wheel("example", "1.0")[1])
    upstream.fault(FILE, Fault.REDIRECT, "/elsewhere")
    assert fetch(upstream.url, wheel, into) == wheel.sha256


def test_encoding_of_the_transfer_is_not_the_artifacts(upstream: Upstream, into: Path) -> None:
    data = gzip.compress(b"a source distribution")
    path = "/files/example-1.0.tar.gz"
    upstream.raw(path, data, "application/x-tar", Content_Encoding="gzip")
    sdist = ListedFile(filename="example-1.0.tar.gz", url=upstream.root + path)
    assert fetch(upstream.url, sdist, into) == Sha256.of(data)


def test_folder_that_is_not_there(upstream: Upstream, wheel: ListedFile, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="written"):
        fetch(upstream.url, wheel, tmp_path / "nowhere" / "x.whl")


def test_file_appears_only_whole(upstream: Upstream, wheel: ListedFile, into: Path) -> None:
    seen: list[bool] = []
    fetch(upstream.url, wheel, into, progress=lambda *_: seen.append(into.exists()))
    assert set(seen) == {False}


def test_giving_up_leaves_nothing(upstream: Upstream, wheel: ListedFile, into: Path) -> None:
    upstream.fault(FILE, Fault.SLOW, 100)

    async def give_up() -> None:
        begun = asyncio.Event()
        async with SimpleIndex(upstream.url) as index:
            task = asyncio.create_task(index.fetch(wheel, into, lambda *_: begun.set()))
            await begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(give_up())
    assert left_in(into) == []


def test_existing_file_stays_if_the_new_one_fails(
    upstream: Upstream, wheel: ListedFile, into: Path
) -> None:
    into.write_bytes(b"old")
    upstream.fault(FILE, Fault.WRONG_BYTES)
    with pytest.raises(DigestMismatch):
        fetch(upstream.url, wheel, into)
    assert into.read_bytes() == b"old"
