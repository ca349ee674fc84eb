"""Vets what a client is likely to want next when it asks for a listing, for a bounded time.

- So that the first listing already leaves out what is refused: a resolver that finds a bad release
  listed stops at it; one that does not find it takes the release before.
- Of a project with one release nothing is vetted ahead: there is nothing to fall back to, and the
  reason of a refusal reaches people at the file, not in a listing (docs/decisions/0006).
- The release that a client would take comes first. It is compared with the admitted one before it:
  where nothing of a project is admitted yet, that one is fetched beside it and examined before it,
  so that looking ahead takes no measure away. Older ones follow only if it is not let in.
- What is not done in time goes on, and counts in the next listing.
"""

import asyncio
import contextlib
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from airlock.errors import AirlockError
from airlock.gate.clients import Client, newest_releases
from airlock.gate.ruling import Ruling
from airlock.model import ListedFile
from airlock.policy.rules import VetAhead

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

    from airlock.gate.intake import Intake

Ruled = tuple[ListedFile, Ruling]
Begun = list["asyncio.Task[Ruling]"]
_TO_FALL_BACK = 2
# Of a file: what takes minutes to fetch is not done in seconds.
_LARGEST_BYTES = 64 * 1024**2


class Ahead:
    """Vets ahead.

    Args:
        intake: vets.
        rule: how much, and how long a listing waits.
    """

    def __init__(self, intake: "Intake", rule: VetAhead) -> None:
        self._intake = intake
        self._rule = rule

    async def expect(self) -> None:
        """Get ready to vet, while a listing is still asked for."""
        if self._rule.versions and self._rule.wait:
            await self._intake.expect()

    async def vet(
        self, ruled: Sequence[Ruled], client: Client, fitting: "SpecifierSet | None" = None
    ) -> Begun:
        """Vet the newest releases until one is let in or the time is up.

        Args:
            ruled: the files of a project, as the door rules on them now.
            client: who asks.
            fitting: versions that are wanted; all without it.

        Returns:
            What was begun, the release that the client would take first; empty if there was
            nothing to do.
        """
        listed = {file: ruling for file, ruling in ruled if ruling.lists}
        releases = newest_releases(list(listed), fitting)
        if len(releases) < _TO_FALL_BACK or not self._rule.versions or not self._rule.wait:
            return []
        best = (client.best(files) for files in releases)
        some = itertools.islice(filter(None, best), self._rule.versions)
        wanted = [(file, listed[file]) for file in some]
        if all(ruling.current for _, ruling in wanted):
            return []
        measured = any(ruling.serves for ruling in listed.values())
        begun: Begun = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._rule.wait.total_seconds()):
                await self._until_admitted(wanted, begun, measured=measured)
        return begun

    async def _until_admitted(
        self, wanted: Sequence[Ruled], begun: Begun, *, measured: bool
    ) -> None:
        measure = self._begin(wanted[1]) if not measured and len(wanted) > 1 else None
        for place, one in enumerate(wanted):
            task = measure if place == 1 and measure else self._begin(one, after=measure)
            if task is not None:
                begun.append(task)
            if await _is_admitted(one, task):
                return

    def _begin(
        self, one: Ruled, *, after: "asyncio.Task[Ruling] | None" = None
    ) -> "asyncio.Task[Ruling] | None":
        file, ruling = one
        if ruling.current or (file.size or 0) > _LARGEST_BYTES:
            return None
        return self._intake.begin(ruling.asked, after=after)


async def _is_admitted(one: Ruled, task: "asyncio.Task[Ruling] | None") -> bool:
    if task is None:
        return one[1].serves
    try:
        return (await asyncio.shield(task)).serves
    except AirlockError:
        # Who asks for the file will be told.
        return False
