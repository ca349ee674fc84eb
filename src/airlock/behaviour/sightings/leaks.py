"""Baits that left the machine, and who and where the user is."""

from collections.abc import Iterator

from airlock.behaviour.bait import Bait
from airlock.behaviour.events import Asked, Event, Looked, Phase, Sent, Trace
from airlock.behaviour.leaks import find_leaks
from airlock.behaviour.signals import Kind, Signal, Tier

_LONGEST_EVIDENCE = 2_000
# Mail and greetings of protocols name the machine by their rules.
_GREETS = ("EHLO ", "HELO ", "USER ", "NICK ")


def see(trace: Trace) -> Iterator[Signal]:
    """Yield a signal for everything private that was seen to leave."""
    header = trace.header
    baits = {bait.token: bait for bait in header.baits}
    people = {header.host: "the name of the machine", header.user: "the name of the user"}
    tokens = [*baits, *(name for name in people if name)]
    for event, where, data in _sent(trace):
        for leak in find_leaks(data, tokens):
            how = "" if leak.coding == "plain" else f", as {leak.coding}"
            bait = baits.get(leak.token)
            if bait is not None:
                yield _stolen(event, bait, where, how, data)
            elif not data.startswith(tuple(map(str.encode, _GREETS))):
                yield _told(event, people[leak.token], where, how, data)


def _sent(trace: Trace) -> Iterator[tuple[Event, str, bytes]]:
    labels: dict[tuple[Phase, str], tuple[Looked, list[str]]] = {}
    for event in trace.events:
        if isinstance(event, Asked):
            head = "\n".join(f"{name}: {value}" for name, value in event.headers)
            text = f"{event.method} {event.url}\n{head}\n\n"
            yield event, event.url[:200], text.encode() + event.body
        elif isinstance(event, Sent):
            yield event, f"{event.name or event.address} port {event.port}", event.data
        elif isinstance(event, Looked):
            zone = ".".join(event.name.split(".")[-2:])
            first, names = labels.setdefault((event.phase, zone), (event, []))
            if event.name not in names:
                names.append(event.name)
            yield event, f"the name server of {zone}", event.name.encode()
    for (_, zone), (first, names) in labels.items():
        if len(names) > 1:
            # A secret in several names: their first labels, one after the other.
            joined = "".join(name.partition(".")[0] for name in names)
            yield first, f"the name server of {zone}", joined.encode()


def _stolen(event: Event, bait: Bait, where: str, how: str, data: bytes) -> Signal:
    return Signal(
        kind=Kind.LEAK,
        tier=Tier.PROOF,
        phase=event.phase,
        message=f"It sent {bait.name}{_place(bait)} to {where}{how}.",
        evidence=_shown(data),
        at=event.at,
        pid=event.pid,
        key=bait.path or bait.variable,
    )


def _told(event: Event, what: str, where: str, how: str, data: bytes) -> Signal:
    return Signal(
        kind=Kind.IDENTITY,
        tier=Tier.PROOF if event.phase.early else Tier.SUSPICION,
        phase=event.phase,
        message=f"It sent {what} to {where}{how}.",
        evidence=_shown(data),
        at=event.at,
        pid=event.pid,
        key=what,
    )


def _place(bait: Bait) -> str:
    return f" (~/{bait.path})" if bait.path else ""


def _shown(data: bytes) -> str:
    return data[:_LONGEST_EVIDENCE].decode("utf-8", "backslashreplace")
