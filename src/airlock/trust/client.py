"""The verifying client: what a repository signed, or an error that says why not.

    with TrustClient("https://index.example/tuf/", Path("root.json"), cache) as client:
        client.refresh()
        path = client.fetch("files/flask/flask-3.0-py3-none-any.whl")

python-tuf's client does all of the verifying; this chooses its bounds, keeps two processes from
writing into one cache at a time, and says in words what an attack looks like.

- A root is given by the caller: nothing is trusted because a server said so first.
- ``fetch`` returns a file whose length and digest are those that were signed, or raises.
- A target that is not signed is ``None`` or ``NotSigned``, never a reason to look elsewhere.
"""

import contextlib
import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

from airlock.errors import NotSigned, NotVerified, UpstreamUnavailable, UsageError
from airlock.model import ProjectName, Sha256
from airlock.trust import keys, roles
from airlock.trust.documents import Target

if TYPE_CHECKING:
    from tuf.ngclient import FetcherInterface, TargetFile, UpdaterConfig

    from airlock.trust.fetching import BoundedFetcher
    from airlock.trust.walking import Claim, Walker

_METADATA = "metadata/"
_TARGETS = "targets/"
# A snapshot of 65,536 bins and those of before; the list of a hundred thousand delegations.
_LARGEST_SNAPSHOT_BYTES = 8 * 1024**2
_LARGEST_TARGETS_BYTES = 32 * 1024**2
_MOST_DELEGATIONS = 32


def configuration(*, prefixed: bool = True) -> "UpdaterConfig":
    """Return the bounds of python-tuf's client for a repository of ours."""
    from tuf.ngclient import UpdaterConfig

    return UpdaterConfig(
        snapshot_max_length=_LARGEST_SNAPSHOT_BYTES,
        targets_max_length=_LARGEST_TARGETS_BYTES,
        max_delegations=_MOST_DELEGATIONS,
        prefix_targets_with_hash=prefixed,
    )


class TrustClient:
    """Verifies what one repository signed. May be used by several threads.

    Args:
        url: of the repository; metadata are below ``metadata/``, targets below ``targets/``.
        root: a file with the root to begin with, from wherever the user trusts.
        folder: of the cache; one for each repository.
        fetcher: loads over the network.

    Raises:
        UsageError: if the root cannot be read.
        NotVerified: if it is no root.
    """

    def __init__(
        self, url: str, root: Path, folder: Path, fetcher: "FetcherInterface | None" = None
    ) -> None:
        self.url = url if url.endswith("/") else f"{url}/"
        self._folder = folder
        self._turn = threading.Lock()
        try:
            self._root = root.read_bytes()
            for part in (_METADATA, _TARGETS):
                (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{root} or {folder} cannot be used: {error.strerror}") from error
        own = None if fetcher else _fetcher()
        self._closing: Callable[[], None] = own.close if own else lambda: None
        self._fetcher = own or fetcher
        self._updater: Walker | None = None

    def __enter__(self) -> Self:
        """Return the client; it is closed with the block."""
        return self

    def __exit__(self, *_about: object) -> None:
        """Close connections."""
        self.close()

    def close(self) -> None:
        """Close connections; the cache stays."""
        self._closing()

    def refresh(self) -> None:
        """Load and verify the current metadata of the roles at the top.

        Raises:
            NotVerified: if what is offered is not signed as it has to be, is older than what was
                seen, or has expired.
            UpstreamUnavailable: if it cannot be loaded.
        """
        with self._alone(), _translated(self.url):
            self._updater = self._refreshed()

    def _refreshed(self) -> "Walker":
        from airlock.trust.walking import Walker

        keys.know_identities()
        updater = Walker(
            str(self._folder / _METADATA),
            self.url + _METADATA,
            str(self._folder / _TARGETS),
            self.url + _TARGETS,
            fetcher=self._fetcher,
            config=configuration(),
            bootstrap=self._root,
        )
        updater.refresh()
        return updater

    def target(self, path: str) -> Target | None:
        """Return what is signed of a path, or ``None``."""
        found = self._find(path)
        if found is None:
            return None
        return Target(Sha256(found.hashes["sha256"]), found.length)

    def fetch(self, path: str) -> Path:
        """Return a verified file, from the cache if it is there.

        Raises:
            NotSigned: if it is not signed.
            NotVerified: if what is offered is not what was signed.
            UpstreamUnavailable: if it cannot be loaded.
        """
        found = self._find(path)
        if found is None:
            raise NotSigned(f"{path} is not signed by {self.url}")
        with self._alone(), _translated(f"{self.url}{_TARGETS}{path}"):
            updater = self._ready()
            cached = updater.find_cached_target(found)
            return Path(cached or updater.download_target(found))

    def _find(self, path: str) -> "TargetFile | None":
        with self._alone(), _translated(self.url):
            return self._ready().get_targetinfo(path)

    def claim(self, project: ProjectName) -> "Claim | None":
        """Return who signs the files of a project; ``None`` if its developers do not."""
        with self._alone(), _translated(self.url):
            return self._ready().claim(project)

    def version_of(self, project: ProjectName) -> int:
        """Return the version of a project's current document; 0 if there never was one."""
        with self._alone(), _translated(self.url):
            return self._ready().version(roles.project_role(project))

    def _ready(self) -> "Walker":
        if self._updater is None:
            self._updater = self._refreshed()
        return self._updater

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other threads and processes out of the cache."""
        with self._turn:
            lock = os.open(self._folder / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
            finally:
                os.close(lock)


def _fetcher() -> "BoundedFetcher":
    from airlock.trust.fetching import BoundedFetcher

    return BoundedFetcher()


@contextlib.contextmanager
def _translated(what: str) -> Iterator[None]:
    from tuf.api import exceptions

    try:
        yield
    except exceptions.ExpiredMetadataError as error:
        raise NotVerified(
            f"{what}: {error}",
            hint="The repository is out of order, or somebody keeps its news from you.",
        ) from error
    except exceptions.BadVersionNumberError as error:
        raise NotVerified(
            f"{what}: {error}", hint="What is offered is older than what was seen before."
        ) from error
    except exceptions.SlowRetrievalError as error:
        raise UpstreamUnavailable(f"{what}: too slow: {error}") from error
    except exceptions.DownloadLengthMismatchError as error:
        raise NotVerified(f"{what}: {error}", hint="More is offered than was signed.") from error
    except exceptions.DownloadError as error:
        raise UpstreamUnavailable(f"{what} cannot be loaded: {error}") from error
    except exceptions.RepositoryError as error:
        raise NotVerified(f"{what}: {error}") from error
    except ValueError as error:
        # What is signed, but makes no sense, such as keys of an unknown type.
        raise NotVerified(f"{what}: {error}") from error
    except OSError as error:
        raise UpstreamUnavailable(f"the cache of {what} cannot be used: {error}") from error
