"""What one release does that another did not: two traces side by side."""

import msgspec

from airlock.behaviour.events import Trace
from airlock.behaviour.judge import own_signals
from airlock.behaviour.signals import Kind, Signal


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two traces, by what was done. Each deed is in one of the three; the strongest come first."""

    previous: str
    """The name of the file that the older trace is of."""
    new: tuple[Signal, ...]
    """As the newer trace shows it; proof that both have is in ``same``."""
    gone: tuple[Signal, ...]
    """As the older trace shows it."""
    same: tuple[Signal, ...]
    """As the newer trace shows it."""


def compare(previous: Trace, trace: Trace) -> Comparison:
    """Return what became of the deeds of a release in the next one."""
    old, new = _deeds(previous), _deeds(trace)
    return Comparison(
        previous=previous.header.filename,
        new=tuple(signal for deed, signal in new.items() if deed not in old),
        gone=tuple(signal for deed, signal in old.items() if deed not in new),
        same=tuple(signal for deed, signal in new.items() if deed in old),
    )


def _deeds(trace: Trace) -> dict[tuple[Kind, str], Signal]:
    """Return the strongest and first signal of everything that was done."""
    deeds: dict[tuple[Kind, str], Signal] = {}
    for signal in own_signals(trace):
        deeds.setdefault(signal.deed(trace.header), signal)
    return deeds
