"""What is recorded of an upload that the door lets in."""

import datetime as dt

from airlock.errors import FileExists
from airlock.model import Artifact, ListedFile, ProjectName
from airlock.model.hosting import Upload
from airlock.model.name_patterns import NamePattern
from airlock.model.ownership import Claim, Origin
from airlock.sources.selection import version_of
from airlock.store import Store

IMPORT = "airlock import"
"""Who uploads what another gate hosted."""


def hosted_claim(upload: Upload, at: dt.datetime) -> Claim:
    """Return the claim of this index on the project of an upload."""
    deed = "imported" if upload.by == IMPORT else "uploaded"
    return Claim(
        pattern=NamePattern(upload.project),
        origin=Origin.HOSTED,
        by=upload.by,
        reason=f"{deed} {upload.filename}",
        at=at,
    )


def imported(  # noqa: PLR0913 - what an upload is made of
    project: ProjectName,
    file: ListedFile,
    artifact: Artifact,
    at: dt.datetime,
    *,
    attestations: str,
    signature: str,
) -> Upload:
    """Return what is to be recorded of a file that another gate hosted.

    Args:
        project: whose file it is.
        file: as the other gate listed it.
        artifact: its bytes.
        at: the time, where the other gate told none.
        attestations: the provenance object, verified; empty if there is none.
        signature: as it came; empty if there is none.
    """
    return Upload(
        project=project,
        version=version_of(file),
        filename=file.filename,
        sha256=artifact.sha256,
        size=artifact.size,
        uploaded_at=file.upload_time or at,
        by=IMPORT,
        requires_python=file.requires_python,
        attestations=attestations,
        signature=signature,
    )


def record_hosted(store: Store, upload: Upload, at: dt.datetime) -> None:
    """Record a file that another gate hosted and that the door has let in here, too.

    Raises:
        FileExists: if other bytes have that name.
    """
    before = store.upload_named(upload.filename)
    if before is None:
        store.add_upload(upload, hosted_claim(upload, at))
    elif before.sha256 != upload.sha256:
        raise FileExists(f"File already exists ({upload.filename}, with other bytes)")
