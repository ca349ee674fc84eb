"""The JSON document of ``detonate``, as ``scan``'s with what was seen beside the verdict."""

from collections.abc import Sequence
from typing import Any

import msgspec

from airlock import __version__
from airlock.behaviour import Comparison, Signal
from airlock.model import PolicyVersion
from airlock.report.detonations.results import Detonated, decision_of
from airlock.report.json import SCHEMA, target_document
from airlock.report.results import Unexamined


def render_json(results: Sequence[Detonated | Unexamined], policy: PolicyVersion) -> str:
    """Return the document, indented, with a final line feed."""
    document = {
        "schema": SCHEMA,
        "tool": {"name": "airlock", "version": __version__},
        "policy": {"name": policy.name, "version": policy.version},
        "targets": [_target(result) for result in results],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _target(result: Detonated | Unexamined) -> dict[str, Any]:
    if isinstance(result, Unexamined):
        return target_document(result) | {"behaviour": None}
    header = result.trace.header
    known = target_document(result.verdict) if result.verdict else {}
    return {
        "filename": header.filename,
        "sha256": header.sha256,
        **known,
        "decision": decision_of(result).word,
        "behaviour": {
            "tier": result.judgement.tier.word,
            "profile": header.profile,
            "python": header.python,
            "began": header.began,
            "seconds": result.seconds,
            "gaps": list(result.judgement.gaps),
            "notes": list(result.notes),
            "signals": [_signal(signal) for signal in result.judgement.signals],
            "comparison": _comparison(result.comparison),
            "events": [msgspec.to_builtins(event) for event in result.trace.events],
        },
    }


def _comparison(comparison: Comparison | None) -> dict[str, Any] | None:
    if comparison is None:
        return None
    return {
        "previous": comparison.previous,
        "new": [_signal(signal) for signal in comparison.new],
        "gone": [_signal(signal) for signal in comparison.gone],
        "same": [_signal(signal) for signal in comparison.same],
    }


def _signal(signal: Signal) -> dict[str, Any]:
    return {
        "kind": signal.kind,
        "tier": signal.tier.word,
        "phase": signal.phase,
        "message": signal.message,
        "evidence": signal.evidence,
        "at": signal.at,
        "pid": signal.pid,
    }
