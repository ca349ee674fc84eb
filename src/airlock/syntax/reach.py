"""Which files of an artifact hold code, and when it runs.

- Every file that an interpreter could run is a unit; tests, documentation and tools are dormant,
  not left out.
- The layout is read from the members themselves: a wheel under the name of a source distribution is
  a wheel.
"""

import configparser
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import msgspec

from airlock.archive.interface import NESTED, Member, Reading
from airlock.syntax.facts import Context

_PYTHON = frozenset({".py", ".pyw"})
_STARTUP_FILES = frozenset({".pth", ".start"})
_STARTUP_MODULES = frozenset({"sitecustomize.py", "usercustomize.py"})
_DORMANT_PARTS = frozenset(
    "test tests testing doc docs example examples sample samples demo demos benchmark benchmarks "
    "bench tools tool scripts script ci .github .ci .circleci misc contrib maint maintenance "
    "tutorial tutorials recipes devtools dev fixtures test_data testdata conda.recipe packaging "
    "notebooks playground experiments util utils_dev release templates".split()
)
# In a source distribution these come before packages; inside a package only tests are dormant.
_DORMANT_IN_PACKAGES = frozenset({"test", "tests", "testing", "testsuite", "_tests"})
_STEM = re.compile(r"[^\W\d]\w*\.pyw?$")
_DORMANT_FILES = re.compile(
    r"^(conftest|noxfile|tasks|fabfile|toxfile|dodo|wscript|runtests?|test_.*|.*_test|make|"
    r"bootstrap|pavement|gulpfile|locustfile)\.py$"
)


class Unit(msgspec.Struct, frozen=True):
    """One file with code."""

    member: Member
    module: str
    """The dotted name that it is imported under; empty if it is not a module."""
    context: Context
    """When its top level runs."""
    form: str = "python"
    """``python``, ``pth`` or ``script``."""
    is_main: bool = False


