"""Secrets that were read, places where code runs again, documents that were destroyed."""

from collections.abc import Iterator

from airlock.behaviour.bait import Bait
from airlock.behaviour.events import Event, Header, Phase, Touch, Touched, Trace
from airlock.behaviour.places import at_home, is_noise, runs_again
from airlock.behaviour.signals import Kind, Signal, Tier

_CHANGES = frozenset({Touch.WRITE, Touch.DELETE, Touch.RENAME, Touch.LINK, Touch.MODE})
# An installer writes what a package declares; whether it may is a question to the archive.
_DECLARED = ("Python",)


def see(trace: Trace) -> Iterator[Signal]:
    """Yield a signal for every file that a package has no business with."""
    baits = {f"~/{bait.path}": bait for bait in trace.header.baits if bait.path}
    for event in trace.events:
        if isinstance(event, Touched) and not event.failed:
            yield from _of(event, trace.header, baits)


def _of(event: Touched, header: Header, baits: dict[str, Bait]) -> Iterator[Signal]:
    path = at_home(event.path, header.home)
    target = at_home(event.to, header.home) if event.to else path
    bait = baits.get(path)
    if bait is not None:
        yield from _of_bait(event, bait, path)
    elif event.how in _CHANGES:
        whom = runs_again(target)
        if whom and not (whom in _DECLARED and event.phase is Phase.INSTALL):
            yield _persistence(event, target, whom)
        elif not is_noise(target) and not target.startswith(header.tree):
            yield _signal(event, Kind.WRITE, Tier.CONTEXT, f"It changed {target}.", target)


def _of_bait(event: Touched, bait: Bait, path: str) -> Iterator[Signal]:
    if event.how is Touch.READ:
        if bait.secret:
            tier = Tier.SUSPICION if event.phase.early else Tier.CONTEXT
            yield _signal(event, Kind.SECRET, tier, f"It read {bait.name} ({path}).", path)
        return
    verb = {Touch.DELETE: "deleted", Touch.RENAME: "moved"}.get(event.how, "overwrote")
    if event.how is not Touch.MODE:
        message = f"It {verb} {bait.name} ({path})."
        yield _signal(event, Kind.DESTRUCTION, Tier.PROOF, message, path)


def _persistence(event: Event, path: str, whom: str) -> Signal:
    tier = Tier.SUSPICION if event.phase.early else Tier.CONTEXT
    message = f"It put something where {whom} will run it again ({path})."
    return _signal(event, Kind.PERSISTENCE, tier, message, path)


def _signal(event: Event, kind: Kind, tier: Tier, message: str, key: str) -> Signal:
    return Signal(
        kind=kind,
        tier=tier,
        phase=event.phase,
        message=message,
        at=event.at,
        pid=event.pid,
        key=key,
    )
