"""The core metadata of an artifact: METADATA of a wheel, PKG-INFO of a source distribution.

- Which file is *the* metadata is decided as pip does it: in a wheel the one ``.dist-info`` folder
  at the top that is named after the project; in a source distribution the PKG-INFO in its folder.
- Nothing is refused: what cannot be read is empty, and ``problems`` says so. Where a field is given
  twice, the first counts, as in Python's ``email``, and ``problems`` says that, too.

Sources: the core metadata specification; PEP 427 (wheels), PEP 643 (source distributions).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from airlock.archive.interface import NESTED, Member, MemberKind, Reading
from airlock.errors import ArchiveError
from airlock.model import ArtifactKind, ArtifactName

# The longest real ones, whose descriptions are whole changelogs, have less than a megabyte.
_LARGEST_BYTES = 8 * 1024**2
_MOST_OTHERS = 50
_SEPARATORS = re.compile(r"[-_.]+")
_INFO_FOLDER = re.compile(r"\.(?:dist|egg)-info", re.IGNORECASE)


class CoreMetadata(msgspec.Struct, frozen=True, kw_only=True):
    """What an artifact says of itself, as it says it; nothing is normalised."""

    path: str = ""
    """The member that it came from; empty if there is none."""
    present: bool = False
    """False if there is none, or none that could be read."""
    name: str = ""
    version: str = ""
    summary: str = ""
    description: str = ""
    """Of the header, or else the body."""
    author: str = ""
    author_email: str = ""
    maintainer: str = ""
    maintainer_email: str = ""
    home_page: str = ""
    project_urls: tuple[str, ...] = ()
    """``<label>, <URL>`` each."""
    requires_dist: tuple[str, ...] = ()
    requires_python: str = ""
    license: str = ""
    """The expression (PEP 639), or else the older free text."""
    problems: tuple[str, ...] = ()
    """What is wrong with it, one sentence each."""
    raw: bytes = b""
    others: tuple[str, ...] = ()
    """Other files that a tool may take for it. A source distribution that setuptools made always
    has a second one, in its ``.egg-info`` folder."""


def read_core_metadata(reading: Reading, name: ArtifactName) -> CoreMetadata:
    """Read the core metadata of an artifact; what is missing is empty."""
    found = [member for member in reading.members if _may_be_metadata(member, name.kind)]
    chosen, problems = (_of_wheel if name.kind.is_built else _of_sdist)(found, name)
    if name.kind is ArtifactKind.WHEEL:
        problems += _judge_folders(reading, name)
    others = dict.fromkeys(member.path for member in found if member is not chosen)
    metadata = _read(chosen, problems) if chosen else CoreMetadata(problems=tuple(problems))
    return msgspec.structs.replace(metadata, others=tuple(others)[:_MOST_OTHERS])


def _may_be_metadata(member: Member, kind: ArtifactKind) -> bool:
    if member.kind is not MemberKind.FILE or NESTED in member.path:
        return False
    if member.name.upper() not in ("METADATA", "PKG-INFO"):
        return False
    folder, _, _ = member.path.rpartition("/")
    if _INFO_FOLDER.search(folder[-10:]):
        # setuptools puts the folder of a src layout into src/.
        return folder.count("/") <= (0 if kind.is_built else 2)
    return kind is ArtifactKind.SDIST and member.name == "PKG-INFO" and "/" not in folder


def _of_wheel(found: Sequence[Member], name: ArtifactName) -> tuple[Member | None, list[str]]:
    ours = [
        member
        for member in found
        if member.name == "METADATA" and _is_folder_of(member.path.partition("/")[0], name)
    ]
    problems = []
    if not ours:
        problems.append("the wheel has no METADATA in a .dist-info folder of its project")
    elif len(ours) > 1:
        problems.append(f"{len(ours)} files could be the wheel's METADATA")
    expected = f"{_fold(name.project)}-{_fold(name.version)}.dist-info"
    exact = [m for m in ours if _fold(m.path.partition("/")[0]) == _fold(expected)]
    if ours and not exact:
        folder = ours[-1].path.partition("/")[0]
        problems.append(f"the folder {folder[:120]!r} is not named after the wheel's version")
    return next(reversed(exact or ours), None), problems


def _is_folder_of(folder: str, name: ArtifactName) -> bool:
    stem = folder.removesuffix(".dist-info")
    # pip asks only that the folder begin with the project's name.
    return stem != folder and f"{_fold(stem)}-".startswith(f"{_fold(name.project)}-")


def _judge_folders(reading: Reading, name: ArtifactName) -> list[str]:
    """Return what keeps pip from installing the wheel: it wants one .dist-info folder."""
    tops = dict.fromkeys(member.path.partition("/")[0] for member in reading.members)
    folders = [top for top in tops if top.endswith(".dist-info")]
    problems = []
    if len(folders) > 1:
        shown = ", ".join(ascii(folder[:120]) for folder in folders[:5])
        problems.append(f"the wheel has {len(folders)} .dist-info folders: {shown}")
    elif folders and not _is_folder_of(folders[0], name):
        problems.append(f"the folder {folders[0][:120]!r} belongs to another project")
    return problems


def _of_sdist(found: Sequence[Member], name: ArtifactName) -> tuple[Member | None, list[str]]:
    stem = _fold(f"{name.project}-{name.version}")
    placed = [member for member in found if member.path.count("/") == 1 and _not_info(member)]
    ours = [member for member in placed if _fold(member.path.partition("/")[0]) == stem]
    if ours or placed:
        several = len(placed) > 1
        problems = [f"{len(placed)} files could be the PKG-INFO"] if several else []
        return (ours or placed)[-1], problems
    problems = ["the source distribution has no PKG-INFO in its folder"]
    return (found[-1] if found else None), problems


def _not_info(member: Member) -> bool:
    return not _INFO_FOLDER.search(member.path.partition("/")[0])


def _fold(text: str) -> str:
    return _SEPARATORS.sub("-", text).lower()


def _read(member: Member, problems: list[str]) -> CoreMetadata:
    if member.size > _LARGEST_BYTES:
        problems.append(f"{member.path} is too large to be metadata: {member.size:,} bytes")
        return CoreMetadata(path=member.path, problems=tuple(problems))
    try:
        raw = member.read()
    except ArchiveError as error:
        problems.append(f"{member.path} cannot be read: {error}")
        return CoreMetadata(path=member.path, problems=tuple(problems))
    fields, unparsed = _parse(raw, problems)
    return _metadata(member.path, raw, _Fields(fields, unparsed, problems))


def _parse(raw: bytes, problems: list[str]) -> tuple[Mapping[str, Any], Mapping[str, list[str]]]:
    from packaging.metadata import parse_email

    try:
        return parse_email(raw)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # The email package has not promised what it raises at hostile headers.
        problems.append(f"the metadata cannot be parsed: {type(error).__name__}")
        return {}, {}


class _Fields:
    """Looks a field up where packaging puts it: parsed, or, given twice or badly, unparsed."""

    def __init__(
        self, parsed: Mapping[str, Any], unparsed: Mapping[str, list[str]], problems: list[str]
    ) -> None:
        self._parsed = parsed
        self._unparsed = unparsed
        self.problems = problems
        problems += [_problem(header, values) for header, values in unparsed.items()]

    def one(self, key: str) -> str:
        """Return a field that may be given once."""
        value = self._parsed.get(key)
        if isinstance(value, str):
            return value
        return next(iter(self._unparsed.get(key.replace("_", "-"), [])), "")

    def many(self, key: str, header: str) -> tuple[str, ...]:
        """Return a field that may be given many times."""
        value = self._parsed.get(key)
        if isinstance(value, Mapping):
            return tuple(f"{label}, {text}" for label, text in value.items())
        return tuple(value if isinstance(value, list) else self._unparsed.get(header, ()))


def _problem(header: str, values: Sequence[str]) -> str:
    if len(values) > 1:
        return f"the field {header[:60]!r} is given {len(values)} times"
    return f"the field {header[:60]!r} is unknown or malformed"


def _metadata(path: str, raw: bytes, fields: _Fields) -> CoreMetadata:
    name, version = fields.one("name"), fields.one("version")
    if not name or not version:
        fields.problems.append("the metadata give no name or no version")
    return CoreMetadata(
        path=path,
        present=bool(name or version),
        name=name,
        version=version,
        summary=fields.one("summary"),
        description=fields.one("description"),
        author=fields.one("author"),
        author_email=fields.one("author_email"),
        maintainer=fields.one("maintainer"),
        maintainer_email=fields.one("maintainer_email"),
        home_page=fields.one("home_page"),
        project_urls=fields.many("project_urls", "project-url"),
        requires_dist=fields.many("requires_dist", "requires-dist"),
        requires_python=fields.one("requires_python"),
        license=fields.one("license_expression") or fields.one("license"),
        problems=tuple(fields.problems),
        raw=raw,
    )
