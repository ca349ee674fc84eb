"""To whom a name belongs: to this index or to one upstream, and never to two.

- Every name has exactly one owner: ``Ownership.of`` is total, and what nobody claimed belongs to
  the upstream that the gate asks.
- An exact claim beats one by prefix, and of prefixes the longest wins.
- What this index hosts belongs to it, whatever else is said; a prefix that is reserved later for an
  organisation gives it no rights to what was hosted before (PEP 752, "Uploads").
- What the gate noted by itself ("first seen") gives way to whatever a person said, before or after:
  who reserves ``acme-*`` also takes back what an upstream had slipped in under it.
- Claims are only ever added. The latest word of a person on a pattern decides; of what was first
  seen, the first since then: of two gates that see a name at once, one binds it.
"""

import datetime as dt
import enum
from collections.abc import Iterable
from functools import cached_property

import msgspec

from airlock.errors import UsageError
from airlock.model.identity import ProjectName
from airlock.model.name_patterns import NamePattern, covering


class Owner(msgspec.Struct, frozen=True):
    """This index, or one upstream."""

    upstream: str | None = None
    """The base URL of the upstream, without credentials; ``None``: this index."""

    @property
    def here(self) -> bool:
        """Whether it is this index: such a name is never asked of any upstream."""
        return self.upstream is None

    @property
    def word(self) -> str:
        """What machines read: ``here``, or the URL."""
        return self.upstream or "here"

    def __str__(self) -> str:
        return self.upstream or "this index"


HERE = Owner()


class Origin(enum.StrEnum):
    """How a claim came about."""

    CLAIMED = "claimed"
    """A person said so."""
    RELEASED = "released"
    """A person took a claim back."""
    HOSTED = "hosted"
    """Somebody uploaded a release here."""
    FIRST_SEEN = "first seen"
    """The gate served the name from an upstream for the first time."""


