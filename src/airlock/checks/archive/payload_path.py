r"""Files that land where a package has no business.

Where a file lands decides whether it runs without being imported. Python imports `sitecustomize`
and `usercustomize` at every start; a wheel's `.data` folder can write over the interpreter, the
standard library or the commands of a shell; and nothing keeps a wheel from bringing a folder `pip`.

- **high**: `sitecustomize` or `usercustomize` at the top of site-packages (also in a source
  distribution's folder or its `src`); data written to `lib/python*/`, to `pyvenv.cfg` or over the
  interpreter; scripts called `python`, `pip`, `sudo` or the like; folders of pip, setuptools or
  the other installers; a `.data` scheme that does not exist.
- **medium**: another project's `.dist-info`, smuggled in through `.data`; scripts with the name of
  a common command.
- **low**: data written to a folder of programs; modules at the top with the name of a module of the
  standard library, which wins wherever it exists (backports under their own name are spared).

What `.pth` files hold is the question of another check.
"""

import re
import sys
from collections.abc import Iterator

from airlock.archive.interface import NESTED
from airlock.checks.archive._destinations import SCHEMES, SITE, Destination, destinations
from airlock.checks.interface import Check, Subject
from airlock.model import ArtifactKind, Confidence, Finding, Severity

_STARTUP = frozenset({"sitecustomize", "usercustomize"})
_INSTALLERS = frozenset(
    {"_distutils_hack", "ensurepip", "pip", "pkg_resources", "setuptools", "uv", "wheel"}
)
_INTERPRETERS = re.compile(
    r"(python|pypy|pip|idle)[\d.]*w?(\.exe)?|activate(\..*|_this\.py)?|sudo|su|uvx?(\.exe)?",
    re.IGNORECASE,
)
_COMMAND_NAMES = """
    apt bash cat cd chmod chown cp curl df dir docker echo env find git gpg grep kill kubectl ln
    login ls make mkdir more mount mv nano passwd ps rm rsync scp sed sh sort ssh tar top touch vi
    vim wget which who whoami xargs zsh
"""
_COMMANDS = frozenset(_COMMAND_NAMES.split())
_MODULE_ENDINGS = (".py", ".pyc", ".pyw", ".so", ".pyd")
# Modules of the standard library whose name many wheels bring by accident.
_ACCIDENTS = frozenset({"test", "this"})
_PYTHON_FOLDER = re.compile(r"(lib|lib64|Lib)/(python[\d.]*t?/|site-packages/|[^/]+\.py$)")
_PROGRAM_FOLDERS = ("bin/", "sbin/", "Scripts/", "scripts/")


class PayloadPath(Check):
    """Does anything land where a package has no business?"""

    id = "archive-payload-path"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each file, or folder, that is out of place."""
        if subject.artifact.name.kind is ArtifactKind.SDIST:
            yield from _startup_of_sdist(subject)
            return
        told: set[str] = set()
        for destination in destinations(subject.reading):
            finding = _judge(destination, subject)
            if finding is not None and finding.message not in told:
                told.add(finding.message)
                yield finding


def _judge(destination: Destination, subject: Subject) -> Finding | None:
    if destination.scheme in SITE:
        return _judge_site(destination, subject)
    if destination.scheme == "scripts":
        return _judge_program(destination, destination.path, subject)
    if destination.scheme == "data":
        return _judge_data(destination, subject)
    if destination.scheme not in SCHEMES:
        scheme = destination.scheme[:80]
        return _finding(Severity.HIGH, destination, f"There is no folder {scheme!r} in .data")
    return None


def _judge_site(destination: Destination, subject: Subject) -> Finding | None:
    top, slash, _ = destination.path.partition("/")
    project = subject.release.project
    if top.endswith(".dist-info"):
        if destination.scheme:
            message = f"{top[:120]} is installed beside the wheel's own metadata"
            return _finding(Severity.MEDIUM, destination, message)
        return None
    module = _module(top, is_folder=bool(slash))
    if module in _STARTUP:
        message = f"Python imports {module} at every start, from whatever package it is"
        return _finding(Severity.HIGH, destination, message)
    if module in _INSTALLERS and not _owns(project, module):
        message = f"The package writes into the folder of {module}, which is not its own"
        return _finding(Severity.HIGH, destination, message)
    if module in sys.stdlib_module_names - _ACCIDENTS and project != module.replace("_", "-"):
        message = f"The package brings a module with the name of the standard library's {module}"
        return _finding(Severity.LOW, destination, message, Confidence.MEDIUM)
    return None


def _module(top: str, *, is_folder: bool) -> str:
    """Return what ``import`` calls a file or folder at the top of site-packages, or nothing."""
    if is_folder:
        return top
    return top.partition(".")[0] if top.endswith(_MODULE_ENDINGS) else ""


def _owns(project: str, module: str) -> bool:
    return project == module or (
        project == "setuptools" and module in {"_distutils_hack", "pkg_resources"}
    )


def _judge_data(destination: Destination, subject: Subject) -> Finding | None:
    path = destination.path
    if _PYTHON_FOLDER.match(path) or path == "pyvenv.cfg":
        message = f"The package writes {path[:200]!r} into Python's own folder, past site-packages"
        return _finding(Severity.HIGH, destination, message)
    folder = next((folder for folder in _PROGRAM_FOLDERS if path.startswith(folder)), None)
    if folder is None:
        return None
    worse = _judge_program(destination, path.removeprefix(folder), subject)
    if worse is not None:
        return worse
    message = f"The package writes a program as data: {path[:200]!r}"
    return _finding(Severity.LOW, destination, message)


def _judge_program(destination: Destination, name: str, subject: Subject) -> Finding | None:
    lowered = name.lower()
    # pip may bring "pip3.13", uv may bring "uvx".
    if lowered.startswith(subject.release.project):
        return None
    if _INTERPRETERS.fullmatch(lowered):
        message = f"The package writes over a program that runs others: {name[:80]!r}"
        return _finding(Severity.HIGH, destination, message)
    if lowered.removesuffix(".exe") in _COMMANDS:
        message = f"The package brings a program with the name of a common command: {name[:80]!r}"
        return _finding(Severity.MEDIUM, destination, message, Confidence.MEDIUM)
    return None


def _startup_of_sdist(subject: Subject) -> Iterator[Finding]:
    """Find modules that, once built, would be at the top of site-packages."""
    for member in subject.reading.files():
        path = member.path.partition("/")[2].removeprefix("src/")
        top, slash, _ = path.partition("/")
        module = _module(top, is_folder=bool(slash))
        if module in _STARTUP and NESTED not in member.path:
            message = f"Python imports {module} at every start, from whatever package it is"
            destination = Destination(member, "", path)
            yield _finding(Severity.HIGH, destination, message, Confidence.MEDIUM)


def _finding(
    severity: Severity,
    destination: Destination,
    message: str,
    confidence: Confidence = Confidence.HIGH,
) -> Finding:
    return Finding(
        severity=severity,
        confidence=confidence,
        message=f"{message}.",
        path=destination.member.path,
        evidence=f"{destination.scheme or 'site-packages'}: {destination.path}",
    )
