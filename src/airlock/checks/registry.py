"""Finds every check, and refuses to work with a set that has a hole.

A check that does not import, has the wrong id or does not follow the interface stops the program: a
scanner that drops a rule with a warning reports as clean what nobody looked at.
"""

import functools
import hashlib
import importlib
import pkgutil
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from airlock.checks.interface import Check
from airlock.errors import CheckDefect

_ENGINE = ("archive", "behaviour", "binary", "checks", "evidence", "names", "profiles", "syntax")
_ENGINE_FILES = {".py", ".txt", ".bin", ".toml", ".json"}
FAMILIES = tuple("advisory archive behaviour change code metadata name provenance".split())


class CheckSet:
    """All checks that an examination runs, in a fixed order.

    Raises:
        CheckDefect: if it is empty or two checks share an id.
    """

    def __init__(self, checks: Iterable[Check]) -> None:
        self.checks = tuple(sorted(checks, key=lambda check: check.id))
        self.ids = tuple(check.id for check in self.checks)
        if not self.checks:
            raise CheckDefect("a set of checks without a check would find everything clean")
        if len(set(self.ids)) != len(self.ids):
            raise CheckDefect(f"two checks share an id: {', '.join(self.ids)}")

    @functools.cached_property
    def version(self) -> str:
        """The digest of all ids, versions and what they are made of: 16 hexadecimal digits."""
        lines = "\n".join(f"{check.id} {check.version}" for check in self.checks)
        return hashlib.sha256(f"{_engine()}\n{lines}".encode()).hexdigest()[:16]


@functools.cache
def _engine() -> str:
    """Return the digest of the code and the data that checks share.

    A check reads archives, programs and names through packages of ours, and knows what their data
    files say: when one of them changes, what was admitted has to be looked at again.
    """
    digest = hashlib.sha256()
    package = Path(__file__).parent.parent
    for part in _ENGINE:
        for path in sorted((package / part).rglob("*")):
            if path.suffix in _ENGINE_FILES:
                digest.update(f"{path.relative_to(package)}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def load_checks(package: str = __package__, families: Iterable[str] = FAMILIES) -> CheckSet:
    """Import and return every check of Airlock.

    Raises:
        CheckDefect: if any of them does not import or breaks the rules of the interface.
    """
    return CheckSet(check for family in families for check in _family(package, family))


def load_check(check_id: str, package: str = __package__) -> Check:
    """Import and return one check by its id.

    Raises:
        CheckDefect: if it does not import or breaks the rules of the interface.
    """
    family, _, module = check_id.partition("-")
    return _only_check(_import(f"{package}.{family}.{module.replace('-', '_')}"), check_id)


def documentation(check: Check) -> str:
    """Return the page of a check: the docstring of its module."""
    return (sys.modules[type(check).__module__].__doc__ or "").strip()


def _family(package: str, family: str) -> Iterable[Check]:
    for info in pkgutil.iter_modules(_import(f"{package}.{family}").__path__):
        if not info.name.startswith("_"):
            yield load_check(f"{family}-{info.name.replace('_', '-')}", package)


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise CheckDefect(f"{name} does not import: {error}") from error


def _only_check(module: ModuleType, expected_id: str) -> Check:
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Check)
        and value.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise CheckDefect(f"{module.__name__} has {len(found)} checks; one module is one check")
    check = found[0]()
    if getattr(check, "id", None) != expected_id:
        raise CheckDefect(f"{module.__name__}: the id must be {expected_id!r}")
    if not isinstance(getattr(check, "version", None), int) or check.version < 1:
        raise CheckDefect(f"{expected_id}: the version must be a whole number from 1")
    if not 1 <= check.asks_since <= check.version:
        raise CheckDefect(f"{expected_id}: asks_since must be a version from 1 to this one")
    if not (module.__doc__ or "").strip():
        raise CheckDefect(f"{expected_id}: the module's docstring is its page in the docs; none")
    return check
