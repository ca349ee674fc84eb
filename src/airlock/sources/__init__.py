"""Where releases come from: an index, a folder, a requirements file.

``simple_index`` brings an HTTP client with it and is imported by whoever needs the network.
"""

from airlock.sources.interface import Index, Limits

__all__ = ["Index", "Limits"]
