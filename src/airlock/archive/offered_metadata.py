"""The core metadata of an artifact as an index may hand it on (PEP 658), or nothing.

- METADATA of a wheel, PKG-INFO of a source distribution, byte by byte: what an installer would
  find in it. Nothing where it is not certain which file that is, or where it is oddly large.
- The PKG-INFO of a source distribution is offered beside it only if it binds whoever builds it:
  from version 2.2 on, and with nothing that a resolver asks for left open (PEP 643, ``Dynamic``).
"""

import re

from airlock.archive.core_metadata import CoreMetadata

LARGEST_BYTES = 4 * 1024**2
"""The longest real ones have less than one."""
_RESOLVED = {"requires-dist", "requires-python", "provides-extra"}
_DYNAMIC_SINCE = (2, 2)
_VERSION = re.compile(r"([0-9]{1,3})\.([0-9]{1,3})", re.ASCII)


def certain_metadata(metadata: CoreMetadata) -> bytes | None:
    """Return the bytes of the metadata, if it is certain which they are."""
    if not metadata.present or len(metadata.raw) > LARGEST_BYTES:
        return None
    ambiguous = any("could be" in problem for problem in metadata.problems)
    return None if ambiguous else metadata.raw


def binds_builders(raw: bytes) -> bool:
    """Tell whether a wheel built from a source distribution will have the same dependencies."""
    from packaging.metadata import parse_email

    try:
        fields, _ = parse_email(raw)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # The email package has not promised what it raises at hostile headers.
        return False
    found = _VERSION.fullmatch(fields.get("metadata_version", ""))
    if found is None or (int(found[1]), int(found[2])) < _DYNAMIC_SINCE:
        return False
    return not _RESOLVED.intersection(field.lower() for field in fields.get("dynamic", []))
