"""Requirements files, as pip reads them: which projects they ask for, and what cannot be told.

Invariants:

- No logical line vanishes: each is in the result at least once, whatever it says.
- What Airlock cannot look up by name (URLs, paths, editables, lines with environment variables) is
  in the result with its ``problem``.
- Options are recorded and not obeyed: the index that a file names is not asked.
- No text in the result holds the user and password of a URL.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from airlock.errors import InvalidRequirement, TargetNotFound
from airlock.model import ProjectName
from airlock.sources.requirements_lines import decode, logical_lines
from airlock.sources.requirements_options import BadOptions, Options, split_options
from airlock.sources.requirements_parsing import parse_entry
from airlock.sources.urls import without_credentials

_DEEPEST = 20
_MOST_FILES = 500
_LARGEST_BYTES = 8 * 1024 * 1024
_VARIABLE = re.compile(r"\$\{[A-Z0-9_]+\}")
_URL = re.compile(r"(?:https?|file):", re.IGNORECASE)


class RequirementLine(msgspec.Struct, frozen=True, kw_only=True):
    """One logical line of a requirements file, or of one that it includes."""

    path: str
    """The file, spelled as it was reached from the first one."""
    line: int
    """From 1; where the logical line begins."""
    text: str
    """The logical line without comments and without credentials."""
    project: ProjectName | None = None
    """What it names; ``None`` for options and where it cannot be told."""
    specifier: str = ""
    """Of versions (PEP 440), together with what applicable constraints add; empty for any."""
    extras: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    """As ``algorithm:digest``, in lower case; any of them will do."""
    marker: str = ""
    """The environment marker (PEP 508); empty for always."""
    holds: bool = True
    """Whether its marker is true for this interpreter; if not, its problem is of no interest."""
    constraint: bool = False
    """Whether it only limits what other lines ask for."""
    problem: str = ""
    """Why Airlock cannot look up what the line asks for; empty if it can."""
    by_url: bool = False
    """Whether it names a URL behind the project's name, whatever its marker says."""

    @property
    def origin(self) -> str:
        """The place of the line, for messages."""
        return f"{self.path}:{self.line}"

    @property
    def applies(self) -> bool:
        """Whether an installer here would install the project because of this line."""
        return self.project is not None and self.holds and not self.constraint


def read_requirements(path: Path) -> tuple[RequirementLine, ...]:
    """Read a requirements file and all that it includes, in the order in which pip would.

    Raises:
        TargetNotFound: if the file cannot be read.
        InvalidRequirement: if a line cannot be; it names file and line.
    """
    reader = _Reader()
    try:
        lines = tuple(reader.read(path, (), constraint=False))
    except OSError as error:
        raise TargetNotFound(f"{path} cannot be read: {error.strerror or error}") from error
    return tuple(_constrained(lines))


class _Reader:
    """Follows includes, and counts them."""

    def __init__(self) -> None:
        self._files = 0

    def read(
        self, path: Path, above: tuple[Path, ...], *, constraint: bool
    ) -> Iterator[RequirementLine]:
        """Yield the lines of a file; ``above`` are the files that led to it.

        Raises:
            OSError: if this file cannot be read.
            InvalidRequirement: if a line of it, or a file that it includes, cannot be.
        """
        self._files += 1
        with path.open("rb") as stream:
            data = stream.read(_LARGEST_BYTES + 1)
        if len(data) > _LARGEST_BYTES or self._files > _MOST_FILES or len(above) > _DEEPEST:
            raise InvalidRequirement(f"{path} is too large, or too many files include each other")
        for number, text in logical_lines(decode(data, str(path))):
            shown = without_credentials(text)
            line = RequirementLine(path=str(path), line=number, text=shown, constraint=constraint)
            yield from self._line(line, text, (*above, path))

    def _line(
        self, line: RequirementLine, text: str, files: tuple[Path, ...]
    ) -> Iterator[RequirementLine]:
        try:
            options = split_options(text)
            yield msgspec.structs.replace(line, **_changes(text, options))
        except (BadOptions, InvalidRequirement) as error:
            message = without_credentials(str(error))
            raise InvalidRequirement(f"{line.origin}: {message}", hint=_hint(text)) from error
        if options.requirement or _VARIABLE.search(text):
            return
        for names, constraint in ((options.includes, False), (options.constraints, True)):
            for name in names:
                if not _URL.match(name):
                    yield from self._include(name, line, files, constraint=constraint)

    def _include(
        self, name: str, line: RequirementLine, files: tuple[Path, ...], *, constraint: bool
    ) -> Iterator[RequirementLine]:
        path = files[-1].parent / name
        try:
            if path.resolve() in {file.resolve() for file in files}:
                raise InvalidRequirement(f"{line.origin}: {name} includes itself")
            yield from self.read(path, files, constraint=constraint)
        except (OSError, ValueError, RuntimeError) as error:
            raise InvalidRequirement(f"{line.origin}: {name} cannot be read: {error}") from error


def _changes(text: str, options: Options) -> dict[str, object]:
    """Return what a line says, as fields of a ``RequirementLine``."""
    asks = options.requirement or options.includes or options.constraints or options.editables
    if _VARIABLE.search(text):
        return {"problem": "it holds an environment variable"} if asks else {}
    if options.editables:
        return {"problem": "it asks for an editable installation, which is built in place"}
    if options.requirement:
        return msgspec.structs.asdict(parse_entry(options.requirement, options.hashes))
    if any(_URL.match(name) for name in (*options.includes, *options.constraints)):
        return {"problem": "it includes a file from a URL, which Airlock does not read"}
    return {}


def _hint(text: str) -> str:
    return "Airlock does not expand environment variables." if "${" in text else ""


def _constrained(lines: Iterable[RequirementLine]) -> Iterator[RequirementLine]:
    """Yield the lines; those that ask for something with all that constrains it."""
    lines = tuple(lines)
    limits: dict[ProjectName, list[RequirementLine]] = {}
    for line in lines:
        if line.constraint and line.holds and line.project is not None:
            limits.setdefault(line.project, []).append(line)
    for line in lines:
        found = limits.get(line.project, []) if line.applies and line.project else []
        yield _limited(line, found) if found else line


def _limited(line: RequirementLine, limits: Iterable[RequirementLine]) -> RequirementLine:
    from packaging.specifiers import SpecifierSet

    specifier, problem, hashes = SpecifierSet(line.specifier), line.problem, line.hashes
    for limit in limits:
        specifier &= SpecifierSet(limit.specifier)
        hashes = hashes or limit.hashes
        if limit.problem:
            problem = problem or f"{limit.origin} constrains it: {limit.problem}"
    return msgspec.structs.replace(line, specifier=str(specifier), problem=problem, hashes=hashes)
