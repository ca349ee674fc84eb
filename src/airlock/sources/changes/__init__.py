"""How one learns of what changed at an index: its changelog, its feeds, its serials, or by asking.

Importing this package costs nothing; its adapters bring httpx with them.
"""

from airlock.sources.changes.interface import Batch, Changes

__all__ = ["Batch", "Changes"]
