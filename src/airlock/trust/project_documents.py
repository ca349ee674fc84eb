"""What the developers of a project sign: which files are theirs, and whose keys count (PEP 480).

A document of a project is TUF's ``targets`` metadata. Its targets are the files of the project and,
beside each, its core metadata: what a resolver reads is signed by who wrote it, too. One field of
ours names the keys that the developers want from now on::

    "x-airlock-developers": {"keys": {keyid: key}, "threshold": 1}

Keys change by a document that both the old keys and the new ones sign, as a root does: no key comes
in without those that count already.

Nothing here knows where a key is, or what the server has.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from airlock.errors import MalformedDocument, UsageError
from airlock.model import ProjectName, Sha256
from airlock.trust import ceremony, roles
from airlock.trust.documents import Target
from airlock.trust.signing_keys import RoleKeys

if TYPE_CHECKING:
    from tuf.api.metadata import Metadata, Targets

FIELD: Final = "x-airlock-developers"
LIFE: Final = dt.timedelta(days=365)
METADATA: Final = ".metadata"


class ProjectDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What a document of a project says."""

    project: ProjectName
    version: int
    expires: dt.datetime
    targets: dict[str, Target]
    """By their paths."""
    keys: RoleKeys
    """That the developers want from now on."""

    @property
    def files(self) -> dict[str, Target]:
        """The files by their names, without core metadata."""
        named = {path.rpartition("/")[2]: one for path, one in self.targets.items()}
        return {name: one for name, one in named.items() if not name.endswith(METADATA)}


def read(document: bytes, project: ProjectName) -> ProjectDocument:
    """Return what a document of a project says.

    Raises:
        MalformedDocument: if it is none.
    """
    return of_signed(metadata_of(document, project).signed, project)


def metadata_of(document: bytes, project: ProjectName) -> "Metadata[Targets]":
    """Return a document of a project as python-tuf reads it.

    Raises:
        MalformedDocument: if it is none.
    """
    found = ceremony.read(document, f"the document of {project}")
    if found.signed.type != roles.TARGETS:
        raise MalformedDocument(f"the document of {project} is {found.signed.type} metadata")
    return found


def of_signed(signed: "Targets", project: ProjectName) -> ProjectDocument:
    """Return what the signed part of a document says.

    Raises:
        MalformedDocument: if a target or the keys cannot be read.
    """
    try:
        targets = {
            path: Target(Sha256(one.hashes["sha256"]), one.length)
            for path, one in signed.targets.items()
        }
        keys = _keys(signed.unrecognized_fields[FIELD])
    except (KeyError, ValueError, TypeError, AttributeError, UsageError) as error:
        raise MalformedDocument(f"the document of {project} cannot be read: {error!r}") from error
    return ProjectDocument(
        project=project,
        version=signed.version,
        expires=signed.expires,
        targets=targets,
        keys=keys.checked(roles.project_role(project)),
    )


def _keys(field: Any) -> RoleKeys:
    from securesystemslib.signer import Key

    listed = tuple(Key.from_dict(keyid, dict(one)) for keyid, one in field["keys"].items())
    threshold = field["threshold"]
    if not isinstance(threshold, int):
        raise TypeError("the threshold is no number")
    return RoleKeys(listed, threshold)


def drafted(
    project: ProjectName,
    keys: RoleKeys,
    targets: Mapping[str, Target],
    version: int,
    expires: dt.datetime,
) -> bytes:
    """Return a document of a project, unsigned.

    Raises:
        UsageError: if the threshold cannot be met.
    """
    from tuf.api.metadata import Metadata, TargetFile, Targets

    keys.checked(roles.project_role(project))
    field = {
        "keys": {key.keyid: key.to_dict() for key in keys.keys},
        "threshold": keys.threshold,
    }
    signed = Targets(
        version=version,
        expires=expires.replace(microsecond=0),
        targets={
            roles.checked_path(path): TargetFile(one.length, {"sha256": str(one.sha256)}, path)
            for path, one in targets.items()
        },
        unrecognized_fields={FIELD: field},
    )
    return ceremony.to_bytes(Metadata(signed))


def missing(document: bytes, project: ProjectName, who: Iterable[RoleKeys]) -> dict[str, int]:
    """Return the ids of keys that may still sign, and how many signatures each is one of.

    Args:
        document: of the project.
        project: whose document it is.
        who: has to sign: the keys that count now, and those that shall.

    Returns:
        Nothing if every threshold is reached.
    """
    metadata = metadata_of(document, project)
    found: dict[str, int] = {}
    for signing in who:
        signed = {key.keyid for key in signing.keys if _has_signed(metadata, key)}
        lacking = signing.threshold - len(signed)
        if lacking > 0:
            others = (key.keyid for key in signing.keys if key.keyid not in signed)
            found |= {keyid: max(lacking, found.get(keyid, 0)) for keyid in others}
    return found


def _has_signed(metadata: "Metadata[Targets]", key: Any) -> bool:
    from securesystemslib.exceptions import UnverifiedSignatureError

    signature = metadata.signatures.get(key.keyid)
    if signature is None:
        return False
    try:
        key.verify_signature(signature, metadata.signed_bytes)
    except UnverifiedSignatureError:
        return False
    return True
