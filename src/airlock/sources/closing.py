"""What holds connections that are given back at the end of an ``async with``."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Closing(ABC):
    """Is closed at the end of an ``async with``."""

    @abstractmethod
    async def aclose(self) -> None:
        """Give back connections; nothing can be asked any more."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.aclose()
