"""What a project depends on, read from any of the files that say so; one module per format."""

from airlock.sources.dependencies.detection import read_dependencies
from airlock.sources.dependencies.installed import read_environment

__all__ = ["read_dependencies", "read_environment"]
