"""Compositions of what signs, and of what verifies."""

import contextlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from airlock.assembly.base import extra, now
from airlock.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from airlock.trust.client import TrustClient
    from airlock.trust.metadata import Turn
    from airlock.trust.operations import Given
    from airlock.trust.workspace import Workspace


DELIVERED = {
    "advisories": "databases/advisories.db",
    "popular": "databases/popular.json",
    "fingerprints": "databases/families.bin",
}
"""Under which paths a server signs the parts of the database; named as they are kept."""


def fetch_target(url: str, root: Path, target: str, output: Path, cache: Path) -> None:
    """Write a verified target of a repository into a file.

    Args:
        url: of the repository.
        root: a file with its root.
        target: the path of the target.
        output: the file.
        cache: the folder of what was verified before.

    Raises:
        NotVerified: if it is not signed, or is not what was signed.
        UpstreamUnavailable: if it cannot be loaded.
    """
    import hashlib

    trust_keys()
    from airlock.sources.pip_configuration import certificate_file
    from airlock.trust.client import TrustClient
    from airlock.trust.fetching import BoundedFetcher

    folder = cache / "verified" / hashlib.sha256(url.encode()).hexdigest()[:16]
    with contextlib.closing(BoundedFetcher(certificates=certificate_file())) as fetcher:
        client = TrustClient(url, root, folder, fetcher)
        client.refresh()
        found = client.fetch(target)
        new = output.with_name(f".{output.name}.new")
        shutil.copyfile(found, new)
        new.replace(output)


class SignedServer(NamedTuple):
    """A server whose metadata are verified."""

    url: str
    """Of its simple API, without credentials."""
    client: "TrustClient"
    close: "Callable[[], None]"
    """Lets go of connections."""
    headers: dict[str, str]
    """That it is sent: who asks."""


def signed_server(index_url: str, root: Path, data_folder: Path) -> SignedServer:
    """Return the verifying client of a server, after its metadata were verified.

    Args:
        index_url: of the server's simple API.
        root: a file with the root of its metadata.
        data_folder: of the cache.

    Raises:
        MissingExtra: if the parts of it are not installed.
        NotVerified: if the server's metadata do not verify.
        UpstreamUnavailable: if they cannot be loaded.
    """
    import hashlib

    trust_keys()
    from airlock.sources.pip_configuration import certificate_file
    from airlock.sources.urls import basic
    from airlock.sources.urls import index_url as checked_url
    from airlock.trust.client import TrustClient
    from airlock.trust.fetching import BoundedFetcher

    url, credentials = checked_url(index_url)
    headers = basic(credentials) if credentials else {}
    base = url.removesuffix("simple/")
    cache = data_folder / "verified" / hashlib.sha256(base.encode()).hexdigest()[:16]
    fetcher = BoundedFetcher(headers=headers, certificates=certificate_file())
    with contextlib.ExitStack() as opened:
        opened.callback(fetcher.close)
        client = TrustClient(f"{base}tuf/", root, cache, fetcher)
        client.refresh()
        return SignedServer(url, client, opened.pop_all().close, headers)


def delivered(part: str, url: str, root: Path, folder: Path) -> Path:
    """Return a part of the database as a server delivers it: signed, and no older than a day.

    Args:
        part: its name.
        url: of the server's simple API, or of its repository, ending in ``/tuf/``.
        root: a file with the root of its metadata.
        folder: of evidence, where it is kept.

    Raises:
        NotSigned: if the server delivers no such part.
        NotVerified: if it is not what was signed, or its metadata are older than a day.
        UpstreamUnavailable: if it cannot be loaded.
    """
    plain = url.rstrip("/")
    base = f"{plain}/" if plain.endswith("/tuf") else f"{plain.removesuffix('/simple')}/tuf/"
    target = DELIVERED[part]
    output = folder / "delivered" / target.rpartition("/")[2]
    output.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fetch_target(base, root, target, output, folder)
    return output


def deliver_databases(workspace: "Workspace", folder: Path) -> list[str]:
    """Sign what this machine knows from elsewhere, for others to update from; return the parts."""
    from airlock.trust import operations

    found = {
        part: folder / target.rpartition("/")[2]
        for part, target in DELIVERED.items()
        if (folder / target.rpartition("/")[2]).is_file()
    }
    operations.publish_files(workspace, [f"{DELIVERED[part]}={at}" for part, at in found.items()])
    return list(found)


def trust_keys() -> "ModuleType":
    """Return what makes and opens keys.

    Raises:
        MissingExtra: if the parts of it are not installed.
    """
    with extra("trust"):
        import securesystemslib.signer  # noqa: F401

        from airlock.trust import keys
    return keys


def trust_workspace(folder: Path, *, needs_online: bool = True) -> "Workspace":
    """Return a trust folder; without its online keys, a copy of it will do.

    Raises:
        MissingExtra: if the parts of it are not installed.
        UsageError: if it is none, or if a key lies in it that must not.
    """
    with extra("trust"):
        import tuf.api.metadata  # noqa: F401

        from airlock.trust.workspace import Workspace
    if needs_online:
        return Workspace.open(folder, now, _turn())
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder")
    return Workspace(folder, now)


def _turn() -> "Turn | None":
    """Return the turns by which gates on several machines sign: those of their PostgreSQL."""
    from airlock.store.places import places

    place = places(Path(os.environ.get("AIRLOCK_DATA") or "data"))
    if place.file is not None:
        return None
    with extra("gate"):
        from airlock.store.opening import open_new_database
        from airlock.store.turns import turn_of
    return turn_of(open_new_database(place.database))


def new_trust_workspace(
    folder: Path, given: "Given", online: Mapping[str, tuple[str, Path]], files: int
) -> "Workspace":
    """Make a trust folder whose first documents wait for their signatures."""
    trust_keys()
    from airlock.trust import operations

    return operations.begin(folder, now, given, online, files)
