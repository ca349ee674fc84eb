"""What the tests of the readers ask."""

from pathlib import Path

from airlock.model import Dependency, Inventory
from airlock.sources.dependencies import read_dependencies


def read(folder: Path, name: str, text: str | bytes) -> Inventory:
    """Write a file and return what it says."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    (inventory,) = read_dependencies(path)
    return inventory


def only(folder: Path, name: str, text: str | bytes) -> Dependency:
    """Write a file and return the one dependency in it."""
    (dependency,) = read(folder, name, text).dependencies
    return dependency


def pins(inventory: Inventory) -> list[tuple[str, str | None]]:
    """Return names and versions."""
    return [(one.name, one.version) for one in inventory.dependencies]
