"""Says what a trace means. Pure: no clock, no file, no chance.

Evidence has three tiers. *Proof*: a bait left the machine, a downloaded program ran, a document of
the user was destroyed. *Suspicion*: at installation, start-up or import something was sent, a
secret was read, or something was put where it runs again. *Context*: everything else, and whatever
happens only when a function is called.

- What dependencies did while they were installed and imported alone is theirs, and is taken away;
  so is what the previous release did, if the caller says so. Proof is never taken away.
- A trace with gaps is judged as far as it goes, and says what is missing.
"""

from collections.abc import Iterator

import msgspec

from airlock.behaviour.events import Ended, Lost, Phase, Trace
from airlock.behaviour.sightings import leaks, network, processes, touches
from airlock.behaviour.signals import Kind, Signal, Tier
from airlock.model import Decision

_SIGHTINGS = (leaks.see, network.see, touches.see, processes.see)
# A phase that ended by itself with another code did not do everything that users would see.
_NEEDED = (Phase.INSTALL, Phase.IMPORT)


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """What a trace means."""

    decision: Decision
    signals: tuple[Signal, ...]
    """The strongest first, then in the order of time."""
    gaps: tuple[str, ...] = ()
    """What could not be seen."""

    @property
    def tier(self) -> Tier:
        """The strongest signal's."""
        return max((signal.tier for signal in self.signals), default=Tier.CONTEXT)


def judge(trace: Trace, previous: Trace | None = None) -> Judgement:
    """Return the judgement of a trace.

    Args:
        trace: to be judged.
        previous: of the release before; what that did as well is no news.
    """
    signals = own_signals(trace)
    if previous is not None:
        known = {signal.deed(previous.header) for signal in own_signals(previous)}
        signals = tuple(
            signal
            for signal in signals
            if signal.tier is Tier.PROOF or signal.deed(trace.header) not in known
        )
    gaps = tuple(_gaps(trace))
    strongest = max((signal.tier.decision for signal in signals), default=Decision.ADMIT)
    return Judgement(
        decision=max(strongest, Decision.HOLD if gaps else Decision.ADMIT),
        signals=signals,
        gaps=gaps,
    )


def own_signals(trace: Trace) -> tuple[Signal, ...]:
    """Return what an artifact did, without what its dependencies did by themselves.

    The strongest come first, then it goes by time.
    """
    found = list(_signals(trace))
    theirs = {signal.identity for signal in found if signal.phase is Phase.PREPARE}
    own = [
        signal
        for signal in found
        if signal.phase is not Phase.PREPARE
        and (signal.tier is Tier.PROOF or signal.identity not in theirs)
    ]
    return tuple(sorted(own, key=lambda signal: (-signal.tier, signal.at)))


def _signals(trace: Trace) -> Iterator[Signal]:
    """Yield every signal, the first of its kind and object in each phase."""
    told: set[tuple[Phase, Kind, str]] = set()
    for see in _SIGHTINGS:
        for signal in see(trace):
            mark = (signal.phase, *signal.identity)
            if mark not in told:
                told.add(mark)
                yield signal


def _gaps(trace: Trace) -> Iterator[str]:
    ended = {event.phase: event for event in trace.events if isinstance(event, Ended)}
    for phase in _NEEDED:
        if phase not in ended:
            yield f"The phase {phase} did not take place."
    for phase, end in ended.items():
        if end.cut:
            yield f"The phase {phase} was ended after {end.seconds:.0f} s: {end.cut}."
        elif end.code and phase is Phase.INSTALL:
            yield f"It could not be installed: code {end.code}."
    for event in trace.events:
        if isinstance(event, Lost):
            yield f"{event.what} ({event.phase})."
