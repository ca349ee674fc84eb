"""What a server asks of a document of developers before it takes it: every check of PEP 480.

Pure: everything that is compared is given. Each failure says what to do.

- As many registered keys have signed as the threshold asks for; new keys besides the old ones.
- It is the next version, or a later one if it was carried here from another server.
- It expires neither at once nor in ten years, and is no larger than need be.
- The id of each key is its digest: no key passes for another's.
- Its targets are files of the one project, at their paths, and core metadata of these files; no
  name gets other bytes.
- It delegates nothing, and says nothing that is not understood here.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from airlock.errors import AirlockError, InvalidUpload
from airlock.model import ArtifactName, ProjectName
from airlock.trust import ceremony, keys, project_documents, roles
from airlock.trust.project_documents import FIELD, METADATA, ProjectDocument
from airlock.trust.signing_keys import RoleKeys

LARGEST_BYTES: Final = 8 * 1024**2
"""Of a document: tens of thousands of files."""
_SHORTEST_LIFE = dt.timedelta(days=7)
_LONGEST_LIFE = dt.timedelta(days=2 * 366)
_MOST_KEYS = 20
_FIELDS = {"_type", "expires", "spec_version", "targets", "version", FIELD}
_AGAIN = "airlock sign makes it anew from what is current."


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What a document is held against."""

    project: ProjectName
    keys: RoleKeys | None
    """That count now; ``None``: nobody has claimed the project."""
    before: ProjectDocument | None
    """The current document."""
    version: int
    """That the next document has to have."""
    identities: bool = False
    """Whether keys may be identities, which only clients with sigstore can verify."""
    carried: bool = False
    """Whether another server took it first, which may have taken others before it."""


def checked(data: bytes, held: Held, now: dt.datetime) -> ProjectDocument:
    """Return what a document says, if it may be taken.

    Raises:
        InvalidUpload: if it may not.
    """
    from securesystemslib.exceptions import FormatError
    from tuf.api.serialization import SerializationError

    try:
        return _checked(data, held, now)
    except (FormatError, SerializationError) as error:
        # A number that canonical JSON does not have, such as 1.5.
        raise InvalidUpload(
            f"the document of {held.project} has no canonical form: {error}"
        ) from error


def _checked(data: bytes, held: Held, now: dt.datetime) -> ProjectDocument:
    project = held.project
    if len(data) > LARGEST_BYTES:
        raise InvalidUpload(f"the document of {project} has more than {LARGEST_BYTES:,} bytes")
    try:
        document = project_documents.read(data, project)
        metadata = project_documents.metadata_of(data, project)
    except AirlockError as error:
        raise InvalidUpload(str(error)) from error
    signed = metadata.signed
    if signed.delegations is not None:
        raise InvalidUpload(f"the document of {project} delegates: developers sign themselves")
    if unknown := set(signed.to_dict()) - _FIELDS:
        raise InvalidUpload(f"the document of {project} says {min(unknown)!r}")
    _check_version(document, held)
    _check_life(document, now)
    _check_keys(document, held)
    _check_targets(document, held.before)
    _check_entries(target.to_dict() for target in signed.targets.values())
    who = [document.keys, *([held.keys] if held.keys else [])]
    lacking = project_documents.missing(data, project, who)
    if lacking:
        listed = ", ".join(keyid[:12] for keyid in lacking)
        raise InvalidUpload(
            f"the document of {project} lacks {max(lacking.values())} signatures of: {listed}",
            hint="Each signs with: airlock sign PROJECT.airlock.json --key FILE",
        )
    return document


def as_kept(data: bytes, held: Held, document: ProjectDocument) -> bytes:
    """Return a document as it is kept: with no signatures but those that were checked."""
    metadata = project_documents.metadata_of(data, held.project)
    count = document.keys.ids | (held.keys.ids if held.keys else frozenset())
    for keyid in set(metadata.signatures) - count:
        del metadata.signatures[keyid]
    return ceremony.to_bytes(metadata)


def _check_version(document: ProjectDocument, held: Held) -> None:
    if document.version != held.version and not (held.carried and document.version > held.version):
        raise InvalidUpload(
            f"the document of {held.project} is number {document.version}, not {held.version}",
            hint=_AGAIN,
        )


def _check_life(document: ProjectDocument, now: dt.datetime) -> None:
    left = document.expires - now
    if not _SHORTEST_LIFE <= left <= _LONGEST_LIFE:
        raise InvalidUpload(
            f"the document of {document.project} expires on {document.expires:%Y-%m-%d}: it has to "
            f"live between {_SHORTEST_LIFE.days} and {_LONGEST_LIFE.days} days",
            hint=_AGAIN,
        )


def _check_keys(document: ProjectDocument, held: Held) -> None:
    if len(document.keys.keys) > _MOST_KEYS:
        raise InvalidUpload(f"a project has at most {_MOST_KEYS} keys")
    for key in document.keys.keys:
        if key.keyid != keys.id_of(key):
            raise InvalidUpload(f"{key.keyid[:64]!r} is not the id of that key")
    if held.identities:
        return
    if any(key.keytype == keys.IDENTITY for key in document.keys.keys):
        raise InvalidUpload(
            "this index takes no identities as keys: clients without sigstore could verify nothing",
            hint="Its operator may allow them: airlock serve --developer-identities",
        )


def _check_targets(document: ProjectDocument, before: ProjectDocument | None) -> None:
    project = document.project
    for path, target in document.targets.items():
        folder, filename = f"files/{project}/", path.rpartition("/")[2]
        bare = filename.removesuffix(METADATA)
        try:
            of_it = ArtifactName.parse(bare).project == project
            of_it = of_it and roles.checked_path(path) == folder + filename
        except AirlockError:
            of_it = False
        if not of_it:
            raise InvalidUpload(f"{path[:200]!r} is not the path of a file of {project}")
        if filename != bare and folder + bare not in document.targets:
            raise InvalidUpload(f"{filename} is signed, and {bare} is not")
        if before and before.targets.get(path, target) != target:
            raise InvalidUpload(
                f"{filename} was signed with other bytes before",
                hint="A file name is used once; build a new version.",
            )


def _check_entries(entries: Iterable[dict[str, Any]]) -> None:
    for entry in entries:
        if set(entry) != {"hashes", "length"} or set(entry["hashes"]) != {"sha256"}:
            raise InvalidUpload("a target has a length and a SHA-256, and nothing else")
