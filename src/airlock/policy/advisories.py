"""What a policy says about known vulnerabilities: the table ``[policy.advisories]``.

::

    [policy.advisories]
    max-age-days = 14           # an older database calls nothing clean
    required = true             # without a database, nothing is admitted
    refuse = "critical"         # a known vulnerability this bad, which a later version fixes
    hold = "high"
    without-fix = "admit"       # what at most comes of one that no later version fixes
    fail = "medium"             # the audit: less bad ones are told, and do not fail it
    fail-without-fix = false
    fail-unimported = false     # those in distributions that the project does not import

- Malware is refused whatever is written here: nothing in this table is about it.
- What nobody rated counts as ``medium``; what is known to be exploited as ``critical``.
"""

import datetime as dt
from typing import Literal

import msgspec

from airlock.errors import InvalidPolicy
from airlock.model import Decision, Severity
from airlock.model.advisory import Advisory
from airlock.policy.ignoring import Ignore, IgnoreTable, ignores

MALWARE = "advisory-malware"
VULNERABLE = "advisory-vulnerable"
UNFIXED = "advisory-unfixed"
CHECKS = frozenset({MALWARE, VULNERABLE, UNFIXED})
"""The checks that know advisories; the last two say nothing about anybody's intent."""

_MOST_DAYS = 36_500

Bound = Severity | Literal["never"]


class AdvisoryRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What comes of known vulnerabilities."""

    max_age_days: int = 14
    """An update a week may fail once."""
    required: bool = False
    refuse: Bound = Severity.CRITICAL
    hold: Bound = "never"
    without_fix: Decision = Decision.ADMIT
    fail: Severity = Severity.INFO
    fail_without_fix: bool = True
    fail_unimported: bool = True
    ignore: tuple[Ignore, ...] = ()
    """Vulnerabilities that somebody answers for, in audits."""

    @property
    def max_age(self) -> dt.timedelta:
        """How old a database may be."""
        return dt.timedelta(days=self.max_age_days)

    def of_release(self, severity: Severity, *, fixed: bool) -> Decision:
        """Return what a known vulnerability does to a release at the gate."""
        decision = Decision.ADMIT
        if self.refuse != "never" and severity >= self.refuse:
            decision = Decision.REFUSE
        elif self.hold != "never" and severity >= self.hold:
            decision = Decision.HOLD
        return decision if fixed else min(decision, self.without_fix)

    def of_dependency(self, advisory: Advisory, *, imported: bool | None) -> Decision:
        """Return whether an audit fails for it: ``refuse``, or ``admit``.

        Args:
            advisory: that is about a dependency.
            imported: whether the project imports anything of it; ``None`` if nobody can tell.
        """
        if advisory.malware:
            return Decision.REFUSE
        tolerated = (
            advisory.gravity < self.fail
            or (not advisory.fixed_in and not self.fail_without_fix)
            or (imported is False and not self.fail_unimported)
        )
        return Decision.ADMIT if tolerated else Decision.REFUSE


class AdvisoryTable(msgspec.Struct, rename="kebab", forbid_unknown_fields=True, kw_only=True):
    """The table as it is written."""

    max_age_days: int | None = None
    required: bool | None = None
    refuse: str | None = None
    hold: str | None = None
    without_fix: str | None = None
    fail: Severity | None = None
    fail_without_fix: bool | None = None
    fail_unimported: bool | None = None
    ignore: list[IgnoreTable] | None = None


def rules_of(table: AdvisoryTable, origin: str) -> AdvisoryRules:
    """Return what the table says.

    Raises:
        InvalidPolicy: naming the setting that cannot be obeyed.
    """
    given = {
        name: value for name, value in msgspec.structs.asdict(table).items() if value is not None
    }
    for name in ("refuse", "hold"):
        if name in given:
            given[name] = _bound(name, given[name])
    given["ignore"] = ignores(table.ignore or (), origin)
    if "without_fix" in given:
        given["without_fix"] = _decision(given["without_fix"])
    if not 1 <= given.get("max_age_days", 1) <= _MOST_DAYS:
        raise InvalidPolicy(f"advisories.max-age-days must be from 1 to {_MOST_DAYS}")
    return AdvisoryRules(**given)


def _bound(name: str, word: str) -> Bound:
    if word == "never":
        return "never"
    try:
        return Severity(word)
    except ValueError as error:
        raise InvalidPolicy(f"advisories.{name}: {word!r} is no severity, nor 'never'") from error


def _decision(word: str) -> Decision:
    try:
        return Decision.of_word(word)
    except KeyError as error:
        raise InvalidPolicy(f"advisories.without-fix: {word!r} is no decision") from error
