"""Versions of PEP 440, where a text may be none."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.version import Version


@lru_cache(maxsize=65536)
def parsed_version(text: str) -> "Version | None":
    """Return the version that a text is; ``None`` if it is none of PEP 440."""
    from packaging.version import InvalidVersion, Version

    try:
        return Version(text)
    except InvalidVersion:
        return None
