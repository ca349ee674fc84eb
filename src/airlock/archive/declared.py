"""What an artifact says that it needs: every requirement, from every place that an installer reads.

- A wheel declares in its METADATA only. A source distribution declares in PKG-INFO, pyproject.toml
  (PEP 518, PEP 621, Poetry), setup.cfg, the files that these two point to, and its egg-info.
- Only the files at the top of a source distribution count; fixtures further down are data.
- A file that cannot be read is ``NotExamined``, after everything else was read.

What setup.py computes is not seen here; ``airlock.syntax`` reads it.
"""

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from airlock.archive.interface import NESTED, Member, Reading
from airlock.errors import NotExamined
from airlock.model import ArtifactKind

_EGG_INFO_DEPTH = 3
# The longest lists of requirements have some ten thousand bytes.
_LARGEST_BYTES = 2 * 1024**2


class Use(enum.StrEnum):
    """What a requirement is needed for."""

    RUN = "to run"
    BUILD = "to be built"
    EXTRA = "for an extra"
    LINK = "as a link to look into"


class Declared(msgspec.Struct, frozen=True):
    """One requirement as somebody wrote it."""

    text: str
    path: str
    """The member that says so."""
    use: Use


def declared(reading: Reading, path: str, requires_dist: Iterable[str]) -> Iterator[Declared]:
    """Iterate over every requirement of an artifact.

    Args:
        reading: the artifact.
        path: of its core metadata.
        requires_dist: the requirements in its core metadata.

    Raises:
        NotExamined: at the end, if a file that declares requirements could not be read.
    """
    yield from (Declared(text, path, _use_of(text)) for text in requires_dist)
    if reading.kind is not ArtifactKind.SDIST:
        return
    unread: list[NotExamined] = []
    for member in reading.files():
        if (reader := _reader_of(member)) is not None:
            try:
                yield from reader(member, reading)
            except NotExamined as error:
                unread.append(error)
    if unread:
        raise unread[0]


_Reader = Callable[[Member, Reading], Iterator[Declared]]


def _reader_of(member: Member) -> _Reader | None:
    if NESTED in member.path:
        return None
    folder, _, name = member.path.rpartition("/")
    if folder.endswith(".egg-info") and member.path.count("/") <= _EGG_INFO_DEPTH:
        return {"requires.txt": _requires_txt, "dependency_links.txt": _links_txt}.get(name)
    if "/" not in folder:
        return {"pyproject.toml": _pyproject, "setup.cfg": _setup_cfg}.get(name)
    return None


def _use_of(text: str) -> Use:
    """Tell a requirement of an extra from one that everybody gets (PEP 508, markers)."""
    marker = text.partition(";")[2]
    # With "or" in it, the marker may hold without the extra.
    return Use.EXTRA if "extra" in marker and " or " not in marker else Use.RUN


def _read(member: Member) -> bytes:
    if member.size > _LARGEST_BYTES:
        raise NotExamined(
            f"{member.path} has {member.size:,} bytes, too many for what it should be"
        )
    return member.read()


def _text(member: Member) -> str:
    return _read(member).decode("utf-8-sig", "replace")


def _requires_txt(member: Member, _: Reading) -> Iterator[Declared]:
    use = Use.RUN
    for line in _lines(_text(member)):
        if line.startswith("["):
            # "[extra]", "[extra:marker]", and "[:marker]", which is no extra.
            use = Use.RUN if line.startswith("[:") else Use.EXTRA
        else:
            yield Declared(line, member.path, use)


def _links_txt(member: Member, _: Reading) -> Iterator[Declared]:
    for line in _lines(_text(member)):
        yield Declared(line, member.path, Use.LINK)


def _lines(text: str) -> Iterator[str]:
    stripped = (line.strip() for line in text.splitlines())
    return (line for line in stripped if line and not line.startswith("#"))


