"""What an artifact declares: what it needs, how it is built, its commands and its people."""

import configparser
import re
import tomllib
from collections.abc import Iterable, Iterator

from airlock.archive.core_metadata import CoreMetadata
from airlock.archive.declared import Use, declared
from airlock.archive.interface import Reading
from airlock.errors import ArchiveError, InvalidName, NotExamined
from airlock.model import ProjectName
from airlock.profiles.bounds import plain
from airlock.profiles.pieces import Spelling
from airlock.profiles.profile import Build, Need

_LONGEST = 240
_MOST_PEOPLE = 20
_LARGEST_BYTES = 2 * 1024**2
_NAME = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
_DIRECT = re.compile(r"@\s*([^;\s]+)|^\s*((?:-e\s+)?[A-Za-z][A-Za-z0-9+.-]*://[^;\s]+)")


def needs_of(reading: Reading, metadata: CoreMetadata) -> list[Need]:
    """Return every requirement that could be read, each once."""
    found: dict[Need, None] = {}
    try:
        for one in declared(reading, metadata.path, metadata.requires_dist):
            if one.use is not Use.LINK:
                found[_need(one.use, one.text)] = None
    except (NotExamined, ArchiveError):
        # The checks of metadata say so; what was read is compared all the same.
        pass
    return sorted(found, key=lambda need: (need.use, need.name, need.text))


def _need(use: Use, text: str) -> Need:
    name = _NAME.match(text)
    url = _DIRECT.search(text)
    told = plain(text.strip(), _LONGEST)
    try:
        normalised = str(ProjectName(name.group(1))) if name else ""
    except InvalidName:
        normalised = ""
    return Need(
        use.value, normalised, plain(url.group(1) or url.group(2), _LONGEST) if url else "", told
    )


def commands_of(reading: Reading) -> list[str]:
    """Return the entry points that an installer makes commands of, sorted."""
    found: set[str] = set()
    for member in reading.files():
        if member.name == "entry_points.txt" and member.size <= _LARGEST_BYTES:
            found.update(_commands(_text(member.read())))
    return sorted(found)


def _commands(text: str) -> Iterator[str]:
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",))
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    for section in ("console_scripts", "gui_scripts"):
        if parser.has_section(section):
            for name, target in parser.items(section):
                yield plain(f"{name} = {target}", _LONGEST)


def build_of(reading: Reading, spelling: Spelling) -> Build:
    """Return how a source distribution is built; nothing of a wheel."""
    root = f"{spelling.stem}/" if spelling.stem else ""
    setup_py = reading.find(f"{root}setup.py") is not None
    member = reading.find(f"{root}pyproject.toml")
    if member is None or member.size > _LARGEST_BYTES:
        return Build(setup_py=setup_py)
    try:
        system = tomllib.loads(_text(member.read())).get("build-system")
    except (tomllib.TOMLDecodeError, RecursionError):
        return Build(setup_py=setup_py)
    table = system if isinstance(system, dict) else {}
    backend = table.get("build-backend")
    return Build(
        plain(backend, _LONGEST) if isinstance(backend, str) else "",
        isinstance(table.get("backend-path"), list),
        setup_py,
    )


def people_of(metadata: CoreMetadata) -> list[str]:
    """Return authors and maintainers as they are written, each once."""
    fields = (
        metadata.author,
        metadata.author_email,
        metadata.maintainer,
        metadata.maintainer_email,
    )
    return list(dict.fromkeys(_split(fields)))[:_MOST_PEOPLE]


def _split(fields: Iterable[str]) -> Iterator[str]:
    for field in fields:
        for part in field.split(","):
            if told := plain(" ".join(part.split()), _LONGEST):
                yield told


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace")
