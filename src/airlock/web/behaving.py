"""What an artifact did in the sandbox, as the page of its verdict shows it."""

from collections.abc import Sequence
from typing import Any

from airlock.behaviour import Phase, Signal, Tier, Trace, judge
from airlock.report.detonations.scenes import processes, scenes
from airlock.report.detonations.timeline import timeline


def odd(signals: Sequence[Signal]) -> list[Signal]:
    """Return what it did that honest packages do not do."""
    return [one for one in signals if one.tier is not Tier.CONTEXT]


def behaviour_of(trace: Trace | None) -> dict[str, Any] | None:
    """Return what is shown of a trace; ``None`` if there is none."""
    if trace is None:
        return None
    told = scenes(trace)
    judgement = judge(trace)
    return {
        "header": trace.header,
        "gaps": judgement.gaps,
        "signals": odd(judgement.signals),
        "scenes": told,
        "chart": timeline(told),
        "trees": {phase: processes(trace, phase) for phase in Phase},
    }
