"""One requirement of a requirements file: a name with a specifier, or something that is none."""

import re
from collections.abc import Iterable

import msgspec

from airlock.errors import InvalidName, InvalidRequirement
from airlock.model import ArtifactName, ProjectName

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
# The algorithms that pip accepts, with the length of their digests in hexadecimal.
_HEX_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_HEX = re.compile(r"[0-9a-f]+", re.ASCII)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What a requirement says; the fields are those of ``RequirementLine``."""

    project: ProjectName | None = None
    specifier: str = ""
    extras: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    marker: str = ""
    holds: bool = True
    problem: str = ""
    by_url: bool = False


def parse_entry(text: str, hashes: Iterable[str]) -> Entry:
    """Read a requirement (PEP 508) and the values of its ``--hash`` options.

    Raises:
        InvalidRequirement: if it is none, and no URL or path either.
    """
    if problem := _no_name(text):
        return Entry(problem=problem)
    from packaging.requirements import Requirement

    try:
        requirement = Requirement(text)
        marker = requirement.marker
        # RecursionError: a marker in thousands of parentheses.
        holds = marker.evaluate({"extra": ""}) if marker else True
        return Entry(
            project=ProjectName(requirement.name),
            specifier=str(requirement.specifier),
            extras=tuple(sorted(requirement.extras)),
            hashes=tuple(_checked(value) for value in hashes),
            marker=str(marker or ""),
            holds=holds,
            problem="it names a URL" if requirement.url and holds else "",
            by_url=requirement.url is not None,
        )
    except (ValueError, RecursionError, InvalidName) as error:
        what = str(error).partition("\n")[0]
        raise InvalidRequirement(f"{text[:200]!r} is not a requirement: {what}") from error


def _no_name(text: str) -> str:
    """Return why something is not a requirement by name; empty if it is one."""
    if _SCHEME.match(text):
        return "it is a URL"
    head = re.split("[;@\\[]", text, maxsplit=1)[0].strip()
    if (
        head.startswith(".")
        or "/" in head
        or "\\" in head
        or head.lower().endswith(ArtifactName.INSTALLABLE_SUFFIXES)
    ):
        return "it is a path; name the file to scan it"
    return ""


def _checked(value: str) -> str:
    algorithm, _, digest = value.lower().partition(":")
    if len(digest) != _HEX_LENGTHS.get(algorithm) or not _HEX.fullmatch(digest):
        raise InvalidRequirement(f"{value[:160]!r} is not a digest such as sha256:{'0' * 4}…")
    return f"{algorithm}:{digest}"
