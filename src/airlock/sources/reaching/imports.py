"""What the sources of a project import, read from their syntax trees; nothing is run.

- A module counts as imported where an import statement, ``import_module`` or ``__import__`` names
  it. Where only a string is its name, nobody can tell: frameworks import what their settings name.
- Whatever could not be read, or imports what is only known when it runs, makes every "no" unsure.
"""

import ast
import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

_MOST_FILES = 20_000
_MOST_FOLDERS = 20_000
_LARGEST_BYTES = 4 * 1024 * 1024
_MOST_BYTES = 256 * 1024 * 1024
_PASSED_OVER = frozenset({"__pycache__", "node_modules", "site-packages", "dist-packages"})
# Code that is not read here, and imports like any other.
_UNREAD = (".ipynb", ".pyx", ".pxd")
_NAME = re.compile(r"[A-Za-z_]\w{0,99}(?:\.[A-Za-z_]\w{0,99}){0,9}", re.ASCII)
_CALLS = frozenset({"import_module", "__import__"})
# What imports by a name or by code that it is given.
_IMPORTERS = _CALLS | {
    *("run_module", "run_path", "exec_module", "load_module", "spec_from_file_location"),
    *("import_string", "import_object", "import_from_string", "locate"),
}
_BUILTINS = frozenset({"__import__", "exec", "eval"})


class Imports:
    """What is imported where.

    Attributes:
        unsure: why something may be imported that is not known; empty if nothing is.
    """

    def __init__(self) -> None:
        self.unsure = ""
        self._places: dict[str, list[str]] = {}
        self._mentions: dict[str, list[str]] = {}

    def add(self, module: str, place: str) -> None:
        """Note that a module is imported, and with it every package that it is in."""
        _note(self._places, module, place)

    def mention(self, module: str, place: str) -> None:
        """Note that a string is the name of a module."""
        _note(self._mentions, module, place)

    def doubt(self, reason: str) -> None:
        """Note that something may be missing; the first reason is kept."""
        self.unsure = self.unsure or reason

    def places(self, module: str) -> list[str]:
        """Return where a module, or something in it, is imported."""
        return self._places.get(module, [])

    def mentions(self, module: str) -> list[str]:
        """Return where a string names a module, or something in it."""
        return self._mentions.get(module, [])


def _note(places: dict[str, list[str]], module: str, place: str) -> None:
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        places.setdefault(".".join(parts[:length]), []).append(place)


def imports_of(project: Path) -> Imports:
    """Return what a folder of sources, or one script, imports."""
    found = Imports()
    root = project if project.is_dir() else project.parent
    total = 0
    for count, path in enumerate(_sources(project, found)):
        size = _size(path)
        total += size
        if count >= _MOST_FILES or total > _MOST_BYTES:
            found.doubt("the project has more code than is read")
            break
        shown = _shown(path, root)
        if size > _LARGEST_BYTES:
            found.doubt(f"{shown} is too large to be read")
        else:
            _read(path, shown, found)
    return found


def _shown(path: Path, root: Path) -> str:
    """Return a path for people; bytes that are no text stand in it as escapes."""
    shown = path.relative_to(root).as_posix()
    return shown.encode("utf-8", "backslashreplace").decode()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _sources(project: Path, found: Imports) -> Iterator[Path]:
    """Yield the files of Python code, without environments and what tools keep."""
    if project.is_file():
        yield project
        return
    for count, (folder, names, files) in enumerate(os.walk(project)):
        if count >= _MOST_FOLDERS:
            found.doubt("the project has more folders than are looked at")
            return
        here = Path(folder)
        names[:] = sorted(name for name in names if _is_own(here / name))
        for name in sorted(files):
            if name.endswith((".py", ".pyw")):
                yield here / name
            elif name.endswith(_UNREAD):
                found.doubt(f"{_shown(here / name, project)} is not read")


def _is_own(folder: Path) -> bool:
    name = folder.name
    return not (name.startswith(".") or name in _PASSED_OVER or (folder / "pyvenv.cfg").is_file())


def _read(path: Path, shown: str, found: Imports) -> None:
    try:
        data = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # RecursionError and MemoryError: code that is nested to break its reader.
            tree = ast.parse(data)
        nodes = list(ast.walk(tree))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        found.doubt(f"{shown} cannot be read as Python")
        return
    spelled = {id(node.func) for node in nodes if isinstance(node, ast.Call) and _named(node)}
    for node in nodes:
        place = f"{shown}:{getattr(node, 'lineno', 1)}"
        for module in _modules(node):
            found.add(module, place)
        if name := _mentioned(node):
            found.mention(name, place)
        if id(node) not in spelled and _is_open(node):
            found.doubt(f"{place} may import what only running it tells")


def _mentioned(node: ast.AST) -> str:
    """Return the string that a node is, if it may be the name of a module."""
    text = node.value if isinstance(node, ast.Constant) else None
    return text if isinstance(text, str) and _NAME.fullmatch(text) else ""


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        # What is imported from a package may be a module of it.
        return [f"{node.module}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Call) and (name := _named(node)) and _NAME.fullmatch(name):
        return [name]
    return []


def _is_open(node: ast.AST) -> bool:
    """Return whether something that imports whatever it is told is named: called, or kept."""
    if isinstance(node, ast.Name):
        return node.id in _IMPORTERS | _BUILTINS
    if isinstance(node, ast.Attribute):
        builtin = isinstance(node.value, ast.Name) and "builtins" in node.value.id
        return node.attr in _IMPORTERS or (builtin and node.attr in _BUILTINS)
    if isinstance(node, ast.alias):
        # Under its own name it is seen where it is used.
        return node.asname is not None and node.name in _IMPORTERS
    return isinstance(node, ast.Constant) and node.value in _IMPORTERS - {"locate"}


def _imports(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr in _CALLS
    return isinstance(call.func, ast.Name) and call.func.id in _CALLS


def _named(call: ast.Call) -> str | None:
    """Return the name that a call of ``import_module`` spells out."""
    first = call.args[0] if call.args else None
    if _imports(call) and isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value
    return None
