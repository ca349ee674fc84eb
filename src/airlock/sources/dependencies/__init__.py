"""What a project depends on, read from any of the files that say so; one module per format."""

from airlock.sources.dependencies.detection import (
    lock_of,
    read_dependencies,
    tells_dependencies,
)
from airlock.sources.dependencies.entries import NOT_PINNED
from airlock.sources.dependencies.installed import read_environment

__all__ = [
    "NOT_PINNED",
    "lock_of",
    "read_dependencies",
    "read_environment",
    "tells_dependencies",
]
