"""What a policy requires of where files come from: the tables ``[[policy.provenance.require]]``.

::

    [[policy.provenance.require]]
    projects = ["acme-*", "requests"]   # names, and prefixes of names; "*" for all
    attestations = ["publish"]          # kinds that have to be there, verified
    signatures = 2                      # of different developers, by keys of their own
    first-use = true                    # who published first stays the publisher
    no-downgrade = true                 # attestations must not vanish
    otherwise = "refuse"                # or "hold"

    [[policy.provenance.require.identities]]
    repository = "acme/*"               # by GitHub, unless an issuer is named
    workflow = "release.yml"
    environment = "release"

- Every table whose projects cover a file's project has to be met, each for itself.
- What was not verified is not there: a requirement is never met by a check that was skipped.
- An identity names a repository, or the owner of one, or a subject: none means everybody.
- The environment is the index's word; certificates name none. A requirement of one is met by who
  can change what the index says.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from airlock.errors import InvalidPolicy, UsageError
from airlock.model import Decision, Outcome, ProjectName, Reason, Severity, Status
from airlock.model.name_patterns import covering
from airlock.model.provenance import Identity
from airlock.model.vouchers import Voucher, VoucherKind, vouchers
from airlock.policy.patterns import EVERY, patterns

ATTESTATIONS = "provenance-attestations"
"""The check without whose outcome nobody asked where a file comes from."""
_PUBLISHER = "provenance-publisher"
_DOWNGRADE = "provenance-downgrade"
_MOST_SIGNATURES = 20
_OWNED = "/*"

Kind = Literal["publish", "slsa-provenance"]


class IdentityPattern(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a policy trusts to publish.

    Raises:
        InvalidPolicy: if it means everybody, or names no issuer.
    """

    issuer: str = ""
    repository: str = ""
    """``owner/name``, or ``owner/*``; hosts fold letters."""
    workflow: str = ""
    """Empty: any of the repository."""
    environment: str = ""
    """Empty: any, or none."""
    subject: str = ""
    """Of an identity that is no workflow, such as an address."""

    def __post_init__(self) -> None:
        if bool(self.repository) == bool(self.subject):
            raise InvalidPolicy("identities: name a repository, or a subject; nobody is everybody")
        owner = self.repository.removesuffix(_OWNED)
        if self.repository and (EVERY in owner or not owner or owner != owner.strip("/")):
            raise InvalidPolicy(f"identities: {self.repository!r} is no owner/name, nor owner/*")
        if self.repository and "/" not in self.repository:
            raise InvalidPolicy(f"identities: {self.repository!r} is no owner/name, nor owner/*")
        if self.subject and not self.issuer:
            raise InvalidPolicy(
                f"identities: {self.subject!r} needs the issuer that vouches for it"
            )
        from airlock.model.publishing import check_issuer

        try:
            check_issuer(self.of_issuer)
        except UsageError as error:
            raise InvalidPolicy(f"identities: {error}", hint=error.hint) from error

    @property
    def of_issuer(self) -> str:
        """Who has to vouch for it; GitHub, if nobody is named."""
        from airlock.model.publishing import Provider

        return self.issuer or Provider.GITHUB.issuer

    def matches(self, identity: Identity) -> bool:
        """Tell whether a verified identity is this one."""
        if identity.issuer != self.of_issuer:
            return False
        if self.subject:
            return not identity.repository and identity.subject == self.subject
        given, wanted = identity.repository.lower(), self.repository.lower()
        owned = wanted.endswith(_OWNED) and given.startswith(wanted.removesuffix(EVERY))
        return (
            (owned or given == wanted)
            and self.workflow in {"", identity.workflow}
            and self.environment in {"", identity.environment}
        )

    @property
    def label(self) -> str:
        """One line for people."""
        parts = (self.repository or self.subject, self.workflow, self.environment)
        return ", ".join(part for part in parts if part)


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """What is required of the files of some projects.

    Raises:
        InvalidPolicy: if it is about no project, or requires nothing.
    """

    projects: tuple[str, ...]
    """Normalised patterns, sorted; ``*`` for all."""
    attestations: tuple[VoucherKind, ...] = ()
    identities: tuple[IdentityPattern, ...] = ()
    signatures: int = 0
    first_use: bool = False
    no_downgrade: bool = False
    otherwise: Decision = Decision.REFUSE

    def __post_init__(self) -> None:
        if not self.projects:
            raise InvalidPolicy("provenance.require: name the projects that it is about")
        if not 0 <= self.signatures <= _MOST_SIGNATURES:
            raise InvalidPolicy(f"provenance.require: from 0 to {_MOST_SIGNATURES} signatures")
        if self.otherwise is Decision.ADMIT:
            raise InvalidPolicy("provenance.require: otherwise is 'hold' or 'refuse'")
        asks = self.attestations or self.identities or self.signatures
        if not (asks or self.first_use or self.no_downgrade):
            raise InvalidPolicy("provenance.require: it requires nothing")

    def covers(self, projects: Collection[ProjectName]) -> bool:
        """Tell whether it is about a file of one of these projects."""
        if EVERY in self.projects:
            return True
        return any(not set(self.projects).isdisjoint(covering(one)) for one in projects)

    def objections(self, outcomes: Sequence[Outcome]) -> Iterator[str]:
        """Yield a sentence for everything that is required and not there."""
        given = list(vouchers(outcomes))
        yield from self._attested(given)
        keys = {voucher.key for voucher in given if voucher.kind.is_signature and voucher.key}
        if len(keys) < self.signatures:
            yield f"{self.signatures} signatures of developers are required, {len(keys)} are there"
        if self.first_use and not _answered(outcomes, _PUBLISHER):
            yield "the publisher has to stay the one that published first, and nobody could tell"
        elif self.first_use and (_spoke(outcomes, _PUBLISHER) or _spoke(outcomes, _DOWNGRADE)):
            yield "the publisher has to stay the one that published first"
        if self.no_downgrade and _spoke(outcomes, _DOWNGRADE):
            yield "releases without attestations after releases with them are not let in"

    def _attested(self, given: Sequence[Voucher]) -> Iterator[str]:
        wanted = self.attestations or ((VoucherKind.PUBLISH,) if self.identities else ())
        for kind in wanted:
            there = [voucher for voucher in given if voucher.kind is kind]
            if not there:
                yield f"an attestation of the kind {kind} is required, and none was verified"
            elif self.identities and not any(map(self._trusts, there)):
                wanted_of = "; ".join(one.label for one in self.identities)
                signers = "; ".join(sorted({one.identity.label for one in there}))
                yield f"{kind} has to be signed by {wanted_of}, and is by {signers}"

    def _trusts(self, voucher: Voucher) -> bool:
        return any(trusted.matches(voucher.identity) for trusted in self.identities)


