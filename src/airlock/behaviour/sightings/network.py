"""Names looked up, connections, requests; and whether what was fetched was run."""

import ipaddress
from collections.abc import Iterator

from airlock.behaviour.events import (
    PROGRAM,
    Asked,
    Connected,
    Event,
    Looked,
    Marked,
    Phase,
    Reached,
    Sent,
    Trace,
)
from airlock.behaviour.signals import Kind, Signal, Tier

_LONGEST_EVIDENCE = 600
_NAME_SERVERS = 53  # the port; which names were asked for is told apart


def see(trace: Trace) -> Iterator[Signal]:
    """Yield a signal for everything that went to the network, and for fetched code that ran.

    Of one exchange the last step is told: a request, or else the connection, or else the question
    for a name.
    """
    asked: Asked | None = None
    reached = {(e.address, e.port) for e in trace.events if isinstance(e, Reached | Sent)}
    names = {(e.phase, e.name) for e in trace.events if isinstance(e, Reached | Sent)}
    spoken = {_spoken_to(event) for event in trace.events if isinstance(event, Asked | Sent)}
    for event in trace.events:
        match event:
            case Asked():
                asked = event if event.answered == PROGRAM else asked
                yield _contact(event, f"It asked for {event.url[:200]}", event.url, _request(event))
            case Sent():
                place = f"{event.name or event.address}:{event.port}"
                text = event.data[:_LONGEST_EVIDENCE].decode("utf-8", "backslashreplace")
                yield _contact(event, f"It sent {len(event.data):,} bytes to {place}", place, text)
            case Reached() if (event.phase, event.name or event.address) not in spoken:
                place = f"{event.name or event.address}:{event.port}"
                yield _contact(event, f"It connected to {place}", place)
            case Looked() if (event.phase, event.name) not in names:
                yield _contact(event, f"It looked up {event.name}", event.name)
            case Connected() if (event.address, event.port) not in reached:
                if event.port != _NAME_SERVERS and not _is_inside(event.address):
                    place = f"{event.address}:{event.port}"
                    yield _contact(event, f"It tried to connect to {place}", place)
            case Marked():
                yield _ran(event, asked)
            case _:
                continue


def _spoken_to(event: Asked | Sent) -> tuple[Phase, str]:
    if isinstance(event, Sent):
        return event.phase, event.name or event.address
    host = event.url.partition("://")[2].partition("/")[0]
    return event.phase, host.partition(":")[0]


def _contact(event: Event, what: str, key: str, evidence: str = "") -> Signal:
    return Signal(
        kind=Kind.NETWORK,
        tier=Tier.SUSPICION if event.phase.early else Tier.CONTEXT,
        phase=event.phase,
        message=f"{what}.",
        evidence=evidence,
        at=event.at,
        pid=event.pid,
        key=key.partition("?")[0],
    )


def _request(event: Asked) -> str:
    head = "\n".join(f"{name}: {value}" for name, value in event.headers)
    body = event.body[:_LONGEST_EVIDENCE].decode("utf-8", "backslashreplace")
    return f"{event.method} {event.url}\n{head}\n\n{body}".strip()


def _ran(event: Marked, asked: Asked | None) -> Signal:
    return Signal(
        kind=Kind.DOWNLOAD_RUN,
        tier=Tier.PROOF,
        phase=event.phase,
        message="It ran a program that it had downloaded"
        + (f" from {asked.url[:200]}." if asked else "."),
        evidence=_request(asked) if asked else "",
        at=event.at,
        pid=event.pid,
        key=asked.url if asked else "",
    )


def _is_inside(address: str) -> bool:
    """Tell whether an address is the machine's own, or a place to ask for a name."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return True
