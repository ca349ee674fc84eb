"""The facts that one examination may use."""

import datetime as dt
from collections.abc import Iterable

import msgspec

from airlock.evidence.advisories import Advisories
from airlock.evidence.behaviour import Behaviour, NotWatched
from airlock.evidence.fingerprints import Fingerprints
from airlock.evidence.history import History, NoHistory
from airlock.evidence.known_names import KnownNames
from airlock.evidence.mail_domains import MailDomains
from airlock.evidence.popularity import Popularity
from airlock.model.provenance import Provenance


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the world outside the artifact is known to be. ``None`` means: nobody could say."""

    now: dt.datetime
    """The time of the examination, in UTC."""
    popularity: Popularity | None = None
    known_names: KnownNames | None = None
    history: History = NoHistory()
    fingerprints: Fingerprints | None = None
    advisories: Advisories | None = None
    """``None`` also where they are asked elsewhere: of a gate's files at its door, every time."""
    behaviour: Behaviour = NotWatched()
    mail_domains: MailDomains | None = None
    provenance: Provenance = Provenance()
    """Verified already: the checks that ask see values, no signatures."""

    def missing(self, needs: Iterable[str]) -> list[str]:
        """Return those of the named facts that nobody could give, sorted."""
        return sorted(need for need in needs if getattr(self, need) is None)
