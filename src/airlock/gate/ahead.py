"""Vets what a client is likely to want next when it asks for a listing, for a bounded time.

- So that the first listing already leaves out what is refused: a resolver that finds a bad release
  listed stops at it; one that does not find it takes the release before.
- Of a project with one release nothing is vetted ahead: there is nothing to fall back to, and the
  reason of a refusal reaches people at the file, not in a listing (docs/decisions/0006).
- A release is compared with the admitted one before it. Where nothing of a project is admitted yet,
  the older of the newest releases are vetted first, so that looking ahead takes no measure away.
- What is not done in time goes on, and counts in the next listing.
"""

import asyncio
import contextlib
from collections.abc import Sequence

from airlock.errors import AirlockError
from airlock.gate.clients import Client, newest_releases
from airlock.gate.door import Ruling
from airlock.gate.intake import Intake
from airlock.model import ListedFile
from airlock.policy.rules import VetAhead

Ruled = tuple[ListedFile, Ruling]
_TO_FALL_BACK = 2
# Of a file: what takes minutes to fetch is not done in seconds.
_LARGEST_BYTES = 64 * 1024**2


class Ahead:
    """Vets ahead.

    Args:
        intake: vets.
        rule: how much, and how long a listing waits.
    """

    def __init__(self, intake: Intake, rule: VetAhead) -> None:
        self._intake = intake
        self._rule = rule

    async def vet(self, ruled: Sequence[Ruled], client: Client) -> bool:
        """Vet the newest releases, one after the other, until one is let in or the time is up.

        Args:
            ruled: the files of a project, as the door rules on them now.
            client: who asks.

        Returns:
            Whether anything was judged.
        """
        listed = {file: ruling for file, ruling in ruled if ruling.lists}
        releases = newest_releases(list(listed))
        if len(releases) < _TO_FALL_BACK or not self._rule.versions or not self._rule.wait:
            return False
        best = (client.best(files) for files in releases)
        wanted = [(file, listed[file]) for file in best if file is not None]
        wanted = wanted[: self._rule.versions]
        measured = any(ruling.serves for ruling in listed.values())
        if not any(not ruling.current for _, ruling in wanted):
            return False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._rule.wait.total_seconds()):
                if measured:
                    await self._until_admitted(wanted)
                else:
                    await self._all(wanted[::-1])
        return True

    async def _until_admitted(self, wanted: Sequence[Ruled]) -> None:
        for file, ruling in wanted:
            if (await self._judged(file, ruling)).serves:
                return

    async def _all(self, wanted: Sequence[Ruled]) -> None:
        for file, ruling in wanted:
            await self._judged(file, ruling)

    async def _judged(self, file: ListedFile, before: Ruling) -> Ruling:
        if before.current or (file.size or 0) > _LARGEST_BYTES:
            return before
        try:
            return await asyncio.shield(self._intake.begin(before.asked))
        except AirlockError:
            # Who asks for the file will be told.
            return before
