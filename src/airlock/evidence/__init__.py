"""Facts that checks may ask for: each a port with adapters, one of which works offline."""

from airlock.evidence.facts import Facts

__all__ = ["Facts"]
