"""What several checks ask of an artifact: made on first use, once, whatever came of it.

A reading that failed is not made again. Each check that asks for it fails alike, and an artifact on
which a reading stumbles late costs that reading once, not once for each check.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Made = TypeVar("Made")


class shared(Generic[Made]):  # noqa: N801 - used as ``property`` is
    """Decorates a method; what it returns or raises is the same from then on."""

    def __init__(self, make: Callable[[Any], Made]) -> None:
        self._make = make
        self._name = make.__name__
        self._failure = f"{make.__name__} failed"
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, subject: None, owner: type | None = None) -> "shared[Made]": ...

    @overload
    def __get__(self, subject: object, owner: type | None = None) -> Made: ...

    def __get__(self, subject: object, owner: type | None = None) -> "Made | shared[Made]":
        if subject is None:
            return self
        # Shadows this descriptor, which has no ``__set__``: the next look-up ends there.
        kept = subject.__dict__
        failed: Exception | None = kept.get(self._failure)
        if failed is not None:
            raise failed
        try:
            made = kept[self._name] = self._make(subject)
        except Exception as error:
            kept[self._failure] = error
            raise
        return made
