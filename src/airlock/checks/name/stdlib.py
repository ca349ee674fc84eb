"""Names of modules that come with Python.

Whoever types `pip install secrets` or `pip install urllib2` means a module that is already there,
or was once, and installs whatever somebody published under its name. The public index refuses such
names to new projects; a private index usually does not. Compared are the forms in which the public
index compares names: without separators, with `0` read as `o`, `1` as `l` or `i`.

- **A module of today's Python** (high): `secrets`, and `url-lib`, which an index takes for
  `urllib`. Today's Python is every version from 3.11 that the module lists know.
- **A module that is gone, private, or inside a package** (medium, unsure): `urllib2`, `asynchat`,
  `xml-etree`. Such names are no trap for a reader of today's manual, and some are innocent words.

It spares the projects that bear such a name with good reason: backports to older versions of Python
(`dataclasses`, `typing`), the projects that modules came from, and a few that are older than the
module of their name.
"""

import functools
from collections.abc import Iterator, Mapping

import msgspec

from airlock.checks.interface import Check, Subject
from airlock.model import Confidence, Finding, ProjectName, Severity
from airlock.names.spelling import ultranormalise

_OLDEST_OF_TODAY = (3, 11)
# Projects of the public index as of 2026: backports, forerunners, and namesakes older than the
# module. A list of modules cannot tell them apart, so that this one is written by hand.
_NAMESAKES = """
    argparse astunparse asyncio canvas configparser contextvars dataclasses datetime email functools
    future graph-lib htmlparser http-client importlib importlib-metadata importlib-resources
    ipaddress json-encoder logging multiprocessing pathlib pathlib-abc pyrepl readline ssl
    statistics typing uuid wmi wsgiref zstd
"""
_KNOWN = frozenset(_NAMESAKES.split())


class _Module(msgspec.Struct, frozen=True):
    name: str
    """As an import statement spells it."""
    today: bool
    """Public, at the top level, and in a Python that is still in use."""


class Stdlib(Check):
    """Is the name that of a module of the standard library?"""

    id = "name-stdlib"
    version = 1

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield at most one finding."""
        project = subject.release.project
        if project not in _KNOWN and (module := _modules().get(ultranormalise(project))):
            yield _finding(project, module)


def _finding(project: ProjectName, module: _Module) -> Finding:
    if not module.today:
        return Finding(
            severity=Severity.MEDIUM,
            confidence=Confidence.LOW,
            message=f"The project {project} has the name of the standard library's {module.name}, "
            "a module that is gone, private or part of a package.",
            evidence=module.name,
        )
    exact = project == module.name.replace("_", "-").lower()
    return Finding(
        severity=Severity.HIGH,
        confidence=Confidence.HIGH if exact else Confidence.MEDIUM,
        message=f"The project {project} has the name of the module {module.name}, which comes with "
        "Python.",
        evidence=module.name,
    )


@functools.cache
def _modules() -> Mapping[str, _Module]:
    """Return every module, and every package of a dotted name, by its ultranormalised name."""
    listed: set[str] = set()
    today: set[str] = set()
    for version, names in _listed():
        listed |= names
        if version >= _OLDEST_OF_TODAY:
            today |= names
    top = {name.partition(".")[0] for name in today}
    modules = {ultranormalise(name): _Module(name, today=False) for name in sorted(listed)}
    public = sorted(name for name in top if not name.startswith("_"))
    return modules | {ultranormalise(name): _Module(name, today=True) for name in public}


def _listed() -> Iterator[tuple[tuple[int, ...], set[str]]]:
    from stdlib_list import short_versions, stdlib_list

    for version in short_versions:
        yield tuple(int(part) for part in version.split(".")), set(stdlib_list(version))
