"""Names of modules that come with Python.

Whoever types `pip install secrets` or `pip install urllib2` means a module that is already there,
or was once, and installs whatever somebody published under its name. The public index refuses such
names to new projects; a private index usually does not. Compared are the forms in which the public
index compares names: without separators, with `0` read as `o`, `1` as `l` or `i`.

- **A module of any Python 3** (high): `secrets`, `asynchat`, `url-lib`, which an index takes for
  `urllib`, and modules inside packages, such as `xml-etree`. Sure where the name is spelled as the
  module is.
- **A module that went with Python 2** (medium, unsure): `urllib2`, `commands`. Such names are no
  trap for a reader of today's manual, and some are innocent words.

It spares the projects that bear such a name with good reason: backports to older versions of Python
(`dataclasses`, `typing`), the projects that modules came from, and a few that are older than the
module of their name. It also spares what Python 2 had on classic Mac OS, IRIX and SunOS only, such
as `videoreader`, which the public index refuses to this day: nobody types those for a module.
"""

import functools
from collections.abc import Iterator, Mapping

import msgspec

from airlock.checks.interface import Check, Subject
from airlock.checks.name._index import require_index_name
from airlock.model import Confidence, Finding, ProjectName, Severity
from airlock.names.spelling import ultranormalise

# Projects of the public index as of 2026: backports, forerunners, and namesakes older than the
# module. A list of modules cannot tell them apart, so that this one is written by hand.
_NAMESAKES = """
    argparse astunparse asyncio canvas configparser contextvars dataclasses datetime email functools
    future graph-lib htmlparser http-client importlib importlib-metadata importlib-resources
    ipaddress json-encoder lib logging multiprocessing pathlib pathlib-abc pyrepl readline ssl
    statistics typing uuid wmi wsgiref zstd
"""
_KNOWN = frozenset(_NAMESAKES.split())
# What Lib/plat-mac, plat-irix5, plat-irix6 and plat-sunos5 of Python 2 held; gone since 2020, never
# on any other system.
_ELSEWHERE_ONLY = """
    AL ColorPicker DEVICE EasyDialogs FL FrameWork GL MacOS MiniAEFrame Nav PixMapWrapper
    SUNAUDIODEV W aepack aetools aetypes al applesingle audiodev autoGIL buildtools cd cfmfile
    findertools fl flp fm gensuitemodule gl ic icopen imgfile jpeg linuxaudiodev macerrors
    macostools macresource sunaudio sunaudiodev toaiff videoreader
"""
_FORGOTTEN = frozenset(_ELSEWHERE_ONLY.split())


class _Module(msgspec.Struct, frozen=True):
    name: str
    """As an import statement spells it."""
    first: str
    """The first version of Python that had it, of those that are listed."""
    last: str
    """The last such version."""

    @property
    def is_of_python_3(self) -> bool:
        """Whether any Python 3 has it."""
        return not self.last.startswith("2.")


class Stdlib(Check):
    """Is the name that of a module of the standard library?"""

    id = "name-stdlib"
    version = 3

    def release(self, subject: Subject) -> Iterator[Finding]:
        """Yield at most one finding."""
        require_index_name(subject)
        project = subject.release.project
        if project not in _KNOWN and (module := _modules().get(ultranormalise(project))):
            yield _finding(project, module)


def _finding(project: ProjectName, module: _Module) -> Finding:
    evidence = f"{module.name}: Python {module.first} to {module.last}"
    if not module.is_of_python_3:
        return Finding(
            severity=Severity.MEDIUM,
            confidence=Confidence.LOW,
            message=f"The project {project} has the name of the module {module.name}, which came "
            "with Python 2.",
            evidence=evidence,
        )
    exact = project == module.name.replace("_", "-").lower()
    return Finding(
        severity=Severity.HIGH,
        confidence=Confidence.HIGH if exact else Confidence.MEDIUM,
        message=f"The project {project} has the name of the module {module.name}, which comes with "
        "Python.",
        evidence=evidence,
    )


@functools.cache
def _modules() -> Mapping[str, _Module]:
    """Return every module, and every package of a dotted name, by its ultranormalised name.

    Of several with one form, such as ``_json`` and ``json``, one of Python 3 is told, then one that
    people import by its name, then the one that was there last, then the shortest.
    """
    spans: dict[str, tuple[int, int]] = {}
    versions, listed = _listed()
    for place, names in enumerate(listed):
        for name in names:
            first, _ = spans.get(name, (place, place))
            spans[name] = first, place
    for name, (first, last) in list(spans.items()):
        for package in _packages(name):
            begun, ended = spans.get(package, (first, last))
            spans[package] = min(begun, first), max(ended, last)
    modules = [
        _Module(name, versions[first], versions[last]) for name, (first, last) in spans.items()
    ]
    modules.sort(
        key=lambda one: (
            one.is_of_python_3,
            not one.name.startswith("_"),
            spans[one.name][1],
            -len(one.name),
        )
    )
    return {ultranormalise(one.name): one for one in modules if one.name not in _FORGOTTEN}


def _listed() -> tuple[list[str], list[list[str]]]:
    """Return the versions of Python, the oldest first, and the modules of each."""
    from stdlib_list import short_versions, stdlib_list

    versions = sorted(short_versions, key=lambda text: tuple(map(int, text.split("."))))
    return versions, [stdlib_list(version) for version in versions]


def _packages(name: str) -> Iterator[str]:
    """Yield every package that a dotted name lies in."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name
