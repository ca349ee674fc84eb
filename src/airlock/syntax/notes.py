"""What the machines saw, told once: the same act seen on several ways is one act."""

import msgspec

from airlock.archive.declared import Declared
from airlock.syntax.facts import Act, Gap, Mention, Oddity

_MOST_TEXTS = 12
"""Of one call: a loop over a list of addresses shows so many of them."""
_MOST_MENTIONS = 2_000
_MOST_GAPS = 200
_MOST_REQUIREMENTS = 2_000


class Notes:
    """Collects facts of one program."""

    def __init__(self) -> None:
        self.mentions: list[Mention] = []
        self.oddities: list[Oddity] = []
        self.gaps: list[Gap] = []
        self._requirements: dict[Declared, None] = {}
        self._acts: dict[tuple[object, ...], Act] = {}
        self._texts: dict[tuple[object, ...], int] = {}

    def acts(self) -> tuple[Act, ...]:
        """Return every act once, in the order in which it was first seen."""
        return tuple(self._acts.values())

    def requirements(self) -> tuple[Declared, ...]:
        """Return every requirement once, in the order in which it was first seen."""
        return tuple(self._requirements)

    def need(self, requirement: Declared) -> None:
        """Take note of a requirement."""
        if len(self._requirements) < _MOST_REQUIREMENTS:
            self._requirements[requirement] = None

    def act(self, act: Act) -> None:
        """Take note of an act; of the same act, the strongest context and all sources count."""
        place = (act.deed, act.path, act.line, act.target)
        key = (*place, act.text)
        known = self._acts.get(key)
        if known is None:
            count = self._texts.get(place, 0)
            if count >= _MOST_TEXTS:
                return
            self._texts[place] = count + 1
            self._acts[key] = act
        elif known != act:
            self._acts[key] = _merged(known, act)

    def mention(self, mention: Mention) -> None:
        """Take note of a literal."""
        if len(self.mentions) < _MOST_MENTIONS:
            self.mentions.append(mention)

    def gap(self, gap: Gap) -> None:
        """Take note of code that was not looked at."""
        if len(self.gaps) < _MOST_GAPS:
            self.gaps.append(gap)


def _merged(first: Act, second: Act) -> Act:
    return msgspec.structs.replace(
        first,
        context=max(first.context, second.context),
        sources=tuple(sorted({*first.sources, *second.sources}))[:64],
        evidence=max(first.evidence, second.evidence, key=len),
        options=first.options | second.options,
    )
