"""How people yank releases, delete files and mark projects: the one way for command line and API.

What is remarked has to be there: a word about a release that this index does not know is a slip.
"""

import datetime as dt

from airlock.errors import InvalidName, TargetNotFound
from airlock.model import ArtifactName, ProjectName
from airlock.model.hosting import ProjectStatus, Remark, RemarkKind
from airlock.store import Store


def normalised(version: str) -> str:
    """Return a version as it is compared: ``1.0.0`` is ``1``.

    Raises:
        InvalidName: if it is none of PEP 440.
    """
    from packaging.utils import canonicalize_version
    from packaging.version import InvalidVersion, Version

    try:
        return canonicalize_version(Version(version))
    except InvalidVersion as error:
        raise InvalidName(f"{version[:80]!r} is no version of PEP 440") from error


def yank(  # noqa: PLR0913 - what, and who says so when and why
    store: Store,
    project: ProjectName,
    version: str,
    filename: str = "",
    *,
    undo: bool = False,
    reason: str = "",
    by: str,
    at: dt.datetime,
) -> Remark:
    """Record that a release, or one file of it, is yanked (PEP 592), or is so no longer.

    Raises:
        InvalidName: if the version is none.
        TargetNotFound: if this index knows no such release or file.
        UsageError: if the person is missing, or the reason is not one line.
    """
    version = normalised(version)
    _require(store, project, version, filename)
    kind = RemarkKind.UNYANK if undo else RemarkKind.YANK
    remark = Remark(
        kind=kind, project=project, version=version, filename=filename, reason=reason, by=by, at=at
    )
    store.add_remark(remark)
    return remark


def mark(  # noqa: PLR0913 - what, and who says so when and why
    store: Store,
    project: ProjectName,
    status: ProjectStatus,
    *,
    reason: str = "",
    by: str,
    at: dt.datetime,
) -> Remark:
    """Record the status of a project (PEP 792).

    Any project may be marked, also one that nobody asked for yet: a quarantine may come first.

    Raises:
        UsageError: if the person is missing, or the reason is not one line.
    """
    remark = Remark(
        kind=RemarkKind.STATUS, project=project, status=status, reason=reason, by=by, at=at
    )
    store.add_remark(remark)
    return remark


def take_away(store: Store, filename: str, *, reason: str = "", by: str, at: dt.datetime) -> Remark:
    """Record that a file that is hosted here is not offered any more, for ever.

    Raises:
        TargetNotFound: if no such file was uploaded.
        UsageError: if the person is missing, or the reason is not one line.
    """
    upload = store.upload_named(filename)
    if upload is None:
        raise TargetNotFound(f"{filename[:200]} was not uploaded here")
    remark = Remark(
        kind=RemarkKind.DELETE,
        project=upload.project,
        version=normalised(upload.version),
        filename=filename,
        reason=reason,
        by=by,
        at=at,
    )
    store.add_remark(remark)
    return remark


def _require(store: Store, project: ProjectName, version: str, filename: str) -> None:
    names = {upload.filename for upload in store.uploads(project)}
    names |= {name for _, name in store.first_sights(project)}
    known = {(version_of_file(name), name) for name in names}
    if not any(one == version and filename in {"", name} for one, name in known):
        what = filename[:200] or f"{project} {version}"
        raise TargetNotFound(f"this index knows no {what}")


def version_of_file(filename: str) -> str:
    """Return the version of a file as it is compared, or as it is if PEP 440 does not know it."""
    version = ArtifactName.parse(filename).version
    try:
        return normalised(version)
    except InvalidName:
        return version
