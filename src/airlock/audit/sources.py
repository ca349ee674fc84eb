"""From what a user names to what is to be audited, and to who answers for its vulnerabilities."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from airlock.audit.vex import Vex
from airlock.errors import UsageError
from airlock.model import Inventory
from airlock.policy.ignoring import Ignore
from airlock.policy.suppression_tables import project_ignores

_PYPROJECT = "pyproject.toml"
_SCRIPTS = (".py", ".pyw")
_WHEEL = ".whl"
_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git", ".hg")
Resolve = Callable[[Inventory], Inventory]


class AuditRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a user wants to be audited; nothing at all is the active environment."""

    targets: tuple[Path, ...] = ()
    """Files and folders."""
    environments: tuple[Path, ...] = ()
    served: tuple[Path, ...] = ()
    """The data folders of gates: what they have handed out."""
    project: Path | None = None
    """The user's own project; ``None`` for the current folder, if it is one."""
    vex: tuple[Path, ...] = ()
    """OpenVEX documents that say what does not affect the user."""

    @property
    def own_project(self) -> Path | None:
        """The folder of the user's own project, if there is one."""
        if self.project is not None:
            return self.project
        return Path() if Path(_PYPROJECT).is_file() else None


def read_inventories(request: AuditRequest, resolve: Resolve) -> Iterator[Inventory]:
    """Yield what everything depends on that a user named.

    Args:
        request: of the user.
        resolve: finds versions for what pins none.

    Raises:
        AirlockError: if something of it cannot be read whole.
    """
    from airlock.sources.dependencies import read_dependencies, read_environment

    for target in request.targets:
        yield from map(resolve, read_dependencies(target))
    for environment in request.environments:
        yield read_environment(environment)
    if not (request.targets or request.environments or request.served):
        yield read_environment()


def own_ignores(request: AuditRequest) -> tuple[Ignore, ...]:
    """Return what the user's own project answers for; what is audited has no say besides.

    Raises:
        InvalidPolicy: if it cannot be obeyed as written.
        UsageError: if it cannot be read.
    """
    folder = request.own_project
    if folder is None:
        return ()
    path = folder / _PYPROJECT
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        if request.project is not None and not path.exists():
            return ()
        raise UsageError(f"{path} cannot be read: {error}") from error
    return project_ignores(text, origin=str(path))


def imports_folder(request: AuditRequest) -> Path | None:
    """Return the sources whose imports are looked at; ``None`` if none, or several, are meant.

    Those of the named project, else the folders that the targets are in, or a script; of an
    environment the project in the current folder.
    """
    if request.project is not None or not request.targets:
        return request.own_project
    found = {_sources_beside(path) for path in request.targets} - {None}
    return found.pop() if len(found) == 1 else None


def _sources_beside(path: Path) -> Path | None:
    """Return the folder of sources that a target speaks of; a script is its own."""
    if path.is_dir():
        return None if (path / "pyvenv.cfg").exists() else path
    if path.suffix in _SCRIPTS:
        return path
    if path.suffix == _WHEEL:
        return None
    folder = path.parent.parent if path.parent.name == "requirements" else path.parent
    return folder if _is_project(folder) else None


def _is_project(folder: Path) -> bool:
    """Return whether a folder is one of sources, and not just where a file happens to lie."""
    marked = any((folder / name).exists() for name in _MARKS)
    return marked or next(folder.glob("*.py"), None) is not None


def read_vex(request: AuditRequest) -> Vex:
    """Return what the user's OpenVEX documents say.

    Raises:
        AirlockError: if one of them cannot be read whole.
    """
    if not request.vex:
        return Vex()
    from airlock.sources.openvex import read_openvex

    return Vex(statement for path in request.vex for statement in read_openvex(path))
