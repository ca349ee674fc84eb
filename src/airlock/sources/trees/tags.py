"""The tag of a version, by the spellings that projects use.

``v1.2``, ``1.2``, ``name-1.2``, ``name-v1.2``, ``name@1.2``, ``name/v1.2``, ``release-1.2``,
``rel_1_2``. Versions are compared as PEP 440 compares them, so ``v1.2.0`` is the tag of ``1.2``.
"""

import re
from collections.abc import Iterable, Mapping

from packaging.version import Version

from airlock.errors import TargetNotFound, UsageError
from airlock.model import ProjectName
from airlock.model.versions import parsed_version

_WORDS = re.compile(r"^(?:releases?|rel|version|ver|v|r)(?=[-_./]?\d)[-_./]?", re.IGNORECASE)
_SHOWN = 5


def tag_of(tags: Mapping[str, str], project: ProjectName, version: str) -> str:
    """Return the tag of a version.

    Args:
        tags: the commits that tags point at, by their names.
        project: whose version it is.
        version: as its index or its file name spells it.

    Raises:
        TargetNotFound: if there is none.
        UsageError: if several point at different commits, or the version is none of PEP 440.
    """
    wanted = parsed_version(version)
    if wanted is None:
        raise UsageError(f"{version!r} is no version", hint="Name the tag with --tag.")
    found = [name for name in tags if _version(name, project) == wanted]
    # A repository of several projects has a tag for each: the one that names ours is meant.
    own = [name for name in found if _is_named(name, project)] or found
    if not own:
        raise TargetNotFound(
            f"no tag is one of version {version}", hint=_near(tags, project, version)
        )
    if len({tags[name] for name in own}) > 1:
        raise UsageError(
            f"several tags are of version {version}, and they differ: {', '.join(sorted(own))}",
            hint="Name one of them with --tag.",
        )
    return min(own, key=lambda name: (len(name), name))


def _version(tag: str, project: ProjectName) -> Version | None:
    rest = _named(tag, project)
    rest = _WORDS.sub("", tag if rest is None else rest)
    return parsed_version(rest) or parsed_version(rest.replace("_", ".").replace("-", "."))


def _is_named(tag: str, project: ProjectName) -> bool:
    return _named(tag, project) is not None


def _named(tag: str, project: ProjectName) -> str | None:
    """Return what follows the project's name in a tag; ``None`` if it does not begin with it."""
    name = re.escape(str(project)).replace(r"\-", "[-_.]*")
    match = re.match(
        rf"(?:python[-_.])?{name}(?:[-_.]?(?:release|v))?[-_/@:. =]+(?=[vr]?\d)", tag, re.IGNORECASE
    )
    return tag[match.end() :] if match else None


def _near(tags: Iterable[str], project: ProjectName, version: str) -> str:
    """Return what a user may try: the tags of the same series."""
    series = version.partition(".")[0]
    near = [
        name for name in tags if (found := _version(name, project)) and str(found.major) == series
    ]
    shown = sorted(near)[-_SHOWN:]
    told = f" Near: {', '.join(shown)}." if shown else ""
    return f"Name the tag with --tag.{told}"
