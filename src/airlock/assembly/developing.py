"""Compositions of what developers sign, and of what they send."""

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from airlock.assembly.base import index, now
from airlock.assembly.trusting import trust_keys
from airlock.errors import ProjectNotFound, UsageError
from airlock.model import ListedFile, ProjectName

if TYPE_CHECKING:
    from securesystemslib.signer import Signer

    from airlock.trust.client import TrustClient
    from airlock.trust.documents import Target
    from airlock.trust.keys import Passphrase
    from airlock.trust.project_documents import ProjectDocument
    from airlock.trust.sending import Published
    from airlock.trust.signing_keys import RoleKeys

SUFFIX = ".airlock.json"
"""Of the file with the document of a project."""


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """An Airlock server, and how it is verified."""

    url: str
    """Of its simple API."""
    root: Path
    """A file with the root of its metadata."""
    data_folder: Path
    """Of the cache."""


class KeyPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a private key is."""

    place: str
    """A file, or a URI of securesystemslib's."""
    public: Path | None
    passphrase: "Passphrase"


class SignedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A document of a project, after a key has signed it."""

    path: Path
    document: "ProjectDocument"
    claims: bool
    """Whether it is the one that claims the project."""
    lacking: dict[str, int]
    """Ids of keys that may still sign, each with how many signatures are missing."""


class SigningRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a developer wants signed."""

    files: tuple[Path, ...] = ()
    project: ProjectName | None = None
    """Without files."""
    withdrawn: tuple[str, ...] = ()
    keys: tuple[Path, ...] = ()
    """Public parts of the keys that shall count; none: as before, or the one that signs."""
    threshold: int | None = None
    adopt: bool = False
    """Sign what the index has already, if the project was not claimed before."""
    output: Path | None = None


@contextlib.contextmanager
def trusted(server: Server) -> "Iterator[TrustClient]":
    """Give a client that has verified the metadata of a server.

    Raises:
        MissingExtra: if the parts of it are not installed.
        NotVerified: if they do not verify.
    """
    trust_keys()
    from airlock.sources.pip_configuration import certificate_file
    from airlock.sources.urls import basic, index_url
    from airlock.trust.client import TrustClient
    from airlock.trust.fetching import BoundedFetcher

    url, credentials = index_url(server.url)
    base = url.removesuffix("simple/")
    cache = server.data_folder / "verified" / hashlib.sha256(base.encode()).hexdigest()[:16]
    headers = basic(credentials) if credentials else {}
    fetcher = BoundedFetcher(headers=headers, certificates=certificate_file())
    with contextlib.closing(fetcher):
        client = TrustClient(f"{base}tuf/", server.root, cache, fetcher)
        client.refresh()
        yield client


def open_developer_key(key: KeyPlace) -> "Signer":
    """Return what signs with a developer's key.

    Raises:
        UsageError: if it cannot be opened.
    """
    keys = trust_keys()
    public = keys.read_public(key.public) if key.public else None
    signer: Signer = keys.open_key(key.place, public, key.passphrase)
    return signer


def sign_release(request: SigningRequest, key: KeyPlace, server: Server) -> SignedDocument:
    """Write the next document of a project, signed.

    Raises:
        UsageError: if the request makes no sense.
        NotVerified: if the server's metadata do not verify.
        UpstreamUnavailable: if it does not answer.
    """
    signer = open_developer_key(key)
    from airlock.trust import ceremony, project_documents, releases

    project, files = request.project, dict[str, "Target"]()
    if request.files:
        project, files = releases.targets_of(request.files)
    if project is None:
        raise UsageError("nothing is to be signed: name files, or --project")
    with trusted(server) as client:
        claim, version = client.claim(project), client.version_of(project) + 1
    if claim is None:
        files = {**_adopted(server, project, files, adopt=request.adopt), **files}
    before = claim.document if claim else None
    keys = _wanted_keys(request, before, signer)
    wanted = releases.Wanted(
        files=files,
        withdrawn=request.withdrawn,
        keys=keys,
        expires=now() + project_documents.LIFE,
    )
    made = ceremony.sign(releases.next_document(project, before, wanted, version), signer)
    path = request.output or _place(request.files, project)
    path.write_bytes(made)
    who = [*([claim.keys] if claim else []), keys]
    return SignedDocument(
        path=path,
        document=project_documents.read(made, project),
        claims=claim is None,
        lacking=project_documents.missing(made, project, who),
    )


