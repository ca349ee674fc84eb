"""Answers everything that goes to the network, and tells what it was.

Every name has an address, every address has every service: HTTP with and without TLS, mail, and
whatever else speaks first. Nothing of it leaves the cell.
"""

from airlock.detonation.sinkhole.serving import LoopbackSinkhole

__all__ = ["LoopbackSinkhole"]
