"""What a package did while it was watched, and what that means.

Values and pure functions only: a trace is judged here without privileges, on any machine, again and
again. Where traces come from is ``airlock.detonation``'s matter.

- A trace is a header and events in the order of time; what was lost on the way is an event, too.
- The judge knows nothing but the trace: the same log gives the same judgement (``replay``).
"""

from airlock.behaviour.bait import Bait, make_baits
from airlock.behaviour.comparison import Comparison, compare
from airlock.behaviour.events import Event, Header, Phase, Trace
from airlock.behaviour.judge import Judgement, judge
from airlock.behaviour.signals import Signal, Tier

__all__ = [
    "Bait",
    "Comparison",
    "Event",
    "Header",
    "Judgement",
    "Phase",
    "Signal",
    "Tier",
    "Trace",
    "compare",
    "judge",
    "make_baits",
]