def sign_again(path: Path, key: KeyPlace, server: Server) -> SignedDocument:
    """Sign a document that somebody else has made, with one key more.

    Raises:
        UsageError: if it is none.
        NotVerified: if the server's metadata do not verify.
    """
    signer = open_developer_key(key)
    from airlock.trust import ceremony, project_documents

    project = ProjectName(path.name.removesuffix(SUFFIX))
    document = project_documents.read(path.read_bytes(), project)
    with trusted(server) as client:
        claim = client.claim(project)
    who = [*([claim.keys] if claim else []), document.keys]
    wanted = {one.keyid for signing in who for one in signing.keys}
    if signer.public_key.keyid not in wanted:
        raise UsageError(f"{path} is not for the key {signer.public_key.keyid[:12]}")
    made = ceremony.sign(path.read_bytes(), signer)
    path.write_bytes(made)
    lacking = project_documents.missing(made, project, who)
    return SignedDocument(path=path, document=document, claims=claim is None, lacking=lacking)


def upload_release(
    files: Sequence[Path], document: Path, server_url: str, token: str | None
) -> "Published":
    """Send a signed release, all or nothing.

    Args:
        files: of the release.
        document: that was signed for it.
        server_url: of the server's simple API; may hold a user and a password.
        token: by which the server knows who sends.

    Raises:
        Refused: if the server does not take it.
        UpstreamUnavailable: if it does not answer.
    """
    import ssl

    trust_keys()
    from airlock.sources.pip_configuration import certificate_file
    from airlock.sources.urls import Credentials, basic, index_url
    from airlock.trust import project_documents
    from airlock.trust.sending import Sending

    url, credentials = index_url(server_url)
    if token is not None:
        credentials = Credentials("__token__", token)
    project = ProjectName(document.name.removesuffix(SUFFIX))
    data = document.read_bytes()
    context = ssl.create_default_context(cafile=certificate_file())
    headers = basic(credentials) if credentials else {}
    sending = Sending(url.removesuffix("simple/"), headers, context)
    with contextlib.closing(sending):
        return sending.send(project_documents.read(data, project), data, files)


def _place(files: Sequence[Path], project: ProjectName) -> Path:
    folder = files[0].parent if files else Path()
    return folder / f"{project}{SUFFIX}"


def _wanted_keys(
    request: SigningRequest, before: "ProjectDocument | None", signer: "Signer"
) -> "RoleKeys":
    from airlock.trust import keys
    from airlock.trust.signing_keys import RoleKeys

    if request.keys:
        named = tuple(keys.read_public(path) for path in request.keys)
        return RoleKeys(named, request.threshold or 1)
    if before is not None:
        return RoleKeys(before.keys.keys, request.threshold or before.keys.threshold)
    return RoleKeys((signer.public_key,), request.threshold or 1)


def _adopted(
    server: Server, project: ProjectName, files: "dict[str, Target]", *, adopt: bool
) -> "dict[str, Target]":
    """Return the files that an index has of a project that nobody has claimed."""
    from airlock.trust import roles
    from airlock.trust.documents import Target

    listed = {
        roles.file_target(project, one.filename): Target(one.sha256, one.size)
        for one in _listed(server, project)
        if one.sha256 is not None and one.size is not None
    }
    others = [path.rpartition("/")[2] for path in listed if path not in files]
    if others and not adopt:
        raise UsageError(
            f"the index has {len(others)} files of {project} that would disappear with a claim: "
            + ", ".join(others[:3]),
            hint="--adopt signs them, too, as the index has them.",
        )
    return listed


def _listed(server: Server, project: ProjectName) -> tuple[ListedFile, ...]:
    async def listed() -> tuple[ListedFile, ...]:
        async with index(server.url)() as asked:
            return (await asked.listing(project)).files

    try:
        import asyncio

        return asyncio.run(listed())
    except ProjectNotFound:
        return ()
