"""A policy from TOML. Whatever is not understood is an error, never ignored.

::

    [policy]
    name = "payments team"
    refuse = { severity = "critical", confidence = "high" }
    hold = { severity = "high", confidence = "medium" }
    hold-score = 0.9
    agreement = "refuse"
    support = { severity = "medium", confidence = "high" }
    deny = ["evil-pkg"]

    [policy.checks.name-lookalike]
    at-most = "hold"

    [policy.advisories]
    refuse = "high"
    [policy.age]
    uploaded = "7 days"
    exempt = ["acme-*"]

    [policy.review]
    two-persons = ["refused", "project"]
    longest = "90 days"
    [[policy.provenance.require]]
    projects = ["acme-*"]
    attestations = ["publish"]

    [[policy.openpgp]]
    projects = ["acme-*"]
    fingerprints = ["…"]
    certificates = ["keys/ada.asc"]

    [[policy.suppress]]
    check = "code-download-run"
    path = "*/tools/fetch_fonts.py"
    reason = "fetches fonts from our own host"
    expires = 2027-05-01
"""

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from airlock.errors import InvalidName, InvalidPolicy
from airlock.model import Decision, ProjectName
from airlock.model.name_patterns import NamePattern
from airlock.policy.advisories import MALWARE, AdvisoryTable, rules_of
from airlock.policy.age import AgeRule
from airlock.policy.durations import duration
from airlock.policy.guard import GuardRules, checked
from airlock.policy.openpgp import PinTable, pins
from airlock.policy.provenance import ProvenanceTable, requirements
from airlock.policy.review import ReviewTable, review_rules
from airlock.policy.rules import CheckRule, Policy, Threshold, VetAhead
from airlock.policy.suppression_tables import SuppressTable, suppressions

T = TypeVar("T")

_HINT = "The settings of a policy are described in docs/reference/policy.md."
_DECISIONS = ", ".join(decision.word for decision in Decision)


class _CheckTable(msgspec.Struct, rename="kebab", forbid_unknown_fields=True):
    at_least: str = "admit"
    at_most: str = "refuse"


class _AgeTable(msgspec.Struct, rename="kebab", forbid_unknown_fields=True, kw_only=True):
    uploaded: str = "0 days"
    first_seen: str = "0 days"
    not_after: dt.datetime | None = None
    exempt: list[str] = []
    exempt_fixes: bool = False


class _VetAheadTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    wait: str = "3 seconds"
    versions: Annotated[int, msgspec.Meta(ge=0, le=20)] = 3
    dependencies: bool = True


class _PolicyTable(msgspec.Struct, rename="kebab", forbid_unknown_fields=True, kw_only=True):
    name: str
    refuse: Threshold | None = None
    hold: Threshold | None = None
    hold_score: float | None = None
    agreement: str | None = None
    support: Threshold | None = None
    detonate: Literal["never", "held"] = "never"
    deny: list[str] = []
    checks: dict[str, _CheckTable] = {}
    advisories: AdvisoryTable = msgspec.field(default_factory=AdvisoryTable)
    suppress: list[SuppressTable] = []
    provenance: ProvenanceTable = msgspec.field(default_factory=ProvenanceTable)
    openpgp: list[PinTable] = []
    age: _AgeTable = msgspec.field(default_factory=_AgeTable)
    vet_ahead: _VetAheadTable = msgspec.field(default_factory=_VetAheadTable)
    review: ReviewTable = msgspec.field(default_factory=ReviewTable)


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    policy: _PolicyTable
    guard: GuardRules = GuardRules()


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
    return _read(text, origin, lambda found: _policy(found.policy, origin, known_checks))


def load_guard_rules(text: str, *, origin: str) -> GuardRules:
    """Return what a policy file says about the guard.

    Raises:
        InvalidPolicy: naming the setting that cannot be obeyed.
    """
    return _read(text, origin, lambda found: checked(found.guard))


def _read(text: str, origin: str, take: Callable[[_Document], T]) -> T:
    import tomllib

    try:
        return take(msgspec.convert(tomllib.loads(text), _Document))
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, InvalidPolicy) as error:
        raise InvalidPolicy(f"{origin}: {error}", hint=_HINT) from error
    except RecursionError as error:
        raise InvalidPolicy(f"{origin}: nested too deeply", hint=_HINT) from error


def _policy(table: _PolicyTable, origin: str, known_checks: frozenset[str]) -> Policy:
    given: dict[str, Any] = {
        "name": _name(table.name),
        "deny": frozenset(map(_denied, table.deny)),
        "checks": {
            check: _check_rule(check, rule, known_checks) for check, rule in table.checks.items()
        },
        "advisories": rules_of(table.advisories, origin),
        "suppress": suppressions(table.suppress, origin, known_checks),
        "provenance": requirements(table.provenance),
        "ask_provenance": table.provenance.ask,
        "openpgp": pins(table.openpgp),
        "age": _age(table.age),
        "vet_ahead": VetAhead(
            wait=duration("vet-ahead.wait", table.vet_ahead.wait),
            versions=table.vet_ahead.versions,
            dependencies=table.vet_ahead.dependencies,
        ),
        "detonate": table.detonate == "held",
        "review": review_rules(table.review),
    }
    if table.hold_score is not None:
        given["hold_score"] = _score(table.hold_score)
    if table.agreement is not None:
        given["agreement"] = _decision("agreement", table.agreement)
    for field in ("refuse", "hold", "support"):
        if getattr(table, field) is not None:
            given[field] = getattr(table, field)
    return Policy(**given)


def _age(table: _AgeTable) -> AgeRule:
    return AgeRule(
        uploaded=duration("age.uploaded", table.uploaded),
        first_seen=duration("age.first-seen", table.first_seen),
        not_after=table.not_after,
        exempt=frozenset(map(_pattern, table.exempt)),
        exempt_fixes=table.exempt_fixes,
    )


def _pattern(text: str) -> NamePattern:
    try:
        return NamePattern(text)
    except InvalidName as error:
        raise InvalidPolicy(f"age.exempt: {error}") from error


def _name(text: str) -> str:
    if not (text.strip() and text.isprintable()):
        raise InvalidPolicy("name must be one line of text: it stands in every verdict")
    return text


def _denied(text: str) -> ProjectName:
    try:
        return ProjectName(text)
    except InvalidName as error:
        raise InvalidPolicy(f"deny: {error}") from error


def _score(value: float) -> float:
    if not 0.0 < value <= 1.0:
        raise InvalidPolicy("hold-score must be above 0 and at most 1")
    return value


def _check_rule(check: str, table: _CheckTable, known_checks: frozenset[str]) -> CheckRule:
    if check not in known_checks:
        raise InvalidPolicy(f"checks: there is no check {check!r}")
    if check == MALWARE:
        raise InvalidPolicy(f"checks.{check}: known malware is refused whatever a policy says")
    rule = CheckRule(
        _decision(f"checks.{check}.at-least", table.at_least),
        _decision(f"checks.{check}.at-most", table.at_most),
    )
    if rule.at_least > rule.at_most:
        raise InvalidPolicy(f"checks.{check}: at-least is stricter than at-most")
    return rule


def _decision(setting: str, word: str) -> Decision:
    try:
        return Decision.of_word(word)
    except KeyError as error:
        raise InvalidPolicy(f"{setting}: {word!r} is none of {_DECISIONS}") from error
