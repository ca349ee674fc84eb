"""What in a command, in its files or in its settings would go round the guard.

An extra index, a place of links and a direct URL bring files that nobody vetted; each is an
objection unless the policy names it (``[guard] allow``). A file name where a requirement should be
is one, too: ``pip install requirements.txt`` without ``-r`` asks for a project of that name, and
whoever registers it is installed.

Everything here is read before anything is fetched.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from airlock.errors import AirlockError
from airlock.gate.guard import project_places
from airlock.gate.guard.commands import Client, Invocation, Option, Use
from airlock.model import ArtifactName
from airlock.policy.guard import GuardRules
from airlock.sources.requirements import RequirementLine, read_requirements
from airlock.sources.urls import without_credentials

_URL = re.compile(r"(?:^|@\s*)([a-z][a-z0-9+.-]*:\S*)", re.IGNORECASE)
_ANYWHERE = re.compile(r"[a-z][a-z0-9+.-]*://\S*", re.IGNORECASE)
_SSH = re.compile(r"[\w.-]+@[\w.-]+:")
_FILES = (".txt", ".in", ".toml", ".lock", ".cfg", ".ini", ".yml", ".yaml", ".json", ".csv")
_LARGEST_PROJECT_BYTES = 4 * 1024 * 1024
_MOST_LEVELS = 40
_PROJECT_ACTIONS = frozenset("sync lock add remove export tree".split())


class Objection(msgspec.Struct, frozen=True):
    """Something that the guard does not let pass."""

    message: str
    hint: str = ""
    wrong: bool = False
    """The call is wrong (exit code 2), rather than refused (1)."""


class Found(msgspec.Struct, frozen=True):
    """What a command would use."""

    objections: tuple[Objection, ...]
    archives: tuple[Path, ...]
    """Files on the disk that it would install: they have to be vetted, too."""


_ALLOW_HINT = "Name it in the policy if it must be: [guard] allow = [{url!r}]"


def examine(invocation: Invocation, rules: GuardRules, folder: Path) -> Found:
    """Return what speaks against a command, by its words and the files that they name.

    Args:
        invocation: the command.
        rules: what the policy allows.
        folder: where the command is run.
    """
    reader = _Reader(rules, folder)
    objections = [
        *reader.options(invocation.options),
        *reader.words(invocation.requirements, invocation),
    ]
    if invocation.client is Client.UV and invocation.action in _PROJECT_ACTIONS:
        objections += reader.project(folder)
    elif invocation.client is Client.POETRY:
        objections += reader.project(folder, "pyproject.toml", "poetry.lock")
    return Found(tuple(dict.fromkeys(objections)), tuple(dict.fromkeys(reader.archives)))


def of_settings(settings: Mapping[str, str], rules: GuardRules) -> Iterator[Objection]:
    """Yield what speaks against settings of the user's that add places to take files from.

    Args:
        settings: from a name that the user recognises (``PIP_FIND_LINKS``, ``pip.conf:
            find-links``) to its value: one or more places.
        rules: what the policy allows.
    """
    for name, value in settings.items():
        for place in value.split():
            if not rules.allows(place):
                yield _round(f"{name} names {without_credentials(place)!r}", place)


class _Reader:
    """Reads words, files and projects, and remembers the archives among them."""

    def __init__(self, rules: GuardRules, folder: Path) -> None:
        self._rules = rules
        self._folder = folder
        self.archives: list[Path] = []

    def options(self, options: Iterable[Option]) -> Iterator[Objection]:
        for option in options:
            if option.use is Use.FILE:
                yield from self._file(option)
            elif option.use is Use.EDITABLE:
                yield from self._requirement(option.value)
            elif option.use is Use.WORDS:
                yield from self._more_words(option)
            elif option.use is Use.INDEX and not self._rules.allows(option.value):
                yield Objection(
                    f"{option.name} names an index beside the guard",
                    "Name the index to vet before the command: airlock run --index URL -- …  "
                    + _ALLOW_HINT.format(url=without_credentials(option.value)),
                )
            elif option.use in {Use.LINKS, Use.WAY} and not self._rules.allows(option.value):
                yield _round(f"{option.name} {option.value} goes round the guard", option.value)

    def _more_words(self, option: Option) -> Iterator[Objection]:
        from airlock.gate.guard import commands

        try:
            words = shlex.split(option.value)
        except ValueError:
            yield Objection(f"{option.name} cannot be read", wrong=True)
            return
        inner = commands.read(["pip", "install", *words])
        yield from self.options(inner.options)
        yield from self.words(inner.requirements, inner)

    def _file(self, option: Option) -> Iterator[Objection]:
        if _ANYWHERE.match(option.value):
            if not self._rules.allows(option.value):
                yield _round(f"{option.name} reads a file from a URL", option.value)
            return
        if option.value == "-" or option.value.endswith((".toml", ".py", ".cfg")):
            yield from self._other_file(option)
            return
        try:
            lines = read_requirements(self._folder / option.value)
        except AirlockError as error:
            yield Objection(str(error), error.hint, wrong=True)
            return
        for line in lines:
            yield from self._line(line)

    def _other_file(self, option: Option) -> Iterator[Objection]:
        if option.value == "-":
            yield Objection(
                "requirements from standard input are not seen by the guard",
                "Write them into a file.",
                wrong=True,
            )
        elif option.value.endswith(".toml"):
            yield from self._project_file(self._folder / option.value)

    def _line(self, line: RequirementLine) -> Iterator[Objection]:
        text = line.text
        if line.problem.startswith("it holds an environment variable"):
            yield Objection(
                f"{line.origin}: {line.problem}", "Airlock does not expand it.", wrong=True
            )
        elif text.startswith("-") and not text.startswith(("-e", "--editable", "-r", "-c", "--r")):
            yield from self._option_line(line)
        elif line.project is None and "path" in line.problem:
            yield from self._path(text, line.origin)
        else:
            yield from self._urls(text, line.origin)

    def _option_line(self, line: RequirementLine) -> Iterator[Objection]:
        from airlock.gate.guard import commands

        words = line.text.replace("=", " ", 1).split()
        inner = commands.read(["pip", "install", *words])
        for one in self.options(inner.options):
            yield msgspec.structs.replace(one, message=f"{line.origin}: {one.message}")

    def words(self, words: Iterable[str], invocation: Invocation) -> Iterator[Objection]:
        for word in words:
            if invocation.action in {"pip compile", "pip sync"}:
                option = Option(f"{invocation.client.value} {invocation.action}", Use.FILE, word)
                yield from self._file(option)
            else:
                yield from self._requirement(word)

    def _requirement(self, word: str) -> Iterator[Objection]:
        urls = list(self._urls(word, "the command"))
        path = self._folder / word.partition("[")[0]
        if urls or _ANYWHERE.search(word):
            yield from urls
        elif word.lower().endswith(ArtifactName.INSTALLABLE_SUFFIXES):
            yield from self._path(word, "the command")
        elif word.lower().endswith(_FILES) and not path.is_dir():
            yield Objection(
                f"{word!r} is the name of a file, and would be installed as a project",
                f"To install what it lists: -r {word}",
                wrong=True,
            )

    def _path(self, text: str, origin: str) -> Iterator[Objection]:
        path = self._folder / re.split(r"[;\[]", text, maxsplit=1)[0].strip()
        if path.is_dir():
            return
        if path.is_file():
            self.archives.append(path)
        else:
            yield Objection(f"{origin}: there is no file {text[:200]!r}", wrong=True)

    def _urls(self, text: str, origin: str) -> Iterator[Objection]:
        found = [*_URL.findall(text), *_ANYWHERE.findall(text), *_SSH.findall(text)]
        for url in dict.fromkeys(found):
            if not self._rules.allows(url):
                yield _round(f"{origin}: {without_credentials(text)[:200]!r} is a direct URL", url)

    def project(self, folder: Path, *names: str) -> Iterator[Objection]:
        """Yield what speaks against the project that a folder is in, by the files of these names.

        Those of uv without any.
        """
        for level in (folder, *list(folder.resolve().parents)[:_MOST_LEVELS]):
            for name in names or ("pyproject.toml", "uv.toml"):
                yield from self._project_file(level / name)
            if (level / "pyproject.toml").is_file():
                return

    def _project_file(self, path: Path) -> Iterator[Objection]:
        import tomllib

        try:
            data = path.read_bytes()
            if len(data) > _LARGEST_PROJECT_BYTES:
                yield Objection(f"{path} is too large", wrong=True)
                return
            document = tomllib.loads(data.decode())
        except FileNotFoundError:
            return
        except (OSError, ValueError, RecursionError) as error:
            yield Objection(f"{path} cannot be read: {error}", wrong=True)
            return
        is_uv = path.name == "uv.toml"
        of_uv = project_places.of_uv(document, is_uv=is_uv)
        for where, place in (*of_uv, *project_places.of_poetry(document)):
            if not self._rules.allows(place):
                yield _round(f"{path.name}: {where} names {without_credentials(place)!r}", place)
        for requirement in project_places.requirements(document):
            yield from self._urls(requirement, path.name)


def _round(message: str, url: str) -> Objection:
    return Objection(
        f"{message}: what comes from there is not vetted",
        _ALLOW_HINT.format(url=without_credentials(url)),
    )
