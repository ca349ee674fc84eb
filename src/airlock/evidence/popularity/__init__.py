"""Which projects are so well known that others imitate their names."""

from airlock.evidence.popularity.interface import Popularity

__all__ = ["Popularity"]
