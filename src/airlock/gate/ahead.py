"""Vets what a client is likely to want next when it asks for a listing, for a bounded time.

- So that the first listing already leaves out what is refused: a resolver that finds a bad release
  listed stops at it; one that does not find it takes the release before.
- Of a project with one release nothing is vetted ahead: there is nothing to fall back to, and the
  reason of a refusal reaches people at the file, not in a listing (docs/decisions/0006).
- The release that a client would take comes first, older ones only if it is not let in. It is
  compared with the admitted one before it: where nothing of a project is admitted yet, one that is
  older by a week is fetched beside it and examined before it, to be its measure.
- What is not done in time goes on, and counts in the next listing.
"""

import asyncio
import contextlib
import datetime as dt
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from airlock.errors import AirlockError
from airlock.gate.clients import Client, newest_releases
from airlock.gate.ruling import Ruling
from airlock.model import ListedFile
from airlock.policy.in_force import InForce
from airlock.policy.rules import VetAhead

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

    from airlock.gate.intake import Intake

Ruled = tuple[ListedFile, Ruling]
Begun = list["asyncio.Task[Ruling]"]
_TO_FALL_BACK = 2
# Of a file: what takes minutes to fetch is not done in seconds.
_LARGEST_BYTES = 64 * 1024**2
# Of releases, for one that is a measure.
_LOOKED_AT = 12
_APART = dt.timedelta(days=7)


class Ahead:
    """Vets ahead.

    Args:
        intake: vets.
        in_force: the policy, which says how much, and how long a listing waits.
    """

    def __init__(self, intake: "Intake", in_force: InForce) -> None:
        self._intake = intake
        self._in_force = in_force

    @property
    def _rule(self) -> VetAhead:
        return self._in_force.last.vet_ahead

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
        best = filter(None, map(client.best, releases))
        fit = [(file, listed[file]) for file in itertools.islice(best, _LOOKED_AT)]
        wanted = fit[: self._rule.versions]
        if all(ruling.current for _, ruling in wanted):
            return []
        known = any(ruling.serves for ruling in listed.values())
        measure = None if known else _measure(fit)
        begun: Begun = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._rule.wait.total_seconds()):
                await self._until_admitted(wanted, measure, begun)
        return begun

    async def _until_admitted(
        self, wanted: Sequence[Ruled], measure: Ruled | None, begun: Begun
    ) -> None:
        before = self._begin(measure) if measure else None
        for one in wanted:
            task = before if one is measure else self._begin(one, after=before)
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


def _measure(fit: Sequence[Ruled]) -> Ruled | None:
    """Return what the newest release is compared with, where nothing is admitted yet.

    Not simply the one before: who takes a project over often publishes several in a row.
    """
    (newest, _), *older = fit
    for one in older:
        uploaded = one[0].upload_time
        if newest.upload_time and uploaded and newest.upload_time - uploaded >= _APART:
            return one
    return older[-1] if older else None


async def _is_admitted(one: Ruled, task: "asyncio.Task[Ruling] | None") -> bool:
    if task is None:
        return one[1].serves
    try:
        return (await asyncio.shield(task)).serves
    except AirlockError:
        # Who asks for the file will be told.
        return False
