"""What is recorded of an upload that the door lets in."""

import datetime as dt

from airlock.model.hosting import Upload
from airlock.model.ownership import Claim, NamePattern, Origin


def hosted_claim(upload: Upload, at: dt.datetime) -> Claim:
    """Return the claim of this index on the project of an upload."""
    return Claim(
        pattern=NamePattern(upload.project),
        origin=Origin.HOSTED,
        by=upload.by,
        reason=f"uploaded {upload.filename}",
        at=at,
    )
