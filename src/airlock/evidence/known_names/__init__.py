"""Names with a history: taken down for malware, fished, mistyped or invented."""

from airlock.evidence.known_names.interface import Kind, KnownName, KnownNames

__all__ = ["Kind", "KnownName", "KnownNames"]
