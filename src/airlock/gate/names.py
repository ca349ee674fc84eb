"""What the gate knows of a name: to whom it belongs, and whether its checks let it in.

- Whom a name belongs to is asked of the store every time: a claim holds from the moment that it is
  recorded, whichever process recorded it.
- A verdict on a name is made anew when its checks, its policy or the day change, and every hour,
  for the lists of known names change, too. It is recorded where it differs from the last one, and
  only for names that an upstream has: nobody fills the store by asking for inventions.
- How long the upstream has had a name is asked of the listing that is kept: it decides about names
  that are neither clearly imitations nor clearly none.
- A name that an upstream has, and that may be served, is bound to that upstream at that moment.
"""

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

import msgspec
import structlog

from airlock.errors import NameTaken
from airlock.model import Decision, ProjectListing, ProjectName
from airlock.model.access import Principal
from airlock.model.name_patterns import NamePattern
from airlock.model.name_verdict import NameVerdict
from airlock.model.ownership import Claim, Holding, Origin, Owner, Ownership
from airlock.model.waiver import Waiver
from airlock.naming import NameVetting
from airlock.policy import Policy
from airlock.report import one_line
from airlock.store import Store

_log = structlog.get_logger("airlock.gate")
_LOGGED_CHARACTERS = 300

_FRESH = dt.timedelta(hours=1)
# Of names; a verdict without findings takes about 1 KiB.
_REMEMBERED = 10_000
_THE_GATE = "the gate"

_T = TypeVar("_T")


class _Known(NamedTuple):
    """A verdict, and what it rests on."""

    verdict: NameVerdict
    since: dt.datetime | None
    """The age of the project."""
    policy: Policy


