"""What checks and doors may ask: facts, the databases that are kept, and who published a file."""

import datetime as dt
import functools
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.assembly.base import extra, now, policy
from airlock.errors import MissingExtra, UsageError
from airlock.evidence import Facts
from airlock.evidence.fingerprints.memory import FileFingerprints, kept_memory
from airlock.evidence.known_names.advised import AdvisedKnownNames
from airlock.evidence.known_names.builtin import BuiltinKnownNames
from airlock.evidence.popularity import Popularity
from airlock.evidence.popularity.builtin import BuiltinPopularity
from airlock.evidence.popularity.listed import ListedPopularity
from airlock.evidence.popularity.updating import kept_list
from airlock.policy import Policy, default_policy
from airlock.workers import FactsLoader

if TYPE_CHECKING:
    from airlock.databases import Part
    from airlock.evidence.advisories.files import FileAdvisories
    from airlock.evidence.known_names import KnownNames
    from airlock.evidence.mail_domains import MailDomains
    from airlock.evidence.provenance import Attestor
    from airlock.vouching import Documents, Vouching

RESOLVER_VARIABLE = "AIRLOCK_RESOLVER"
"""The environment variable that names a resolver: ``system``, or an address; the processes that
examine inherit it."""
POPULAR_VARIABLE = "AIRLOCK_POPULAR"
"""The environment variable that names a list of popular names."""
EVIDENCE_VARIABLE = "AIRLOCK_DB"
"""The environment variable that names the folder of what is kept up to date."""
TRUSTED_ROOT_VARIABLE = "AIRLOCK_TRUSTED_ROOT"
"""The environment variable that names the trusted root of another Sigstore than the public one."""


@functools.cache
def facts_loader(popular_file: Path | None = None, *, of_names: bool = False) -> FactsLoader:
    """Return what checks may ask; nothing of it is read before it is asked.

    Args:
        popular_file: a list of popular names, or ``None`` for the one in use.
        of_names: for judging bare names, again and again: with those of malware records, too, which
            change every day.
    """
    popular, known = popularity(popular_file), fingerprints()
    known_names: KnownNames = BuiltinKnownNames()
    if of_names:
        known_names = AdvisedKnownNames(known_names, advisories(default_policy()))

    domains = mail_domains()

    def facts(time: dt.datetime) -> Facts:
        return Facts(
            now=time,
            popularity=popular,
            known_names=known_names,
            fingerprints=known,
            mail_domains=domains,
        )

    return facts


def mail_domains() -> "MailDomains":
    """Return what knows domains of mail; it asks a resolver only if the environment names one.

    Raises:
        UsageError: if what the environment names is none.
        MissingExtra: if nothing here asks one.
    """
    from airlock.evidence.mail_domains.listed import ListedMailDomains

    chosen = os.environ.get(RESOLVER_VARIABLE)
    if not chosen:
        return ListedMailDomains()
    with extra("sandbox"):
        from airlock.evidence.mail_domains.resolving import resolver
    return resolver(chosen)


def popularity(path: Path | None = None) -> Popularity:
    """Return the popular names: of a list, the operator's, the one kept, or those that come along.

    The environment names the operator's list: the processes that examine inherit it.
    """
    kept = kept_list(evidence_folder())
    chosen = path or os.environ.get(POPULAR_VARIABLE) or (kept if kept.exists() else None)
    return ListedPopularity(Path(chosen)) if chosen else BuiltinPopularity()


def evidence_folder() -> Path:
    """Return where what Airlock knows from elsewhere is kept: as the environment says, or XDG."""
    if chosen := os.environ.get(EVIDENCE_VARIABLE):
        return Path(chosen)
    # The specification tells to ignore what is not absolute.
    data = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (data if data.is_absolute() else Path.home() / ".local/share") / "airlock"


def advisories(rules: Policy) -> "FileAdvisories":
    """Return what is publicly known of releases; read from the user's database when asked."""
    from airlock.evidence.advisories.files import FileAdvisories, advisories_file

    bounds = rules.advisories
    path = advisories_file(evidence_folder())
    return FileAdvisories(path, bounds.max_age, wanted=bounds.required)


def advisories_in_short(policy_file: Path | None) -> str:
    """Return which database of advisories is asked, or what is wrong with it, in one line.

    Raises:
        InvalidPolicy: if the policy cannot be obeyed as written.
    """
    known = advisories(policy(policy_file))
    if known.absent:
        return known.absent
    if trouble := known.trouble(now()):
        return f"{trouble}: what nothing is known against is held"
    about = known.database
    return f"{about.records:,} records up to {about.date}, sha256 {about.sha256}"


def database_parts(words: Sequence[str] = ()) -> "list[tuple[Part, list[str]]]":
    """Return the parts of the database that words name, or all, each with sources among the words.

    Raises:
        UsageError: if a word is neither a part nor a source of one.
    """
    from airlock.databases import chosen_parts
    from airlock.databases.advisories import AdvisoriesPart
    from airlock.databases.families import Families
    from airlock.databases.popular import PopularNames

    folder = evidence_folder()
    max_age = default_policy().advisories.max_age
    parts = [
        AdvisoriesPart(folder, now, max_age),
        PopularNames(folder, now),
        Families(folder, now),
    ]
    return chosen_parts(parts, words)


def fingerprints(path: Path | None = None) -> FileFingerprints:
    """Return the memory of campaigns: of a file, the user's, the one kept, or the supplied one."""
    kept = kept_memory(evidence_folder())
    chosen = path or os.environ.get("AIRLOCK_FAMILIES") or (kept if kept.is_file() else None)
    return FileFingerprints(Path(chosen)) if chosen else FileFingerprints()


def attestor() -> "Attestor":
    """Return what verifies attestations: by the operator's trusted root, or the one supplied.

    Raises:
        UsageError: if the environment names a root that is no file.
    """
    from importlib.util import find_spec

    from airlock.evidence.provenance import NoAttestor

    missing = [name for name in ("pypi_attestations", "sigstore") if find_spec(name) is None]
    if missing:
        return NoAttestor(f"{missing[0]} is not installed (pip install 'pypi-airlock[trust]')")
    from airlock.evidence.provenance.sigstore_attestor import SigstoreAttestor

    chosen = os.environ.get(TRUSTED_ROOT_VARIABLE)
    if chosen and not Path(chosen).is_file():
        raise UsageError(f"{TRUSTED_ROOT_VARIABLE} names no file: {chosen}")
    return SigstoreAttestor(Path(chosen) if chosen else None)


def vouching(rules: Policy, documents: "Documents | None" = None) -> "Vouching":
    """Return what asks who published files.

    Args:
        rules: of the policy.
        documents: keep what was verified; ``None``: nothing does.

    Raises:
        MissingExtra: if the policy requires something of it, and nothing here verifies.
    """
    from airlock.evidence.provenance import NoAttestor
    from airlock.vouching import Vouching

    if not rules.ask_provenance:
        return Vouching(NoAttestor("the policy asks for no provenance"))
    verifies = attestor()
    if verifies.absent and rules.provenance:
        raise MissingExtra(f"the policy {rules.name!r} requires provenance: {verifies.absent}")
    return Vouching(verifies, documents)
