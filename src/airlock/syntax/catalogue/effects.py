"""What a call does to the world, by the canonical name of what is called."""

from functools import lru_cache

from airlock.syntax.catalogue.files import FILES
from airlock.syntax.catalogue.names import canonical
from airlock.syntax.catalogue.network import HANDED, HTTP_LIBRARIES, HTTP_ROWS, NETWORK, handed
from airlock.syntax.catalogue.processes import PROCESSES
from airlock.syntax.catalogue.rows import Effect, row
from airlock.syntax.facts import Deed

_PROTECTED = row(Deed.EXECUTE, 2, options="bytecode obfuscated")
_VERBS = frozenset("get post put patch delete head request urlopen".split())
_ROWS: dict[str, Effect] = {**PROCESSES, **NETWORK, **FILES}


@lru_cache(maxsize=16_384)
def effect_of(name: str) -> Effect | None:
    """Return what a call of this canonical name does, or ``None`` if nothing is known of it."""
    known = _ROWS.get(name)
    if known is not None:
        return known
    if name.endswith("__pyarmor__"):
        # Code that PyArmor made unreadable, handed to its runtime.
        return _PROTECTED
    package, _, rest = name.partition(".")
    if package in HTTP_LIBRARIES and rest:
        before, _, verb = rest.rpartition(".")
        # What is called on an answer asks nothing any more: ``requests.get(…).json().get(…)``.
        answered = not _VERBS.isdisjoint(before.split("."))
        return None if answered else HTTP_ROWS.get(verb)
    if name.startswith("xmlrpc.client.ServerProxy."):
        return HANDED
    return handed(package, rest.rpartition(".")[2]) if rest else None


def is_notable(name: str) -> bool:
    """Tell whether a dotted name stands for something that acts, or for a module of such things."""
    plain = canonical(name)
    if plain.partition(".")[0] in _ROOTS:
        return plain.partition(".")[0] not in _MOSTLY_QUIET or effect_of(plain) is not None
    return effect_of(plain) is not None


_MOSTLY_QUIET = frozenset(
    "os open pathlib json yaml toml tomli_w jsonpickle tkinter pkg_resources pdb trace "
    "profile".split()
)
"""Of these, few members act."""
_ROOTS = frozenset(name.partition(".")[0] for name in _ROWS) | HTTP_LIBRARIES
