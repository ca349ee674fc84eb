"""A policy from TOML. Whatever is not understood is an error, never ignored.

::

    [policy]
    name = "payments team"
    refuse = { severity = "critical", confidence = "high" }
    hold = { severity = "high", confidence = "medium" }
    hold-score = 0.9
    deny = ["evil-pkg"]

    [policy.checks.name-lookalike]
    at-most = "hold"
"""

import tomllib
from typing import Any

import msgspec

from airlock.errors import InvalidName, InvalidPolicy
from airlock.model import Decision, ProjectName
from airlock.policy.rules import CheckRule, Policy, Threshold

_HINT = "The settings of a policy are described in docs/reference/policy.md."
_DECISIONS = ", ".join(decision.word for decision in Decision)


class _CheckTable(msgspec.Struct, rename="kebab", forbid_unknown_fields=True):
    at_least: str = "admit"
    at_most: str = "refuse"


class _PolicyTable(msgspec.Struct, rename="kebab", forbid_unknown_fields=True, kw_only=True):
    name: str
    refuse: Threshold | None = None
    hold: Threshold | None = None
    hold_score: float | None = None
    deny: list[str] = []
    checks: dict[str, _CheckTable] = {}


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    policy: _PolicyTable


def default_policy() -> Policy:
    """Return the policy of an installation that has none of its own."""
    return Policy()


def load_policy(text: str, *, origin: str, known_checks: frozenset[str]) -> Policy:
    """Return the policy that a TOML document describes.

    Args:
        text: the document.
        origin: where it came from, for messages.
        known_checks: the ids that rules may name.

    Raises:
        InvalidPolicy: naming the setting that cannot be obeyed; also if the document is empty.
    """
    try:
        table = msgspec.convert(tomllib.loads(text), _Document).policy
        policy = _policy(table)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, InvalidName) as error:
        raise InvalidPolicy(f"{origin}: {error}", hint=_HINT) from error
    unknown = sorted(set(policy.checks) - known_checks)
    if unknown:
        raise InvalidPolicy(f"{origin}: there is no check {unknown[0]!r}", hint=_HINT)
    if not 0.0 < policy.hold_score <= 1.0:
        raise InvalidPolicy(f"{origin}: hold-score must be above 0 and at most 1", hint=_HINT)
    return policy


def _policy(table: _PolicyTable) -> Policy:
    given: dict[str, Any] = {
        "name": table.name,
        "deny": frozenset(ProjectName(name) for name in table.deny),
        "checks": {check: _check_rule(check, rule) for check, rule in table.checks.items()},
    }
    for field in ("refuse", "hold", "hold_score"):
        if getattr(table, field) is not None:
            given[field] = getattr(table, field)
    return Policy(**given)


def _check_rule(check: str, table: _CheckTable) -> CheckRule:
    try:
        rule = CheckRule(Decision.of_word(table.at_least), Decision.of_word(table.at_most))
    except KeyError as error:
        raise InvalidPolicy(f"{check}: {error} is none of {_DECISIONS}", hint=_HINT) from error
    if rule.at_least > rule.at_most:
        raise InvalidPolicy(f"{check}: at-least is stricter than at-most", hint=_HINT)
    return rule
