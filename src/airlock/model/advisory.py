"""What advisory databases say: one vulnerability, and the database that knows of it."""

import datetime as dt

import msgspec

from airlock.model.finding import Severity


class Advisory(msgspec.Struct, frozen=True, kw_only=True):
    """One vulnerability, or one case of malware, as it concerns one release of a project.

    All records that name each other as aliases are one ``Advisory``.
    """

    id: str
    """What it is called by: a MAL record before PYSEC, GHSA, CVE and any other."""
    aliases: tuple[str, ...] = ()
    """Its other identifiers, in the same order of kinds."""
    records: tuple[str, ...] = ()
    """The identifiers of the records that say that this release is affected, sorted."""
    summary: str = ""
    """One line for a person."""
    details: str = ""
    """Markdown of whoever wrote the record: for the terminal through ``report.printable``."""
    malware: bool = False
    """It is hostile, not faulty: no policy lets it pass."""
    severity: Severity | None = None
    """From its CVSS score, else the database's own word; ``None`` if nobody rated it."""
    score: float | None = None
    """The CVSS score, from 0 to 10, computed here from ``vector``."""
    vector: str = ""
    """The CVSS vector of the newest version of CVSS that was given."""
    epss: float | None = None
    """The probability of exploitation within 30 days, from 0 to 1 (EPSS); ``None``: not known."""
    epss_percentile: float | None = None
    exploited: bool = False
    """In a catalogue of vulnerabilities that are known to be exploited (KEV)."""
    fixed_in: tuple[str, ...] = ()
    """The versions above this release's that end an affected range, ascending; without any, no fix
    is known."""
    published: str = ""
    """As the record says; RFC 3339, or empty."""
    references: tuple[str, ...] = ()
    """URLs; few, the advisory itself first."""

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Every identifier, the chosen one first."""
        return (self.id, *self.aliases)

    @property
    def gravity(self) -> Severity:
        """How bad it is to be taken.

        ``critical`` if it is hostile or exploited, ``medium`` if nobody rated it.
        """
        if self.malware or self.exploited:
            return Severity.CRITICAL
        return self.severity if self.severity is not None else Severity.MEDIUM

    def told(self, release: str) -> str:
        """Return what it means for a release, in one sentence for a person."""
        if self.malware:
            return f"{release} is known malware: {self.id}."
        exploited = ", which is exploited" if self.exploited else ""
        fixed = f"; fixed in {', '.join(self.fixed_in)}" if self.fixed_in else "; no fix is known"
        about = f": {self.summary}" if self.summary else ""
        return f"{release} has a known vulnerability{exploited}: {self.id}{fixed}{about}"


class AdvisorySource(msgspec.Struct, frozen=True, kw_only=True):
    """One export that a database was made of."""

    origin: str
    """The URL without credentials, or the path, that it was read from."""
    kind: str
    """Its form, in words for a person: ``OSV records``, ``EPSS scores``."""
    sha256: str
    """Of the file; of a folder, of its records in the order of their names."""
    records: int
    """How many of its records were read, those about other ecosystems left out."""
    unreadable: int = 0
    date: dt.date | None = None
    """The newest change that it tells of; ``None`` if it dates nothing."""
    validator: str = ""
    """What its server called this state of it (an ETag); to ask for it only if it changed."""


class AdvisoryDatabase(msgspec.Struct, frozen=True, kw_only=True):
    """Which database answered: what a report has to name."""

    sha256: str
    """Of its content; two databases with one digest say the same."""
    date: dt.date
    """Up to when it knows: of its sources that are large enough to change all the time, the oldest
    one's newest change. Fetching an old export anew does not make it younger."""
    made_at: dt.datetime
    """When it was compiled, in UTC."""
    records: int
    projects: int
    unreadable: int = 0
    """Records of which nothing is known: with any, no release is called clean."""
    sources: tuple[AdvisorySource, ...] = ()
