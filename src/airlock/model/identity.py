"""Names that identify: a project by its normalised name, bytes by their SHA-256.

Both are strings, so that they go into URLs, tables and JSON as they are; neither can be made from
anything invalid, and neither can be spelled in two ways.
"""

import hashlib
import re
from typing import Self

from airlock.errors import InvalidName

# The name grammar of the core metadata specification (PEP 508, "Names").
_NAME = re.compile(r"[A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9]", re.IGNORECASE | re.ASCII)
_SEPARATORS = re.compile(r"[-_.]+")
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
# Longer names exist in no index; the bound keeps look-alike arithmetic cheap.
_LONGEST_NAME = 214


class ProjectName(str):
    """A project's name, normalised by PEP 503; every spelling of it gives the same value.

    Raises:
        InvalidName: if the text is not a project name at all.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Normalise and validate a name."""
        if isinstance(text, cls):
            return text
        if len(text) > _LONGEST_NAME or not _NAME.fullmatch(text):
            raise InvalidName(
                f"{text[:80]!r} is not a project name",
                hint="Names have ASCII letters, digits, '.', '-' and '_', and end in a letter "
                "or digit.",
            )
        return super().__new__(cls, _SEPARATORS.sub("-", text).lower())


class Sha256(str):
    """A SHA-256 in lower-case hexadecimal: 64 characters.

    Raises:
        InvalidName: if the text is not one.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Validate a digest."""
        if isinstance(text, cls):
            return text
        lowered = text.lower()
        if not _SHA256.fullmatch(lowered):
            raise InvalidName(f"{text[:80]!r} is not a SHA-256 in hexadecimal")
        return super().__new__(cls, lowered)

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Return the digest of some bytes."""
        return cls(hashlib.sha256(data).hexdigest())
