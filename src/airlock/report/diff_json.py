"""The JSON document of ``diff``: schema 1, described by docs/reference/diff.schema.json.

Within a schema number fields are only ever added.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from airlock import __version__
from airlock.model import Artifact, PolicyVersion
from airlock.profiles import Contrast, FileChange
from airlock.report.comparison import Comparison
from airlock.report.json import encodable, target_document
from airlock.report.results import Unexamined

SCHEMA = 1


def render_diff_json(results: Iterable[Comparison | Unexamined], policy: PolicyVersion) -> str:
    """Return the document, indented, with a final line feed."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "airlock", "version": __version__},
        "policy": {"name": policy.name, "version": policy.version},
        "diffs": [_diff(result) for result in results],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _diff(result: Comparison | Unexamined) -> dict[str, Any]:
    if isinstance(result, Unexamined):
        return {"old": None, "new": target_document(result), **_contrast(None)}
    new = target_document(result.verdict)
    # A source tree is no artifact of a release.
    tree = result.origin is not None and not result.origin.released
    old = None if tree else _artifact(result.old)
    source = {"source": _source(result)} if result.origin is not None else {}
    return {"old": old, "new": new, **_contrast(result.contrast), **source}


def _source(result: Comparison) -> dict[str, Any]:
    match = result.contrast.source if result.contrast else None
    return {
        **{name: encodable(getattr(result.origin, name)) for name in ("location", "tag", "commit")},
        "same": match.same if match else 0,
        "generated": [{"path": one.path, "how": one.how} for one in match.generated]
        if match
        else [],
        "foreign": [{"path": one.path, "counterpart": one.counterpart} for one in match.foreign]
        if match
        else [],
        "unseen": list(match.unseen) if match else [],
    }


def _artifact(artifact: Artifact) -> dict[str, Any]:
    return {
        "name": str(artifact.release.project),
        "version": artifact.release.version,
        "filename": artifact.name.filename,
        "sha256": str(artifact.sha256),
    }


def _contrast(contrast: Contrast | None) -> dict[str, Any]:
    told = contrast or Contrast()
    return {
        "compared": contrast is not None,
        "differences": [msgspec.to_builtins(difference) for difference in told.differences],
        "files": [_file(file) for file in told.files],
        "files_left_out": told.left_out,
    }


def _file(file: FileChange) -> dict[str, Any]:
    return {name: getattr(file, name) for name in file.__struct_fields__}