class NameRuling(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate says of one name."""

    holding: Holding
    verdict: NameVerdict
    waiver: Waiver | None = None

    @property
    def project(self) -> ProjectName:
        """The name."""
        return self.verdict.project

    @property
    def decision(self) -> Decision:
        """The waiver's if there is one, else the verdict's."""
        return self.waiver.decision if self.waiver else self.verdict.decision

    @property
    def headline(self) -> str:
        """One line for a person."""
        if self.waiver is None:
            return self.verdict.headline
        return f"{self.decision.word}: waived by {self.waiver.by}: {self.waiver.reason}"

    @property
    def serves(self) -> bool:
        """Likewise, as of ``Ruling``."""
        return self.admits

    @property
    def until(self) -> dt.datetime | None:
        """When it may change by itself, in UTC; ``None`` if it does not."""
        return self.waiver.expires_at if self.waiver else None

    @property
    def admits(self) -> bool:
        """Whether the name itself lets anything be served."""
        return self.decision is Decision.ADMIT


class Names:
    """Rules on names.

    Args:
        store: of claims, verdicts and waivers.
        vetting: judges names.
        upstreams: the URLs of the indexes that the gate asks, without credentials, in the order in
            which they are asked for names that nobody claimed.
        clock: gives the time in UTC.
    """

    def __init__(
        self,
        store: Store,
        vetting: NameVetting,
        upstreams: Sequence[str],
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._store = store
        self._vetting = vetting
        self._upstreams = tuple(map(Owner, upstreams))
        self._clock = clock
        self._known: dict[ProjectName, _Known] = {}
        self._recorded: dict[ProjectName, NameVerdict] = {}
        self._turn = threading.Lock()

    def holding(self, project: ProjectName) -> Holding:
        """Return to whom a name belongs."""
        return self.ownership(project).of(project)

    def ownership(self, project: ProjectName) -> Ownership:
        """Return what decides about a name."""
        return Ownership(self._store.claims_on(project), self._upstreams[0])

    def in_force(self, claims: Iterable[Claim]) -> tuple[Claim, ...]:
        """Return which of all claims hold."""
        return Ownership(claims, self._upstreams[0]).in_force()

    def upstreams(self, holding: Holding) -> tuple[str, ...]:
        """Return the upstreams that may be asked for a name, in their order.

        Of a name that somebody has it is that one; else all of them, until one has it.
        """
        asked = self._upstreams if holding.claim is None else (holding.owner,)
        return tuple(one.word for one in asked if one in self._upstreams)

    def owns(self, holding: Holding, source: str) -> bool:
        """Tell whether files of a name may come from an upstream."""
        return source in self.upstreams(holding)

    def ruling(self, project: ProjectName, listing: ProjectListing | None = None) -> NameRuling:
        """Return to whom a name belongs and whether its checks let it in.

        Args:
            project: the name.
            listing: the upstream's, just fetched; without one, that which is kept tells its age.
        """
        verdict = self.verdict(project, listing)
        asked = verdict.decision is not Decision.ADMIT
        return self._ruling(verdict, self._store.waivers(self._clock()) if asked else ())

    def ruling_as_if(self, project: ProjectName, waivers: Sequence[Waiver]) -> NameRuling:
        """Return what ``ruling`` would if these were the waivers that hold, the newest first."""
        return self._ruling(self.verdict(project), waivers)

    def _ruling(self, verdict: NameVerdict, waivers: Sequence[Waiver]) -> NameRuling:
        project, waiver = verdict.project, None
        if verdict.decision is not Decision.ADMIT and not verdict.denied:
            waiver = next((one for one in waivers if one.is_about_name(project)), None)
        return NameRuling(holding=self.holding(verdict.project), verdict=verdict, waiver=waiver)

    def verdict(self, project: ProjectName, listing: ProjectListing | None = None) -> NameVerdict:
        """Return today's verdict on a name, without waivers; the arguments are as of ``ruling``."""
        now, policy = self._clock(), self._vetting.policy
        known = self._known.get(project)
        if known is not None and known.policy is policy and _is_fresh(known.verdict, now):
            if listing is None or listing.first_upload == known.since:
                return known.verdict
        elif listing is None:
            listing = self._kept_listing(project)
        since = listing.first_upload if listing else None
        known = _Known(self._vetting.verdict(project, now=now, since=since), since, policy)
        self._remember(self._known, project, known)
        return known.verdict

    def _kept_listing(self, project: ProjectName) -> ProjectListing | None:
        asked = self.upstreams(self.holding(project))
        kept = (self._store.listing(upstream, project) for upstream in asked)
        return next((listing for listing in kept if listing), None)

    def has_weighed(self, listing: ProjectListing) -> bool:
        """Tell whether the verdict on a name rests on the age that a listing tells."""
        known = self._known.get(listing.project)
        return known is not None and known.since == listing.first_upload

    def require_upload(
        self, project: ProjectName, principal: Principal, *, upstream_has_it: bool
    ) -> NameRuling:
        """Let an upload of a release under a name pass, or refuse it: what every upload asks first.

        Whether the account has a role that lets it upload is the entrance's question; this one is
        whose the name is. What is returned says what the checks of names think of it, too: what
        they hold or refuse may be uploaded, but the door serves nothing of it until a person lets
        it pass, and the uploader should be told.

        Args:
            project: of the release, normalised; perhaps new here.
            principal: who uploads, with the organisations that it may act for.
            upstream_has_it: whether the upstream has a project of that name. Whoever cannot know
                says ``True``: a name is never taken from its owner unseen.

        Raises:
            NameTaken: if the name belongs to an upstream or to another organisation; the answer is
                HTTP 409 (PEP 752, "Uploads"), and the message is for the uploader.
        """
        ownership = self.ownership(project)
        for organisation in (*principal.organisations, ""):
            ruling = ownership.may_upload(project, organisation, upstream_has_it=upstream_has_it)
            if ruling.allowed:
                return self.ruling(project)
        raise NameTaken(ruling.reason, hint=f"/names/{project} says why.")

    def is_noted(self, ruling: NameRuling) -> bool:
        """Tell whether ``note_served`` would have nothing to do; without asking the store."""
        bound = ruling.holding.claim is not None or not ruling.admits
        return bound and self._recorded.get(ruling.project) is ruling.verdict

    def note_served(self, ruling: NameRuling, source: str) -> None:
        """Record the verdict on a name that an upstream has, and bind the name if it is let in."""
        self._record(ruling.verdict)
        if ruling.admits and ruling.holding.claim is None:
            self._store.bind(self._first_seen(ruling.project, source))

    def _record(self, verdict: NameVerdict) -> None:
        if self._recorded.get(verdict.project) is verdict:
            return
        last = self._store.latest_name_verdict(verdict.project)
        if last is None or not verdict.says_the_same_as(last):
            self._store.append_name_verdict(verdict)
            if verdict.decision is not Decision.ADMIT:
                headline = one_line(verdict.headline, longest=_LOGGED_CHARACTERS)
                _log.info("name", project=verdict.project, headline=headline)
        self._remember(self._recorded, verdict.project, verdict)

    def _remember(self, known: dict[ProjectName, _T], project: ProjectName, one: _T) -> None:
        with self._turn:
            known.pop(project, None)
            if len(known) >= _REMEMBERED:
                del known[next(iter(known))]
            known[project] = one

    def _first_seen(self, project: ProjectName, source: str) -> Claim:
        return Claim(
            pattern=NamePattern(project),
            origin=Origin.FIRST_SEEN,
            owner=Owner(source),
            by=_THE_GATE,
            reason=f"{source} had it when it was first asked for",
            at=self._clock(),
        )


def _is_fresh(verdict: NameVerdict, now: dt.datetime) -> bool:
    age = now - verdict.decided_at
    same_day = verdict.decided_at.date() == now.date()
    return same_day and dt.timedelta(0) <= age < _FRESH