class Layout:
    """The files of an artifact, by what they are for."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.root = _root(reading)
        self.is_sdist = self.root is not None
        table = self._project() if self.is_sdist else {}
        self.backends = _backends(table)
        self.hooks = frozenset(_hooks(table)) if self.is_sdist else frozenset()
        self.packages = {
            member.path.rpartition("/")[0]
            for member in reading.files()
            if member.name in {"__init__.py", "__init__.pyc"}
        }

    def units(self) -> Iterator[Unit]:
        """Iterate over everything that an interpreter may run."""
        for member in self.reading.files():
            unit = self._unit(member)
            if unit is not None:
                yield unit

    def _unit(self, member: Member) -> Unit | None:
        path = member.path
        if member.suffix in _STARTUP_FILES and member.suffix != ".start":
            return Unit(member, "", self._startup(path), "pth")
        if member.suffix == ".start":
            return Unit(member, "", self._startup(path), "start")
        if member.suffix in _PYTHON:
            return self._python(member)
        if self._is_script(member):
            return Unit(member, "", Context.SCRIPT, "script", is_main=True)
        return None

    def _startup(self, path: str) -> Context:
        # Deep in a package it is only a file: site reads those beside the packages.
        inner = self.inner(path)
        depth = inner.count("/")
        if self.is_sdist:
            return Context.DORMANT if _dormant(inner, packaged=False) else Context.STARTUP
        return Context.STARTUP if depth == 0 or ".data/" in inner else Context.DORMANT

    def _python(self, member: Member) -> Unit:
        inner = self.inner(member.path)
        if NESTED in member.path:
            return Unit(member, "", Context.DORMANT)
        if self.is_sdist and inner == "setup.py":
            return Unit(member, "setup", Context.BUILD, is_main=True)
        module = self.module_name(member.path)
        if inner in self.backends or inner in self.hooks:
            return Unit(member, module, Context.BUILD)
        if member.name in _STARTUP_MODULES and inner.count("/") <= 1:
            return Unit(member, module, Context.STARTUP)
        if member.name == "__main__.py":
            return Unit(member, module, Context.SCRIPT, is_main=True)
        if ".data/scripts/" in inner:
            return Unit(member, "", Context.SCRIPT, is_main=True)
        packaged = not self.is_sdist or member.path.rpartition("/")[0] in self.packages
        if _dormant(inner, packaged=packaged) or not _STEM.match(member.name):
            # What is no name cannot be imported, only started by somebody.
            return Unit(member, module, Context.DORMANT)
        return Unit(member, module, Context.IMPORT)

    def _is_script(self, member: Member) -> bool:
        inner = self.inner(member.path)
        if ".data/scripts/" in inner:
            return True
        place = inner.split("/")[0] in {"bin", "scripts"} and inner.count("/") == 1
        return self.is_sdist and place and not member.suffix and member.size < 1_000_000  # noqa: PLR2004 - scripts are small

    def inner(self, path: str) -> str:
        """Return a path without the folder that a source distribution is packed in."""
        prefix = f"{self.root}/" if self.root else ""
        return path.removeprefix(prefix)

    def module_name(self, path: str) -> str:
        """Return the dotted name that a file is imported under."""
        inner = self.inner(path).removesuffix(".py").removesuffix(".pyw")
        for prefix in ("src/", "lib/", "python/"):
            if inner.startswith(prefix):
                inner = inner[len(prefix) :]
                break
        if ".data/" in inner:
            inner = re.sub(r"^[^/]+\.data/(purelib|platlib)/", "", inner)
        return inner.removesuffix("/__init__").replace("/", ".")

    def folder_module(self, path: str) -> str:
        """Return the package that relative imports of a file start from."""
        folder = path.partition("!/layer")[0].rpartition("/")[0]
        return self.module_name(f"{folder}/__init__.py") if self.inner(f"{folder}/") else ""

    def _project(self) -> dict[str, Any]:
        """Return what pyproject.toml says; nothing if there is none that can be read."""
        member = self.reading.find(f"{self.root}/pyproject.toml" if self.root else "pyproject.toml")
        if member is None:
            return {}
        try:
            return tomllib.loads(member.read().decode("utf-8", "replace"))
        except (tomllib.TOMLDecodeError, RecursionError):
            return {}


def _backends(project: dict[str, Any]) -> tuple[str, ...]:
    """Return the files of an in-tree build backend (PEP 517, ``backend-path``)."""
    folders = _at(project, "build-system", "backend-path")
    name = _at(project, "build-system", "build-backend")
    if not isinstance(folders, list) or not isinstance(name, str):
        return ()
    stem = name.partition(":")[0].replace(".", "/")
    return tuple(
        f"{folder.strip('./')}/{stem}{tail}".lstrip("/")
        for folder in folders
        if isinstance(folder, str)
        for tail in (".py", "/__init__.py")
    )


def _hooks(project: dict[str, Any]) -> Iterator[str]:
    """Yield files that well-known backends run when they build: of Hatch, Poetry and PDM."""
    yield "pdm_build.py"
    hatch = _at(project, "tool", "hatch")
    if isinstance(hatch, dict):
        yield "hatch_build.py"
        yield from _customs(hatch, 6)
        version = hatch.get("version")
        path = _at(version, "path")
        # By default it is searched, not run.
        if _at(version, "source") == "code" and isinstance(path, str):
            yield path.removeprefix("./")
    script = _at(project, "tool", "poetry", "build")
    script = _at(script, "script") if isinstance(script, dict) else script
    if isinstance(script, str):
        yield script.removeprefix("./")


def _customs(table: dict[str, Any], depth: int) -> Iterator[str]:
    """Yield the files that tables called ``custom`` name as their ``path``."""
    for key, value in table.items():
        if not isinstance(value, dict) or not depth:
            continue
        path = value.get("path")
        if key == "custom" and isinstance(path, str):
            yield path.removeprefix("./")
        yield from _customs(value, depth - 1)


def _at(table: Any, *keys: str) -> Any:
    """Return what lies below keys, if there are tables all the way."""
    for key in keys:
        table = table.get(key) if isinstance(table, dict) else None
    return table


def _root(reading: Reading) -> str | None:
    """Return the folder of a source distribution; ``None`` for the layout of a wheel."""
    heads = set()
    for member in reading.files():
        head, _, rest = member.path.partition("/")
        if head.endswith(".dist-info") and rest in {"METADATA", "WHEEL", "RECORD"}:
            return None
        heads.add(head if rest else "")
    heads.discard("pax_global_header")
    return heads.pop() if len(heads) == 1 else ""


def _dormant(inner: str, *, packaged: bool) -> bool:
    *folders, name = inner.lower().split("/")
    parts = _DORMANT_IN_PACKAGES if packaged else _DORMANT_PARTS | _DORMANT_IN_PACKAGES
    if any(folder in parts for folder in folders):
        return True
    return bool(_DORMANT_FILES.match(name)) and (not packaged or name.startswith("test_"))


_IMPORT = re.compile(
    r"(?:[^\n]*[;:])?[ \t]*"
    r"(?:from[ \t]*(\.*)[ \t]*([\w.]*)[ \t]+import[ \t(]+([^#;]*)|import[ \t]+([^#;]+))"
)


class Imported(msgspec.Struct, frozen=True):
    """One name that an import statement may bind."""

    level: int
    module: str
    """Dotted; relative to the package if there is a level."""
    bound: str
    """The name that it is bound to."""


def imported_modules(text: str) -> Iterator[Imported]:
    """Iterate over everything that a text may import, without parsing it."""
    place = text.find("import")
    while place >= 0:
        start = text.rfind("\n", 0, place) + 1
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        if "(" in text[place:end] and ")" not in text[place:end]:
            end = max(end, text.find(")", end, end + 4_000))
        match = _IMPORT.match(text, start, end)
        if match:
            yield from _imported(*match.groups())
        place = text.find("import", max(end, place + 6))


def _imported(
    dots: str | None, base: str | None, names: str | None, plain: str | None
) -> Iterator[Imported]:
    if plain is not None:
        for name in plain.split(","):
            module, _, alias = name.strip().partition(" as ")
            yield Imported(0, module.strip(), alias.strip() or module.partition(".")[0].strip())
        return
    level = len(dots or "")
    # Behind the last comma there is none; where a comment comes first, nobody knows which.
    for name in (names or "").strip("() \n").rstrip(", \t\n").split(","):
        tail, _, alias = name.strip().partition(" as ")
        bound = alias.strip() or tail.strip()
        yield Imported(level, base or "", bound)
        yield Imported(level, f"{base}.{tail.strip()}" if base else tail.strip(), bound)


def entry_points(reading: Reading) -> Iterator[tuple[str, str]]:
    """Iterate over module and function of every script that an installer makes."""
    for member in reading.files():
        if member.name == "entry_points.txt":
            parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters=("=",))
            try:
                parser.read_string(member.read().decode("utf-8", "replace"))
            except configparser.Error:
                continue
            for section in ("console_scripts", "gui_scripts"):
                if parser.has_section(section):
                    for _, target in parser.items(section):
                        module, _, function = target.partition("[")[0].strip().partition(":")
                        yield module.strip(), function.strip()
