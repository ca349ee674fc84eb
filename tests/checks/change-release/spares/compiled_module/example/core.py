"""Counts words."""

from collections import Counter

try:
    from example import _speedups
except ImportError:
    _speedups = None


def count(text: str) -> Counter[str]:
    """Return how often each word is in a text."""
    return Counter(text.split())
