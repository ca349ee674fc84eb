"""Who asks, and what they may do: the port and its adapters."""

from airlock.gate.access.interface import Access, Credentials

__all__ = ["Access", "Credentials"]
