"""Counts words."""

from collections import Counter


def count(text: str) -> Counter[str]:
    """Return how often each word is in a text."""
    return Counter(text.split())
