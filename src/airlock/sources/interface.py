"""The port: an index of projects, and what every adapter of it promises about a download.

Invariants, kept here for all adapters:

- A file appears under its final name only whole, and only if it is what the index announced.
- Whatever the other side does, a download ends: by size, by deadline or by a rate too low.
- Errors are ours: ``ProjectNotFound``, ``UpstreamUnavailable``, ``DigestMismatch``, and
  ``StoreError`` if the file cannot be written here.
"""

import asyncio
import contextlib
import hashlib
import tempfile
from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import IO, TypeVar

import msgspec

from airlock.errors import DigestMismatch, StoreError, UpstreamUnavailable
from airlock.model import ListedFile, ProjectListing, ProjectName, Sha256
from airlock.sources.closing import Closing

T = TypeVar("T")

Progress = Callable[[int, int | None], None]
"""Is told how many bytes have come, and of how many if that is known; starts anew on a retry."""

_MIB = 1024 * 1024


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much an index may ask of us."""

    page_bytes: int = 64 * _MIB
    """Of one page, after decompression. The largest that is known has about 20 MiB."""
    file_bytes: int = 4096 * _MIB
    """Of one file. The largest wheels of machine-learning projects have about 3 GiB."""
    connect_seconds: float = 15
    idle_seconds: float = 30
    """The longest silence in the middle of an answer."""
    page_seconds: float = 60
    """For a page, with all tries."""
    file_seconds: float = 1800
    """For a file, with all tries."""
    slowest_bytes_per_second: int = 4096
    """On average since the first byte, asked once ``grace_seconds`` are over."""
    grace_seconds: float = 20
    redirects: int = 5
    tries: int = 4
    """For a request that fails in a way that passes: no connection, 429, 5xx, a cut answer."""
    first_pause_seconds: float = 0.25
    """Before the second try; doubles with each."""
    longest_pause_seconds: float = 10
    """However long the index asks us to wait (``Retry-After``)."""


class Index(Closing):
    """An index that projects are taken from (PEP 503)."""

    url: str
    """The base URL, with a slash at its end and without credentials."""
    reachable: bool = True
    """Whether there is anybody to ask; ``False``: everything that is known is here already."""

    def __init__(self, url: str, limits: Limits | None = None) -> None:
        self.url = url
        self.limits = limits or Limits()

    @abstractmethod
    async def listing(
        self, project: ProjectName, known: ProjectListing | None = None
    ) -> ProjectListing:
        """Return the page of a project.

        Args:
            project: whose page.
            known: an earlier answer; if the index says that it still holds, it is returned with a
                new ``fetched_at``.

        Raises:
            ProjectNotFound: if the index has no such project.
            UpstreamUnavailable: if it gives no answer, or one that makes no sense.
        """

    @abstractmethod
    def stream(self, file: ListedFile) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Ask once for the bytes of a file; entering and iterating raise the same error.

        Raises:
            UpstreamUnavailable: if they did not come; with ``retry_after`` if that may pass.
        """

    async def document(
        self,
        url: str,
        *,
        most_bytes: int,  # noqa: ARG002 - of those that have some
    ) -> bytes:
        """Return a small document that the index refers to, such as a file's core metadata.

        Raises:
            UpstreamUnavailable: if it did not come, or is larger than that.
        """
        raise UpstreamUnavailable(f"{self.url} has no documents beside its files, such as {url}")

    async def fetch(self, file: ListedFile, into: Path, progress: Progress | None = None) -> Sha256:
        """Download a file to a path and return the digest of what came.

        A file without an announced SHA-256 is fetched, too: whether to use it is the caller's
        decision. What a killed process leaves behind is named ``.….part``.

        Raises:
            DigestMismatch: if size or digest are not the announced ones.
            UpstreamUnavailable: if it did not come whole and in time, or is over the limit.
            StoreError: if it cannot be written.
        """
        self._refuse_large(file, file.size or 0)
        try:
            async with asyncio.timeout(self.limits.file_seconds):
                return await self.persist(lambda: self._fetch_once(file, into, progress))
        except TimeoutError as error:
            raise UpstreamUnavailable(
                f"{file.filename} did not come within {self.limits.file_seconds:g} seconds"
            ) from error
        except OSError as error:
            raise StoreError(f"{into} cannot be written: {error}") from error

    async def persist(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try until it succeeds, fails for good, or was tried often enough.

        Raises:
            UpstreamUnavailable: the last one that the attempt raised.
        """
        pause = self.limits.first_pause_seconds
        for _ in range(self.limits.tries - 1):
            try:
                return await attempt()
            except UpstreamUnavailable as error:
                if error.retry_after is None:
                    raise
                wanted = max(pause, error.retry_after)
            await asyncio.sleep(min(wanted, self.limits.longest_pause_seconds))
            pause *= 2
        return await attempt()

    async def _fetch_once(self, file: ListedFile, into: Path, progress: Progress | None) -> Sha256:
        with _whole_file(into) as part:
            return await self._pour(file, part, progress)

    async def _pour(self, file: ListedFile, part: IO[bytes], progress: Progress | None) -> Sha256:
        """Write what comes, and compare it with what was announced."""
        digest, size = hashlib.sha256(), 0
        started = asyncio.get_running_loop().time()
        async with self.stream(file) as pieces:
            async for piece in pieces:
                size += len(piece)
                self._refuse_large(file, size)
                self._refuse_slow(file, size, asyncio.get_running_loop().time() - started)
                digest.update(piece)
                part.write(piece)
                if progress:
                    progress(size, file.size)
        return _compared(file, size, Sha256(digest.hexdigest()))

    def _refuse_large(self, file: ListedFile, size: int) -> None:
        if size > self.limits.file_bytes:
            raise UpstreamUnavailable(
                f"{file.filename} is larger than the limit of {self.limits.file_bytes:,} bytes"
            )
        if file.size is not None and size > file.size:
            raise DigestMismatch(
                f"{file.filename} was announced with {file.size:,} bytes, and more came"
            )

    def _refuse_slow(self, file: ListedFile, size: int, seconds: float) -> None:
        late = seconds > self.limits.grace_seconds
        if late and size < self.limits.slowest_bytes_per_second * seconds:
            raise UpstreamUnavailable(
                f"{file.filename} comes too slowly: {size:,} bytes in {seconds:.0f} seconds"
            )


@contextlib.contextmanager
def _whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Write a file that gets its name at the end, or never."""
    prefix = f".{path.name[:100]}."
    with contextlib.ExitStack() as stack:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=prefix, suffix=".part", delete=False
        ) as part:
            name = Path(part.name)
            stack.callback(name.unlink, missing_ok=True)
            yield part.file
        name.replace(path)


def _compared(file: ListedFile, size: int, sha256: Sha256) -> Sha256:
    """Return the digest if it and the size are the announced ones."""
    if file.size is not None and size != file.size:
        raise DigestMismatch(
            f"{file.filename} was announced with {file.size:,} bytes, and {size:,} came"
        )
    if file.sha256 is not None and sha256 != file.sha256:
        raise DigestMismatch(
            f"{file.filename} was announced with SHA-256 {file.sha256}, and {sha256} came",
            hint="The index and the place it keeps its files at disagree, or somebody between "
            "here and there changes what you download.",
        )
    return sha256
