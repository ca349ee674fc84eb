"""What a door is asked, what it answers, and what else has a say in the answer.

Each function takes a ruling and returns one at least as strict; a waiver alone returns its own.
"""

import datetime as dt
from collections.abc import Sequence

import msgspec

from airlock.advising import Advice
from airlock.model import Decision, ProjectName, Sha256, Verdict
from airlock.model.name_verdict import NameVerdict
from airlock.model.ownership import Holding
from airlock.model.waiver import Waiver
from airlock.store.hosting import Sight


class Asked(msgspec.Struct, frozen=True):
    """What a door is asked about: some bytes under a file name, of a project, from a source."""

    sha256: Sha256
    filename: str
    project: ProjectName
    source: str | None
    """The URL of the index that offers it; ``None``: this one."""
    uploaded: dt.datetime | None = None
    """When its index received it, as that says; ``None``: nobody says."""
    sight: Sight | None = None
    """When it was first seen here."""
    withdrawn: str = ""
    """Why its project offers no files at all; empty if it does."""

    @property
    def key(self) -> tuple[Sha256, str, ProjectName, str | None]:
        """What tells it from others: not what is known of it besides."""
        return self.sha256, self.filename, self.project, self.source


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """What the door says of one artifact."""

    asked: Asked
    decision: Decision | None
    """``None``: never judged."""
    current: bool = False
    """Judged by today's checks and today's policy, or decided by a person or the deny list."""
    headline: str = "not examined yet"
    """One line for a person."""
    waiver: Waiver | None = None
    holding: Holding
    """To whom the project belongs."""
    of_name: bool = False
    """It was the name that decided, whatever is in the file."""
    advised: bool = False
    """It was what is publicly known of the release that decided."""
    unsure: bool = False
    """It is held because nobody can say what is known of the release: a listing names it all the
    same, so that its address can say so."""
    until: dt.datetime | None = None
    """When it may change by itself, in UTC; ``None`` if it does not."""

    @property
    def serves(self) -> bool:
        """Whether the bytes may be handed out."""
        return self.current and self.decision is Decision.ADMIT

    @property
    def lists(self) -> bool:
        """Whether a listing may name the file."""
        return self.decision is None or self.decision is Decision.ADMIT or self.unsure


def waived(ruling: Ruling, waiver: Waiver) -> Ruling:
    """Return what a waiver makes of a ruling."""
    headline = f"{waiver.decision.word}: waived by {waiver.by}: {waiver.reason}"
    return msgspec.structs.replace(
        ruling,
        decision=waiver.decision,
        headline=headline,
        waiver=waiver,
        until=waiver.expires_at,
    )


def spared(ruling: Ruling, rest: Verdict, waivers: Sequence[Waiver]) -> Ruling:
    """Return what is left of a ruling once the findings of some checks count for nothing.

    Args:
        ruling: by the verdict.
        rest: the verdict without them.
        waivers: of these checks, the newest first.
    """
    if rest.decision >= (ruling.decision or Decision.ADMIT):
        return ruling
    newest = waivers[0]
    if rest.decision is Decision.ADMIT:
        ruling = waived(ruling, newest)
    else:
        ruling = msgspec.structs.replace(
            ruling, decision=rest.decision, headline=rest.headline, waiver=newest
        )
    return msgspec.structs.replace(ruling, until=min(one.expires_at for one in waivers))


def by_advice(ruling: Ruling, advice: Advice) -> Ruling:
    """Return a ruling at least as strict as what is known of the release asks for."""
    known = ruling.decision if ruling.current else None
    if advice.decision <= (known or Decision.ADMIT):
        return ruling
    return msgspec.structs.replace(
        ruling,
        decision=advice.decision,
        headline=advice.headline,
        current=True,
        of_name=False,
        advised=True,
        unsure=advice.blind,
    )


def by_name(ruling: Ruling, verdict: NameVerdict) -> Ruling:
    """Return a ruling at least as strict as that on the name: then nothing is fetched.

    The verdict on the file may be older than the lists of names that speak against it today.
    """
    known = ruling.decision if ruling.current else None
    if verdict.decision <= (known or Decision.ADMIT):
        return ruling
    return msgspec.structs.replace(
        ruling, decision=verdict.decision, headline=verdict.headline, current=True, of_name=True
    )