def _setup_cfg(member: Member, reading: Reading) -> Iterator[Declared]:
    import configparser

    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(_text(member))
    except configparser.Error as error:
        raise NotExamined(f"{member.path} cannot be read: {error}") from error
    uses = {
        ("options", "install_requires"): Use.RUN,
        ("options", "setup_requires"): Use.BUILD,
        ("options", "dependency_links"): Use.LINK,
        # Names of the time of distutils2, which pbr and d2to1 still read.
        ("metadata", "requires_dist"): Use.RUN,
        ("metadata", "setup_requires_dist"): Use.BUILD,
        ("metadata", "dependency_links"): Use.LINK,
    }
    for section in parser.sections():
        for option, value in parser.items(section):
            extra = Use.EXTRA if section == "options.extras_require" else None
            if use := uses.get((section, option.replace("-", "_")), extra):
                yield from _from_option(value, member, use, reading)


def _from_option(value: str, member: Member, use: Use, reading: Reading) -> Iterator[Declared]:
    if value.strip().startswith("file:"):
        names = value.strip().removeprefix("file:").replace(",", "\n").split()
        yield from _from_files(names, member, use, reading)
    else:
        # setuptools takes a value of one line apart at its semicolons.
        lines = value.splitlines() if "\n" in value.strip() else value.split(";")
        yield from (Declared(line, member.path, use) for line in _lines("\n".join(lines)))


def _from_files(
    names: Iterable[str], member: Member, use: Use, reading: Reading
) -> Iterator[Declared]:
    """Read the files of requirements that another file points to."""
    root = member.path.rpartition("/")[0]
    for name in names:
        path = f"{root}/{name.removeprefix('./')}" if root else name.removeprefix("./")
        if found := reading.find(path):
            yield from (Declared(line, found.path, use) for line in _lines(_text(found)))


def _pyproject(member: Member, reading: Reading) -> Iterator[Declared]:
    import tomllib

    try:
        document = tomllib.loads(_read(member).decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotExamined(f"{member.path} cannot be read: {error}") from error
    project = _table(document, "project")
    lists: list[tuple[Any, Use]] = [
        (_table(document, "build-system").get("requires"), Use.BUILD),
        (project.get("dependencies"), Use.RUN),
        (_table(document, "tool", "flit", "metadata").get("requires"), Use.RUN),
        *((hook, Use.BUILD) for hook in _of_hatch(_table(document, "tool", "hatch", "build"))),
        *((extra, Use.EXTRA) for extra in _table(project, "optional-dependencies").values()),
    ]
    for requirements, use in lists:
        yield from (Declared(text, member.path, use) for text in _strings(requirements))
    yield from _poetry(document, member)
    yield from _dynamic(document, member, reading)


def _of_hatch(build: Mapping[str, Any]) -> Iterator[Any]:
    """Find what Hatch installs for its targets and hooks: ``dependencies`` at any depth."""
    yield build.get("dependencies")
    for value in build.values():
        if isinstance(value, dict):
            yield from _of_hatch(value)


def _dynamic(document: Mapping[str, Any], member: Member, reading: Reading) -> Iterator[Declared]:
    """Follow setuptools' ``dependencies = {file = …}``."""
    dynamic = _table(document, "tool", "setuptools", "dynamic")
    extras = _table(dynamic, "optional-dependencies")
    yield from _from_files(_files(dynamic, "dependencies"), member, Use.RUN, reading)
    for extra in extras:
        yield from _from_files(_files(extras, extra), member, Use.EXTRA, reading)


def _files(table: Mapping[str, Any], key: str) -> list[str]:
    named = _table(table, key).get("file")
    return [named] if isinstance(named, str) else _strings(named)


def _poetry(document: Mapping[str, Any], member: Member) -> Iterator[Declared]:
    """Read Poetry's own tables, where a source is a key of its own."""
    for name, value in _table(document, "tool", "poetry", "dependencies").items():
        for entry in value if isinstance(value, list) else [value]:
            if isinstance(entry, dict):
                use = Use.EXTRA if entry.get("optional") is True else Use.RUN
                sources = [entry[key] for key in ("git", "url", "path", "file") if key in entry]
                yield from (Declared(f"{name} @ {url}", member.path, use) for url in sources)


def _table(document: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    """Return the table under some keys; an empty one where there is none."""
    found: Any = document
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _strings(value: Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