def _answered(outcomes: Iterable[Outcome], check: str) -> bool:
    """Tell whether a check could say something, be it that there is nothing to object."""
    return any(
        outcome.check == check and outcome.status is not Status.SKIPPED for outcome in outcomes
    )


def _spoke(outcomes: Iterable[Outcome], check: str) -> bool:
    """Tell whether a check objected, or was not able to say that there is nothing to object."""
    return any(
        outcome.check == check
        and (
            outcome.status is Status.FAILED
            or any(finding.severity > Severity.INFO for finding in outcome.findings)
        )
        for outcome in outcomes
    )


def trusted(project: ProjectName, rules: Iterable[Requirement]) -> tuple[IdentityPattern, ...]:
    """Return whom rules trust to publish a project; nobody, where they say nothing of it."""
    return tuple(one for rule in rules if rule.covers([project]) for one in rule.identities)


def required(
    projects: Collection[ProjectName],
    outcomes: Sequence[Outcome],
    rules: Iterable[Requirement],
    expected: Collection[str],
) -> Iterator[Reason]:
    """Yield a reason for everything that rules require of a file and that is not there.

    Args:
        projects: whose file it is, by its index and by its own file name.
        outcomes: how the checks ended.
        rules: of the policy.
        expected: the checks that had to be asked; where they ask nobody who published the file,
            such as of a bare name, nothing is required.
    """
    if ATTESTATIONS not in expected:
        return
    for rule in rules:
        if rule.covers(projects):
            for objection in rule.objections(outcomes):
                yield Reason(rule.otherwise, "provenance", objection, ATTESTATIONS)


class IdentityTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One identity, as it is written."""

    issuer: str = ""
    repository: str = ""
    workflow: str = ""
    environment: str = ""
    subject: str = ""


class RequireTable(msgspec.Struct, rename="kebab", forbid_unknown_fields=True, kw_only=True):
    """One requirement, as it is written."""

    projects: list[str]
    attestations: list[Kind] = []
    identities: list[IdentityTable] = []
    signatures: int = 0
    first_use: bool = False
    no_downgrade: bool = False
    otherwise: Literal["hold", "refuse"] = "refuse"


class ProvenanceTable(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The table as it is written."""

    require: list[RequireTable] = []
    ask: bool = True


def requirements(table: ProvenanceTable) -> tuple[Requirement, ...]:
    """Return what the table says.

    Raises:
        InvalidPolicy: naming the setting that cannot be obeyed.
    """
    if table.require and not table.ask:
        raise InvalidPolicy("provenance: what is never asked for cannot be required")
    return tuple(map(_requirement, table.require))


def _requirement(table: RequireTable) -> Requirement:
    return Requirement(
        projects=patterns(table.projects, where="provenance.require"),
        attestations=tuple(dict.fromkeys(VoucherKind(kind) for kind in table.attestations)),
        identities=tuple(
            IdentityPattern(**msgspec.structs.asdict(one)) for one in table.identities
        ),
        signatures=table.signatures,
        first_use=table.first_use,
        no_downgrade=table.no_downgrade,
        otherwise=Decision.of_word(table.otherwise),
    )
