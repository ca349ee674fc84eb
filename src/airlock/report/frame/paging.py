"""A long list cut into pages, by number."""

from typing import Self
from urllib.parse import urlencode

import msgspec


class Pages(msgspec.Struct, frozen=True, kw_only=True):
    """Where a page is in its list, and the way to the others."""

    told: str
    """For a person: ``51 to 100``."""
    before: str = ""
    """The address of the page before; empty on the first."""
    after: str = ""
    """The address of the next page; empty on the last."""
    back: str = "Previous"
    """What the way to the page before is called."""

    @classmethod
    def of(cls, path: str, query: dict[str, str], *, number: int, size: int, more: bool) -> Self:
        """Return where a page is.

        Args:
            path: of the list.
            query: what was asked, without the number of the page.
            number: of the page, from 1.
            size: how many there are on it.
            more: whether there is a page after it.
        """

        def at(page: int) -> str:
            return _address(path, query | {"page": str(page) if page > 1 else ""})

        return cls(
            told=f"Page {number:,}, {size:,} shown",
            before=at(number - 1) if number > 1 else "",
            after=at(number + 1) if more else "",
        )

    @classmethod
    def since(
        cls, path: str, query: dict[str, str], *, size: int, last: int | None, first: bool
    ) -> Self:
        """Return where a page is in a list that grows at its top, and is walked down by numbers.

        Args:
            path: of the list.
            query: what was asked, without the place.
            size: how many there are on the page.
            last: the number of the last row; ``None`` if nothing follows.
            first: whether it is the first page.
        """
        return cls(
            told=f"{size:,} shown, the newest first",
            before="" if first else _address(path, query),
            after=_address(path, query | {"before": str(last)}) if last is not None else "",
            back="Newest",
        )


def _address(path: str, query: dict[str, str]) -> str:
    asked = urlencode({name: value for name, value in query.items() if value})
    return f"{path}?{asked}" if asked else path
