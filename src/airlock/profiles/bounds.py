"""Keeps a profile small and encodable, whatever the artifact holds."""

from collections.abc import Iterable
from typing import TypeVar

from airlock.model import wire

T = TypeVar("T")


def plain(text: str, longest: int) -> str:
    """Return the text, cut; lone surrogates, which no encoding has, become escapes."""
    if text.isascii():
        return text[:longest]
    return text[:longest].encode("utf-8", "backslashreplace").decode()[:longest]


def fit(values: Iterable[T], most_bytes: int) -> tuple[tuple[T, ...], bool]:
    """Return as many of the values, from the first, as fit on the wire; and whether all did."""
    kept: list[T] = []
    left = most_bytes
    for value in values:
        left -= len(wire.encode(value)) + 1
        if left < 0:
            return tuple(kept), False
        kept.append(value)
    return tuple(kept), True