_SPOKEN = {Origin.CLAIMED, Origin.RELEASED}
_OF_ONE_NAME = {Origin.HOSTED, Origin.FIRST_SEEN}


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded word about to whom a name, or all names with a prefix, belong.

    Raises:
        UsageError: if the person or the reason is missing, the time has no zone, or pattern,
            origin and owner contradict each other.
    """

    pattern: NamePattern
    origin: Origin
    owner: Owner = HERE
    """Without meaning if it is a release."""
    organisation: str = ""
    """Who may upload under the pattern; empty: whoever the wider pattern says, else everybody who
    may upload here at all."""
    by: str
    """The person, or ``the gate``."""
    reason: str
    at: dt.datetime
    """In UTC."""

    def __post_init__(self) -> None:
        for what, text in (("person", self.by), ("reason", self.reason)):
            if not text.strip():
                raise UsageError(f"a claim on a name needs a {what}")
            if not text.isprintable():
                # It stands in listings, logs and the reason phrases of responses.
                raise UsageError(f"the {what} of a claim is one line of text")
        if not self.organisation.isprintable():
            raise UsageError("the organisation of a claim is one line of text")
        if self.at.utcoffset() is None:
            raise UsageError("the time of a claim has no time zone")
        if self.origin in _OF_ONE_NAME:
            self._require_one_name()
        elif self.pattern.is_prefix and not self.owner.here:
            raise UsageError(
                f"a prefix can only be reserved for this index, not for {self.owner}",
                hint="Claim the single name for the upstream: an exact claim beats a prefix.",
            )

    def _require_one_name(self) -> None:
        if self.pattern.is_prefix:
            raise UsageError(f"{self.pattern} is a prefix; only one name can be {self.origin}")
        if self.owner.here is not (self.origin is Origin.HOSTED):
            raise UsageError(f"a name that is {self.origin} cannot belong to {self.owner}")


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """To whom one name belongs, and why."""

    project: ProjectName
    owner: Owner
    claim: Claim | None = None
    """That decided; ``None``: nobody claimed the name."""
    organisation: str = ""
    """Who may upload, by the claim that decided or a wider one."""

    @property
    def since(self) -> dt.datetime | None:
        """When the claim was made, in UTC; ``None`` if nobody claimed the name."""
        return self.claim.at if self.claim else None

    @property
    def why(self) -> str:
        """One sentence for a person, without its full stop."""
        if self.claim is None:
            return "nobody claimed the name, and unclaimed names are asked of the upstream"
        told = {
            Origin.CLAIMED: f"{self.claim.by} claimed {self.claim.pattern}",
            Origin.HOSTED: f"{self.claim.by} uploaded it here",
            Origin.FIRST_SEEN: "it was first served from there",
        }
        return f"{told[self.claim.origin]}: {self.claim.reason}"


class Namespace(msgspec.Struct, frozen=True):
    """A reserved prefix that a project falls under, as the simple API tells it (PEP 752)."""

    name: str
    """Without the star: ``acme`` for ``acme-*``."""
    owned: bool
    """The project belongs to whom the prefix is reserved for."""


class UploadRuling(msgspec.Struct, frozen=True):
    """Whether a release of a project may be uploaded here; a refusal is HTTP 409 (PEP 752)."""

    allowed: bool
    reason: str
    """One sentence for the uploader."""
    holding: Holding


class Ownership:
    """Says to whom names belong, from the claims on them.

    Args:
        claims: at least all that cover the names that it will be asked about, the oldest first.
        default: the owner of names that nobody claimed: the upstream that the gate asks.
    """

    def __init__(self, claims: Iterable[Claim], default: Owner) -> None:
        self.claims = tuple(claims)
        self._default = default

    def of(self, project: ProjectName) -> Holding:
        """Return to whom a project belongs."""
        patterns = covering(project)
        said = [self._said[pattern] for pattern in patterns if pattern in self._said]
        if said and said[0].origin is Origin.HOSTED:
            said = [one for one in said if self._place(one) <= self._place(said[0])]
        seen = self._seen.get(patterns[0])
        claim = next(iter(said), seen)
        return Holding(
            project=project,
            owner=claim.owner if claim else self._default,
            claim=claim,
            organisation=next((one.organisation for one in said if one.organisation), ""),
        )

    def namespaces(self, project: ProjectName) -> tuple[Namespace, ...]:
        """Return the reserved prefixes that a project falls under, the narrowest first."""
        owner = self.of(project).owner
        patterns = (pattern for pattern in covering(project) if pattern.is_prefix)
        found = ((pattern, self._said.get(pattern)) for pattern in patterns)
        return tuple(
            Namespace(pattern.stem, claim.owner == owner) for pattern, claim in found if claim
        )

    def may_upload(
        self, project: ProjectName, organisation: str, *, upstream_has_it: bool
    ) -> UploadRuling:
        """Rule on whether an account may upload a release of a project here.

        Args:
            project: the name, perhaps a new one.
            organisation: for which the account acts; empty if for none.
            upstream_has_it: whether the upstream has a project of that name. Whoever cannot know
                says ``True``: a name must not be taken away from its owner unseen.
        """
        holding = self.of(project)
        if not holding.owner.here and (holding.claim is not None or upstream_has_it):
            reason = f"{project} belongs to {holding.owner}: its releases cannot be uploaded here"
            return UploadRuling(allowed=False, reason=reason, holding=holding)
        if holding.organisation and _folded(holding.organisation) != _folded(organisation):
            reason = f"{project} is reserved for {holding.organisation}"
            return UploadRuling(allowed=False, reason=reason, holding=holding)
        return UploadRuling(allowed=True, reason=f"{project} belongs here", holding=holding)

    def _place(self, claim: Claim) -> int:
        """Return where a claim stands among all: later claims have higher numbers."""
        return self._places[id(claim)]

    @cached_property
    def _places(self) -> dict[int, int]:
        return {id(claim): place for place, claim in enumerate(self.claims)}

    @cached_property
    def _said(self) -> dict[NamePattern, Claim]:
        """The claims in force that stand above what was only seen."""
        # The first upload: it decides which prefixes were reserved before it.
        hosted = {c.pattern: c for c in reversed(self.claims) if c.origin is Origin.HOSTED}
        latest = {c.pattern: c for c in self.claims if c.origin in _SPOKEN}
        claimed = {p: c for p, c in latest.items() if c.origin is Origin.CLAIMED}
        return claimed | hosted

    @cached_property
    def _seen(self) -> dict[NamePattern, Claim]:
        """What was first seen since a person last spoke about the very name."""
        seen: dict[NamePattern, Claim] = {}
        for claim in self.claims:
            if claim.origin is Origin.FIRST_SEEN:
                seen.setdefault(claim.pattern, claim)
            elif claim.origin in _SPOKEN:
                seen.pop(claim.pattern, None)
        return seen

    def in_force_on(self, pattern: NamePattern) -> Claim | None:
        """Return the claim in force on this very pattern."""
        return self._said.get(pattern) or self._seen.get(pattern)

    def in_force(self) -> tuple[Claim, ...]:
        """Return the claims in force, one for each pattern, sorted by pattern."""
        return tuple(c for _, c in sorted((self._seen | self._said).items()))


def _folded(organisation: str) -> str:
    return " ".join(organisation.split()).casefold()
