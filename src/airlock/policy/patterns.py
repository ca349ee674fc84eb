"""Which projects a rule is about: patterns of names, or all."""

from collections.abc import Iterable

from airlock.errors import InvalidName, InvalidPolicy
from airlock.model.name_patterns import NamePattern

EVERY = "*"
"""Stands for all projects."""


def patterns(texts: Iterable[str], *, where: str) -> tuple[str, ...]:
    """Return patterns of names, normalised and sorted; ``*`` for all.

    Args:
        texts: as the policy has them.
        where: the table that they are in.

    Raises:
        InvalidPolicy: if one is no pattern.
    """
    return tuple(sorted({_pattern(text, where) for text in texts}))


def _pattern(text: str, where: str) -> str:
    if text == EVERY:
        return text
    try:
        return str(NamePattern(text))
    except InvalidName as error:
        raise InvalidPolicy(f"{where}: {error}") from error
