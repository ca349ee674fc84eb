"""What a call does to the world, by the canonical name of what is called."""

from functools import lru_cache

from airlock.syntax.catalogue.files import FILES
from airlock.syntax.catalogue.network import HTTP_LIBRARIES, HTTP_ROWS, NETWORK
from airlock.syntax.catalogue.processes import PROCESSES
from airlock.syntax.catalogue.rows import Effect

_ROWS: dict[str, Effect] = {**PROCESSES, **NETWORK, **FILES}


@lru_cache(maxsize=16_384)
def effect_of(name: str) -> Effect | None:
    """Return what a call of this canonical name does, or ``None`` if nothing is known of it."""
    known = _ROWS.get(name)
    if known is not None:
        return known
    package, _, rest = name.partition(".")
    if package in HTTP_LIBRARIES and rest:
        return HTTP_ROWS.get(rest.rpartition(".")[2])
    return None
