"""Uploads and remarks to store."""

from typing import Any

import msgspec

from airlock.model import ProjectName
from airlock.model.hosting import Remark, RemarkKind, Upload
from airlock.model.name_patterns import NamePattern
from airlock.model.ownership import Claim, Origin
from tests.unit.store.examples import NOW, digest

HARBOUR = ProjectName("harbour")


def upload(filename: str = "harbour-1.0.tar.gz", **changes: Any) -> Upload:
    made = Upload(
        project=HARBOUR,
        version="1.0",
        filename=filename,
        sha256=digest(1),
        size=3,
        uploaded_at=NOW,
        by="ada",
    )
    return msgspec.structs.replace(made, **changes)


def hosted(project: ProjectName = HARBOUR) -> Claim:
    return Claim(
        pattern=NamePattern(project), origin=Origin.HOSTED, by="ada", reason="uploaded", at=NOW
    )


def remark(kind: RemarkKind = RemarkKind.YANK, **changes: Any) -> Remark:
    made = Remark(kind=RemarkKind.YANK, project=HARBOUR, version="1.0", by="ada", at=NOW)
    return msgspec.structs.replace(made, kind=kind, **changes)
