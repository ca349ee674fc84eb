"""Which files something runs, by their places: at a start, at a build, on import, as a command."""

import re

from airlock.profiles.difference import Change
from airlock.profiles.pieces import DORMANT

_STARTUP = re.compile(r".*\.(?:pth|start)|(?:[^/]+/)?(?:site|user)customize\.py")
_BUILD = re.compile(
    r"setup\.py|pyproject\.toml|(?:.*/)?(?:configure|config\.\w+|.*\.m4|.*\.mk|.*\.cmake|Makefile\w*(?:\.\w+)?"
    r"|CMakeLists\.txt|meson\.build|meson_options\.txt|SConstruct|build\.rs|wscript|BUILD(?:\.bazel)?)"
)
_MODULES = frozenset({".py", ".pyw", ".pyc", ".pyo"})
_NATIVE = frozenset({".so", ".pyd", ".dll", ".dylib", ".exe", ".a", ".lib", ".o"})
_SCRIPTS = frozenset({".sh", ".bash", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".pl", ".rb"})
_COMPILED = re.compile(
    r".*\.(?:c|cc|cpp|cxx|h|hpp|pyx|pxd|pxi|rs|go|f|f90|cu|s|asm|zig|swift|m|mm|i)"
)


def runs(path: str, *, built: bool) -> Change | None:
    """Return what kind of change it is that a file appears, if something runs it; else ``None``.

    Args:
        path: as in a profile.
        built: whether it is a wheel's: nothing is built from it any more.
    """
    if _STARTUP.fullmatch(path):
        return Change.STARTUP
    if DORMANT.search(path):
        return None
    if not built and _BUILD.fullmatch(path):
        return Change.BUILD
    ending = "." + path.rpartition(".")[2].lower()
    if ending in _NATIVE:
        return Change.BINARY
    if ending in _MODULES | _SCRIPTS or path.startswith("*.data/scripts/"):
        return Change.SOURCE
    return Change.SOURCE if not built and _COMPILED.fullmatch(path) else None
