"""What a gate has handed out, as something to audit: one dependency for each who got a file."""

from collections.abc import Iterable

from airlock.errors import InvalidFilename
from airlock.model import Dependency, Inventory
from airlock.model.serving import Serving


def served_inventory(servings: Iterable[Serving], origin: str) -> Inventory:
    """Return who got which release.

    Args:
        servings: of a gate.
        origin: what to call it.
    """
    # Wheels and the source of one release are one dependency of who got them.
    found = {(one.key[0], _version(one), one.to_whom): one for one in servings}
    return Inventory(
        origin=origin,
        kind="served files",
        dependencies=tuple(_dependency(one) for _, one in sorted(found.items())),
    )


def _version(serving: Serving) -> str:
    try:
        return serving.version.replace("_", "-")
    except InvalidFilename:
        return ""


def _dependency(serving: Serving) -> Dependency:
    version = _version(serving)
    return Dependency(
        project=serving.project,
        version=version or None,
        path=f"served to {serving.to_whom}, last on {serving.last_served:%Y-%m-%d}",
        requirement=serving.filename,
        hashes=(f"sha256:{serving.sha256}",),
        unauditable="" if version else f"{serving.filename} has no version in its name",
    )
