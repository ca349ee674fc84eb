"""The only module that constructs adapters; read it to know what runs."""

import contextlib
import datetime as dt
import functools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from airlock.advising import FAMILY as ADVISORY
from airlock.advising import Advising
from airlock.checks import CheckSet, load_checks
from airlock.checks.registry import documentation
from airlock.errors import InvalidPolicy, MissingExtra, StoreError, UsageError
from airlock.evidence import Facts
from airlock.evidence.advisories import Advisories
from airlock.evidence.fingerprints.memory import FileFingerprints
from airlock.evidence.known_names.advised import AdvisedKnownNames
from airlock.evidence.known_names.builtin import BuiltinKnownNames
from airlock.evidence.popularity import Popularity
from airlock.evidence.popularity.builtin import BuiltinPopularity
from airlock.evidence.popularity.listed import ListedPopularity
from airlock.evidence.popularity.updating import kept_list
from airlock.naming import FAMILY as NAMES
from airlock.naming import NameVetting
from airlock.policy import Policy, default_policy, load_policy
from airlock.policy.suppression import check_ends
from airlock.scanning import Scan
from airlock.scanning.own_project import own_project
from airlock.workers import FactsLoader, WorkerLimits, Workers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from socket import socket
    from types import ModuleType

    from starlette.applications import Starlette
    from starlette.types import ASGIApp

    from airlock.audit.auditing import Asked, Release
    from airlock.audit.sources import AuditRequest
    from airlock.behaviour import Signal, Trace
    from airlock.databases import Part
    from airlock.detonation.host import Ability
    from airlock.diagnosis import Answer
    from airlock.evidence.known_names import KnownNames
    from airlock.gate.access.minting import Minting
    from airlock.gate.airgap import Airgap, Carried
    from airlock.gate.catalogue import Catalogue
    from airlock.gate.door import Door
    from airlock.gate.guard.guard import Plan, Source
    from airlock.gate.guard.running import Ended
    from airlock.gate.guard.verified import Verified
    from airlock.gate.intake import Intake
    from airlock.gate.listings import Listings
    from airlock.gate.mirroring import Brought, Wish
    from airlock.gate.names import Names
    from airlock.gate.settings import GateSettings
    from airlock.lore import FactsLore
    from airlock.model import Dependency, Inventory
    from airlock.model.audit import Audit, Reach
    from airlock.model.fixing import FixPlan
    from airlock.model.ownership import Claim, Ownership
    from airlock.policy.guard import GuardRules
    from airlock.report import Unexamined
    from airlock.report.detonations import Detonated
    from airlock.scanning.detonating import DetonationRequest, Detonations
    from airlock.scanning.diff import Diff
    from airlock.scanning.names import NameScan
    from airlock.sources.interface import Index
    from airlock.sources.reaching import Reachability
    from airlock.store import Blobs, Records, Store
    from airlock.store.backup_format import Manifest
    from airlock.store.collecting import Collected
    from airlock.trust.operations import Given
    from airlock.trust.workspace import Workspace

# Longer than any download or examination takes.
_STALE_SECONDS = 24 * 3600
_KIT = "airlock.assembly:examination_kit"
POPULAR_VARIABLE = "AIRLOCK_POPULAR"
"""The environment variable that names a list of popular names."""
EVIDENCE_VARIABLE = "AIRLOCK_DB"
"""The environment variable that names the folder of what is kept up to date."""


def now() -> dt.datetime:
    """Return the time, in UTC: the one clock of the program."""
    return dt.datetime.now(dt.UTC)


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


@functools.cache
def examination_kit() -> tuple[CheckSet, FactsLoader]:
    """Return the checks and what they may ask; loaded once, inherited by forks.

    Without those of advisories: what they say changes every day, so that doors ask them anew.
    """
    examined = (check for check in every_check().checks if not check.id.startswith(ADVISORY))
    return CheckSet(examined), facts_loader()


@functools.cache
def every_check() -> CheckSet:
    """Return the checks of all families."""
    return load_checks()


def about_checks() -> dict[str, str]:
    """Return the documentation of every check, by its id."""
    checks, _ = examination_kit()
    return {check.id: documentation(check) for check in checks.checks}


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

    def facts(time: dt.datetime) -> Facts:
        return Facts(now=time, popularity=popular, known_names=known_names, fingerprints=known)

    return facts


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


def advisories(rules: Policy) -> Advisories:
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
    from airlock.databases.popular import PopularNames

    folder = evidence_folder()
    max_age = default_policy().advisories.max_age
    return chosen_parts([AdvisoriesPart(folder, now, max_age), PopularNames(folder, now)], words)


def fingerprints(path: Path | None = None) -> FileFingerprints:
    """Return the memory of campaigns: of a file, of the user's file, or the supplied one."""
    chosen = path or os.environ.get("AIRLOCK_FAMILIES")
    return FileFingerprints(Path(chosen)) if chosen else FileFingerprints()


def workers(start: Literal["fork", "forkserver"], limits: WorkerLimits | None = None) -> Workers:
    """Return the processes that examine."""
    checks, _ = examination_kit()
    return Workers(checks, _KIT, limits or WorkerLimits(), start=start)


def policy(path: Path | None) -> Policy:
    """Return the policy of a file, or the built-in one.

    Raises:
        InvalidPolicy: if the file cannot be obeyed as written.
    """
    if path is None:
        return default_policy()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidPolicy(f"{path} cannot be read: {error}") from error
    loaded = load_policy(text, origin=str(path), known_checks=frozenset(every_check().ids))
    check_ends(loaded.suppress, now().date())
    return loaded


def index(url: str | None, *, own: Iterable[str] = ()) -> Callable[[], "Index"]:
    """Return a maker of the upstream index: the given one, else the user's, else PyPI.

    Args:
        url: the index that the user names.
        own: URLs under which this process itself is an index, so that it never asks itself.
    """

    def make() -> "Index":
        from airlock.sources.simple_index import SimpleIndex, default_index_url

        return SimpleIndex(url or default_index_url(), own=own, clock=now)

    return make


def scan(
    policy_file: Path | None,
    index_url: str | None,
    project: Path | None = None,
    targets: Sequence[str] = (),
) -> tuple[Scan, Policy]:
    """Return a scan and the policy that it judges by.

    Args:
        policy_file: the policy, or ``None`` for the built-in one.
        index_url: the index, or ``None`` for the user's.
        project: the folder of the user's own project, or ``None`` to look where the user stands.
        targets: that the user named.

    Raises:
        InvalidPolicy: if the policy or the project's suppressions cannot be obeyed as written.
    """
    checks = every_check()
    rules = policy(policy_file)
    own = own_project(project, Path.cwd(), targets, frozenset(checks.ids))
    if own:
        check_ends(own.suppress, now().date())
    advice = Advising(checks, advisories(rules), rules)
    return Scan(checks, rules, workers("fork"), advice, index(index_url), now, own), rules


def detonations(
    policy_file: Path | None, index_url: str | None, data_folder: Path
) -> "tuple[Detonations, Policy]":
    """Return what detonates, and the policy that it judges by.

    Args:
        policy_file: the policy, or ``None`` for the built-in one.
        index_url: the index, or ``None`` for the user's.
        data_folder: where the guard keeps what it has vetted.

    Raises:
        InvalidPolicy: if the policy cannot be obeyed as written.
        MissingExtra: if the parts of the sandbox are not installed.
    """
    with _extra("sandbox"):
        from airlock.detonation import Detonator, Limits
        from airlock.scanning.detonating import Detonations
    checks, _ = examination_kit()
    rules = policy(policy_file)
    gather = functools.partial(_gather, policy_file, index_url, data_folder)
    return Detonations(
        checks,
        rules,
        workers("fork"),
        index(index_url),
        gather,
        Detonator(Limits(), now),
        now,
    ), rules


def _gather(
    policy_file: Path | None,
    index_url: str | None,
    data_folder: Path,
    requirements: Sequence[str],
    folder: Path,
) -> Sequence[Path]:
    """Fetch requirements and all that they need as wheels, through a gate that vets them.

    Raises:
        AirlockError: if they cannot be had, or some are not let in.
    """
    import sys

    from airlock.errors import TargetNotFound
    from airlock.gate.settings import GateSettings

    words = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--only-binary"]
    words += [":all:", "-d", str(folder), *requirements]
    rules = guard_rules(policy_file, ())
    settings = GateSettings(
        data_folder=data_folder,
        upstreams=(index_url,) if index_url else (),
        policy_file=policy_file,
        examinations=cores(),
        listing_age=dt.timedelta(hours=1),
        client_networks=False,
    )
    # What the user configured for pip is not asked here, but for the index.
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environ = {**kept, "PIP_CONFIG_FILE": os.devnull}
    ended = guarded_run(guard_plan(words, rules, environ), settings, rules, environ)
    if ended.exit_code:
        raise TargetNotFound("; ".join(ended.refusals) or "not to be had as wheels")
    return sorted(folder.iterdir())


def detonation_request(
    targets: Sequence[str], *, deep: bool, with_dependencies: bool, known: "tuple[Signal, ...]"
) -> "DetonationRequest":
    """Return what a user asked to detonate."""
    from airlock.detonation import Profile
    from airlock.scanning.detonating import DetonationRequest

    return DetonationRequest(
        targets=tuple(targets),
        profile=Profile.DEEP if deep else Profile.QUICK,
        with_dependencies=with_dependencies,
        known=known,
    )


def replay(log: Path, known: "tuple[Signal, ...]") -> "Detonated":
    """Return what a trace that was kept means today.

    Raises:
        MalformedDocument: if the file is no such trace.
        TargetNotFound: if it cannot be read.
    """
    from airlock.behaviour import judge
    from airlock.report.detonations import Detonated

    trace = _trace(log)
    return Detonated(trace=trace, judgement=judge(trace, known))


def signals_of(log: Path) -> "tuple[Signal, ...]":
    """Return what a trace that was kept shows.

    Raises:
        MalformedDocument: if the file is no such trace.
        TargetNotFound: if it cannot be read.
    """
    from airlock.behaviour import judge

    return judge(_trace(log)).signals


def _trace(log: Path) -> "Trace":
    from airlock.behaviour.log import MOST_BYTES, read
    from airlock.errors import MalformedDocument, TargetNotFound

    try:
        if log.stat().st_size > MOST_BYTES:
            raise MalformedDocument(f"{log} is larger than any log that Airlock writes")
        with log.open("rb") as lines:
            return read(lines, str(log))
    except OSError as error:
        raise TargetNotFound(f"{log} cannot be read: {error.strerror}") from error


def keep_traces(results: "Iterable[Detonated | Unexamined]", log: Path) -> None:
    """Write what was seen of the first artifact to a file, of others to files beside it.

    Raises:
        StoreError: if one cannot be written.
    """
    from airlock.behaviour.log import write
    from airlock.report.detonations import Detonated

    traces = [result.trace for result in results if isinstance(result, Detonated)]
    for number, trace in enumerate(traces):
        path = log if not number else log.with_name(f"{log.stem}-{number + 1}{log.suffix}")
        try:
            with path.open("wb") as file:
                file.writelines(write(trace))
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror}") from error


def sandbox_abilities() -> "Iterable[Ability]":
    """Return every part that a detonation needs, with what is missing."""
    from airlock.detonation.host import abilities

    return abilities()


def prove_sandbox() -> None:
    """Build a sandbox and try to get out of it.

    Raises:
        UnsafeHost: if nobody could prove that nothing gets out.
        MissingExtra: if the parts of the sandbox are not installed.
    """
    with _extra("sandbox"):
        from airlock.detonation import Detonator, Limits
    Detonator(Limits(), now).prove()


@functools.cache
def change_kit() -> tuple[CheckSet, FactsLoader]:
    """Return the checks of changes, which a diff asks, and what they may ask."""
    return load_checks(families=["change"]), facts_loader()


def diff(policy_file: Path | None, index_url: str | None) -> "tuple[Diff, Policy]":
    """Return a diff and the policy that it judges by.

    Raises:
        InvalidPolicy: if the policy cannot be obeyed as written.
    """
    from airlock.scanning.diff import Diff

    checks, _ = change_kit()
    rules = policy(policy_file)
    kit = "airlock.assembly:change_kit"
    compared = Workers(checks, kit, WorkerLimits(), start="fork")
    return Diff(checks, rules, compared, index(index_url), now), rules


def audit(
    request: "AuditRequest",
    policy_file: Path | None,
    index_url: str | None,
    *,
    max_age_days: int | None = None,
    offline: bool = False,
) -> "Audit":
    """Audit what a user names.

    Args:
        request: of the user.
        policy_file: the policy, or ``None`` for the built-in one.
        index_url: the index, or ``None`` for the user's.
        max_age_days: how old the database may be instead of what the policy says.
        offline: ask no index.

    Raises:
        AirlockError: if something that was named cannot be read, or a policy not be obeyed.
    """
    import msgspec

    from airlock.audit.auditing import Auditor
    from airlock.audit.sources import own_ignores, read_inventories, read_vex
    from airlock.policy.ignoring import check_ignores

    rules = policy(policy_file)
    if max_age_days is not None:
        aged = msgspec.structs.replace(rules.advisories, max_age_days=max_age_days)
        rules = msgspec.structs.replace(rules, advisories=aged)
    ignores = own_ignores(request)
    check_ignores((*ignores, *rules.advisories.ignore), now().date())
    inventories = list(read_inventories(request, _resolver(index_url, offline=offline)))
    inventories += _served(request)
    fallback = None if offline else _index_records(index_url)
    names = NameVetting(load_checks(families=[NAMES]), facts_loader(), rules)
    auditor = Auditor(
        advisories(rules),
        rules,
        ignores,
        now,
        fallback,
        vex=read_vex(request),
        names=lambda project: names.verdict(project, now=now()),
    )
    return auditor.audit(inventories, _reach(request))


def _index_records(index_url: str | None) -> "Callable[[Sequence[Release]], Asked]":
    """Return what asks the index about releases, where there is no database."""

    def asked(releases: "Sequence[Release]") -> "Asked":
        from airlock.audit.fallback import asked_of_index
        from airlock.sources.latest_releases import latest_releases
        from airlock.sources.pip_configuration import default_index_url

        url = index_url or default_index_url()
        return asked_of_index(releases, lambda projects: latest_releases(url, projects, now))

    return asked


def _served(request: "AuditRequest") -> "Iterator[Inventory]":
    """Yield what the gates of data folders have handed out, and to whom."""
    from airlock.audit.served import served_inventory

    for folder in request.served:
        with existing_store(folder) as store:
            yield served_inventory(store.servings(), f"what the gate in {folder} has served")


def _resolver(index_url: str | None, *, offline: bool) -> "Callable[[Inventory], Inventory]":
    """Return what finds versions for requirements that pin none."""

    def resolve(inventory: "Inventory") -> "Inventory":
        if offline or not any(one.unauditable for one in inventory.dependencies):
            return inventory
        from airlock.sources.pip_configuration import default_index_url
        from airlock.sources.resolving import Resolver

        return Resolver(lambda: index_url or default_index_url()).resolve(inventory)

    return resolve


def _reach(request: "AuditRequest") -> "Callable[[Dependency], Reach | None]":
    """Return what tells whether the audited project imports anything of a dependency."""
    from airlock.audit.sources import imports_folder

    project = imports_folder(request)
    environment = request.environments[0] if request.environments else None

    @functools.cache
    def known() -> "Reachability | None":
        if project is None:
            return None
        from airlock.sources.reaching import reachability

        return reachability(project, environment)

    def reach(dependency: "Dependency") -> "Reach | None":
        found = known()
        return found.of(dependency) if found is not None else None

    return reach


def fix(audit: "Audit", index_url: str | None) -> "FixPlan":
    """Plan the upgrades of what is vulnerable; nothing is written."""
    from airlock.audit.fixing import plan_fix

    return plan_fix(audit, index(index_url))


def name_vetting(policy_file: Path | None) -> NameVetting:
    """Return what judges names before anything under them is fetched."""
    return NameVetting(
        load_checks(families=[NAMES]), facts_loader(of_names=True), policy(policy_file)
    )


def name_scan(
    policy_file: Path | None, popular_file: Path | None, data_folder: Path | None = None
) -> "tuple[NameScan, Policy]":
    """Return what judges the names that a user gives, and the policy that it judges by.

    Args:
        policy_file: the policy, or ``None`` for the built-in one.
        popular_file: a list of popular names, or ``None`` for the one in use.
        data_folder: of the gate that knows whose names are, or ``None`` to say nothing of it.

    Raises:
        InvalidPolicy: if the policy cannot be obeyed as written.
        UsageError: if no gate keeps its data in the folder.
    """
    from airlock.scanning.names import NameScan

    rules, facts = policy(policy_file), facts_loader(popular_file, of_names=True)
    vetting = NameVetting(load_checks(families=[NAMES]), facts, rules)
    owners = None
    if data_folder is not None:
        with existing_store(data_folder) as known:
            owners = ownership(known.claims(first_seen=True), None)
    return NameScan(vetting, facts, now, owners), rules


def lore() -> "FactsLore":
    """Return what is known of names in general."""
    from airlock.lore import FactsLore

    return FactsLore(facts_loader(of_names=True)(now()))


def ownership(claims: "Iterable[Claim]", upstream: str | None) -> "Ownership":
    """Return whom names belong to, where unclaimed ones belong to the upstream of this machine."""
    from airlock.model.ownership import Owner, Ownership
    from airlock.sources.pip_configuration import default_index_url
    from airlock.sources.urls import index_url

    return Ownership(claims, Owner(index_url(upstream or default_index_url())[0]))


class GateParts(NamedTuple):
    """What vets and knows, without a server: the gate, ``mirror``, ``export`` and ``import``."""

    records: "Records"
    blobs: "Blobs"
    incoming: Path
    indexes: "dict[str, Index]"
    names: "Names"
    door: "Door"
    intake: "Intake"
    listings: "Listings"
    catalogue: "Catalogue"
    advisories: "Advisories"
    policy: Policy


def gate_parts(settings: "GateSettings") -> GateParts:
    """Return the parts of a gate that need no server.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        StoreError: if the data folder cannot be used.
    """
    with _extra("gate"):
        from airlock.gate.catalogue import Catalogue
        from airlock.gate.door import Door
        from airlock.gate.history import StoredHistory
        from airlock.gate.intake import Intake
        from airlock.gate.listings import Listings
        from airlock.gate.names import Names
    rules = policy(settings.policy_file)
    checks, _ = examination_kit()
    indexes = upstreams(settings)
    records, kept, incoming = open_data(settings.data_folder)
    store = records.store
    vetting = NameVetting(checks, facts_loader(of_names=True), rules)
    names = Names(store, vetting, tuple(indexes), now)
    known = advisories(rules)
    door = Door(store, rules, checks, names, Advising(every_check(), known, rules), now)
    intake = Intake(
        door=door,
        indexes=indexes,
        store=store,
        blobs=kept,
        workers=workers("forkserver", settings.worker_limits),
        history=StoredHistory(store, now),
        incoming=incoming,
        at_once=settings.examinations,
        clock=now,
    )
    listings = Listings(indexes.values(), store, settings.listing_age, now)
    catalogue = Catalogue(store, listings, names, now)
    return GateParts(
        records, kept, incoming, indexes, names, door, intake, listings, catalogue, known, rules
    )


def gate(settings: "GateSettings") -> "tuple[Starlette, tuple[str, ...]]":
    """Return the gate's application, and the URLs of its upstreams without credentials.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        StoreError: if the data folder cannot be used.
    """
    with _extra("gate"):
        from starlette.routing import Route

        from airlock.gate.access.accounts import AccountAccess
        from airlock.gate.access.operator import read_token
        from airlock.gate.ahead import Ahead
        from airlock.gate.changes import Changes
        from airlock.gate.index import openapi
        from airlock.gate.index.app import Gate
        from airlock.gate.index.file_routes import FileRoutes
        from airlock.gate.index.json_routes import JsonRoutes
        from airlock.gate.index.names import NameRoutes
        from airlock.gate.index.oidc_routes import OidcRoutes
        from airlock.gate.index.operation import OperationRoutes
        from airlock.gate.index.people import PeopleRoutes
        from airlock.gate.index.project_routes import ProjectRoutes
        from airlock.gate.index.rendered import Rendered
        from airlock.gate.index.simple_routes import SimpleRoutes
        from airlock.gate.index.upload_routes import UploadRoutes
        from airlock.gate.phantoms import Phantoms
        from airlock.gate.servings import Servings
        from airlock.gate.settings_log import note_settings
        from airlock.gate.telling import Telling
        from airlock.gate.upload.receiving import Receiving
    token = read_token(settings.admin_token_file) if settings.admin_token_file else None
    inner = gate_parts(settings)
    in_force = inner.policy.at(now().date()).version
    note_settings(inner.records.log, settings, in_force, inner.indexes, now())
    store = inner.records.store
    changes = Changes(store)
    rendered = Rendered(changes, lambda: inner.advisories.stamp, now)
    phantoms = Phantoms(store, now, networks=settings.client_networks)
    simple = SimpleRoutes(
        store=store,
        catalogue=inner.catalogue,
        door=inner.door,
        intake=inner.intake,
        ahead=Ahead(inner.intake, inner.policy.vet_ahead),
        names=inner.names,
        phantoms=phantoms,
        rendered=rendered,
        changes=changes,
        listing_age=settings.listing_age,
        clock=now,
    )
    files = FileRoutes(
        store=store,
        blobs=inner.blobs,
        catalogue=inner.catalogue,
        door=inner.door,
        intake=inner.intake,
        names=inner.names,
        indexes=inner.indexes,
        rendered=rendered,
        changes=changes,
        incoming=inner.incoming,
        clock=now,
    )
    receiving = Receiving(store, inner.names, inner.listings, inner.intake, now)
    parts = Gate(
        indexes=tuple(inner.indexes.values()),
        store=store,
        blobs=inner.blobs,
        door=inner.door,
        listings=inner.listings,
        intake=inner.intake,
        phantoms=phantoms,
        servings=Servings(store, now, networks=settings.client_networks),
        telling=Telling(inner.records.hooks, now),
        access=AccountAccess(
            inner.records.people, inner.records.publishers, token, settings.readers, now
        ),
        rendered=rendered,
        changes=changes,
        routes=[
            *simple.routes(),
            *files.routes(),
            *UploadRoutes(receiving, inner.incoming, settings.largest_upload).routes(),
            *JsonRoutes(store, inner.blobs, inner.catalogue, inner.door, inner.names).routes(),
            *ProjectRoutes(store, now).routes(),
            Route("/openapi.json", openapi.document),
            *NameRoutes(store, inner.names, now).routes(),
            *PeopleRoutes(inner.records, now).routes(),
            *OperationRoutes(inner.records.log, inner.blobs).routes(),
            *OidcRoutes(inner.records.publishers, minting(settings, inner.records), now).routes(),
        ],
    )
    return parts.app(), tuple(inner.indexes)


def mirror(
    settings: "GateSettings",
    wishes: "Sequence[Wish]",
    *,
    every: bool,
    dependencies: bool,
    told: "Callable[[Brought], None]",
) -> None:
    """Bring things into a data folder, and tell what became of each.

    Raises:
        StoreError: if the data folder cannot be used.
    """
    import asyncio

    parts = gate_parts(settings)
    from airlock.gate.mirroring import Mirroring

    mirroring = Mirroring(
        store=parts.records.store,
        blobs=parts.blobs,
        catalogue=parts.catalogue,
        door=parts.door,
        intake=parts.intake,
        names=parts.names,
        every=every,
        dependencies=dependencies,
    )

    async def run() -> None:
        async with _working(parts):
            async for brought in mirroring.bring(wishes):
                told(brought)

    asyncio.run(run())


def take_out(settings: "GateSettings", folder: Path) -> "Iterator[str]":
    """Write what a gate serves into a folder for one without a network; yield the file names."""
    parts = gate_parts(settings)
    try:
        yield from _airgap(parts).take_out(folder)
    finally:
        parts.blobs.close()
        parts.records.store.close()


def take_in(settings: "GateSettings", folder: Path, told: "Callable[[Carried], None]") -> None:
    """Take in what such a folder holds, and tell what became of each file."""
    import asyncio

    parts = gate_parts(settings)

    async def run() -> None:
        async with _working(parts):
            async for carried in _airgap(parts).take_in(folder):
                told(carried)

    asyncio.run(run())


def _airgap(parts: GateParts) -> "Airgap":
    from airlock.gate.airgap import Airgap

    return Airgap(
        store=parts.records.store,
        blobs=parts.blobs,
        catalogue=parts.catalogue,
        door=parts.door,
        intake=parts.intake,
        names=parts.names,
        clock=now,
    )


@contextlib.asynccontextmanager
async def _working(parts: GateParts) -> "AsyncIterator[None]":
    async with contextlib.AsyncExitStack() as opened:
        for one in parts.indexes.values():
            await opened.enter_async_context(one)
        try:
            yield
        finally:
            await parts.intake.close()
            await parts.listings.close()
            parts.blobs.close()
            parts.records.store.close()


def minting(settings: "GateSettings", known: "Records") -> "Minting | None":
    """Return what makes tokens for trusted publishers, if the operator wants it.

    Raises:
        UsageError: if an issuer is none.
    """
    if settings.oidc_audience is None:
        return None
    from airlock.gate.access.minting import Minting
    from airlock.gate.access.oidc import Issuers
    from airlock.model.publishing import Provider, check_issuer

    for url in settings.oidc_issuers:
        check_issuer(url)
    believed = [*(provider.issuer for provider in Provider), *settings.oidc_issuers]
    return Minting(known, Issuers(believed, settings.oidc_audience, now), now)


def upstreams(settings: "GateSettings") -> "dict[str, Index]":
    """Return the upstreams of a gate by their URLs without credentials, in their order.

    Raises:
        UsageError: if one is named twice, or is no URL of an index.
    """
    from airlock.sources.offline import OfflineIndex
    from airlock.sources.simple_index import default_index_url

    found: dict[str, Index] = {}
    for url in settings.upstreams or (default_index_url(),):
        made = OfflineIndex(url) if settings.offline else index(url, own=[settings.url])()
        if made.url in found:
            raise UsageError(f"{made.url} is named twice")
        found[made.url] = made
    return found


def signed_gate(settings: "GateSettings") -> "tuple[ASGIApp, tuple[str, ...]]":
    """Return the gate's application, signing what it serves if it has a trust folder.

    Raises:
        MissingExtra: if the parts of it are not installed.
        StoreError: if the data folder cannot be used.
        UsageError: if the trust folder is none, or a key lies in it that must not.
    """
    app, upstreams = gate(settings)
    if settings.trust_folder is None:
        return app, upstreams
    from airlock.gate.access.reading import Reading
    from airlock.gate.index.signed import SignedIndex, admits
    from airlock.gate.signing import Signing

    workspace = trust_workspace(settings.trust_folder)
    workspace.repository.state()
    signing = Signing(workspace, admits(app))
    return SignedIndex(app, signing, open_to_all=settings.readers is Reading.EVERYONE), upstreams


def guard_rules(path: Path | None, hook: Sequence[str]) -> "GuardRules":
    """Return what a policy says about the guard, with the hook of the command line, if any.

    Raises:
        InvalidPolicy: if the file cannot be obeyed as written.
    """
    import msgspec

    from airlock.policy.guard import GuardRules
    from airlock.policy.loading import load_guard_rules

    policy(path)
    rules = GuardRules()
    if path is not None:
        rules = load_guard_rules(path.read_text(encoding="utf-8"), origin=str(path))
    return msgspec.structs.replace(rules, hook=tuple(hook)) if hook else rules


def guard_plan(
    words: Sequence[str], rules: "GuardRules", environ: Mapping[str, str] | None = None
) -> "Plan":
    """Return what a command comes to, if nothing speaks against it.

    Args:
        words: of the command.
        rules: of the guard.
        environ: of the command; ``None`` for this process's own.

    Raises:
        UsageError: if it is no command that the guard can run.
        Refused: if it would go round the guard.
    """
    with _extra("gate"):
        from airlock.gate.guard import guard
    return guard.plan(words, environ or os.environ, rules, Path.cwd())


def guarded_run(
    wanted: "Plan",
    settings: "GateSettings",
    rules: "GuardRules",
    environ: Mapping[str, str] | None = None,
) -> "Ended":
    """Run a command with a gate of its own, which ends with it.

    Args:
        wanted: the command.
        settings: of the gate.
        rules: of the guard.
        environ: of the command; ``None`` for this process's own.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        AirlockError: if the gate cannot start, or the command cannot.
    """
    with _extra("gate"):
        from airlock.gate.guard import guard
        from airlock.gate.guard.standalone import Standalone
        from airlock.gate.index.server import configure_logging
    _make(settings.data_folder)
    with (settings.data_folder / "guard.log").open("a", encoding="utf-8") as log:
        configure_logging(json=True, stream=log)
        source = Standalone(settings, gate, _guard_data)
        return guard.run(wanted, environ or os.environ, source, rules, Path.cwd())


def _guard_data(folder: Path) -> "tuple[Store, Blobs, Path]":
    known, kept, incoming = open_data(folder)
    return known.store, kept, incoming


def fetch_target(url: str, root: Path, target: str, output: Path, cache: Path) -> None:
    """Write a verified target of a repository into a file.

    Args:
        url: of the repository.
        root: a file with its root.
        target: the path of the target.
        output: the file.
        cache: the folder of what was verified before.

    Raises:
        NotVerified: if it is not signed, or is not what was signed.
        UpstreamUnavailable: if it cannot be loaded.
    """
    import hashlib

    trust_keys()
    from airlock.sources.pip_configuration import certificate_file
    from airlock.trust.client import TrustClient
    from airlock.trust.fetching import BoundedFetcher

    folder = cache / "verified" / hashlib.sha256(url.encode()).hexdigest()[:16]
    with contextlib.closing(BoundedFetcher(certificates=certificate_file())) as fetcher:
        client = TrustClient(url, root, folder, fetcher)
        client.refresh()
        found = client.fetch(target)
        new = output.with_name(f".{output.name}.new")
        shutil.copyfile(found, new)
        new.replace(output)


def proxy(settings: "GateSettings", root: Path | None, rules: "GuardRules") -> "ASGIApp":
    """Return the guard's application for a service: it vets, or with a root it verifies.

    Raises:
        MissingExtra: if the parts of it are not installed.
        NotVerified: if the server's metadata do not verify.
    """
    with _extra("gate"):
        from airlock.gate.guard.standalone import Standalone
        from airlock.gate.guard.witness import Hook, Refusals, Witness
    _make(settings.data_folder)
    source: Source
    if root is None:
        source = Standalone(settings, gate, _guard_data)
    else:
        source = _verified(settings.upstreams[0], root, settings.data_folder)
    return Witness(source.app(settings.url), Refusals(), Hook(rules.hook, source.path_of))


def unlooped(path: Path, data_folder: Path, index_url: str | None) -> bool:
    """Take loopback out of a lock file; tell whether there was any.

    Raises:
        UsageError: if the origin of a file is not known.
    """
    from airlock.gate.guard import locks
    from airlock.gate.guard.standalone import Standalone
    from airlock.gate.settings import GateSettings

    upstreams = (index_url,) if index_url else ()
    settings = GateSettings(data_folder=data_folder, upstreams=upstreams)
    source = Standalone(settings, gate, _guard_data)
    before = path.read_text(encoding="utf-8")
    after = locks.to_upstream(before, source.upstream, source.origin)
    if after != before:
        path.write_text(after, encoding="utf-8")
    return after != before


def verified_run(
    wanted: "Plan", index_url: str, root: Path, data_folder: Path, rules: "GuardRules"
) -> "Ended":
    """Run a command with an index of its own that hands out only what a server's metadata sign.

    Args:
        wanted: the command.
        index_url: of the server's simple API.
        root: a file with the root of its metadata.
        data_folder: of the cache.
        rules: of the policy.

    Raises:
        MissingExtra: if the parts of it are not installed.
        NotVerified: if the server's metadata do not verify.
        AirlockError: if the command cannot be started.
    """
    with _extra("gate"):
        from airlock.gate.guard import guard
    with contextlib.closing(_verified(index_url, root, data_folder)) as source:
        return guard.run(wanted, os.environ, source, rules, Path.cwd())


def _verified(index_url: str, root: Path, data_folder: Path) -> "Verified":
    """Return what verifies a server, after its metadata were."""
    import hashlib

    trust_keys()
    with _extra("gate"):
        from airlock.gate.guard.verified import Verified
    from airlock.sources.pip_configuration import certificate_file
    from airlock.sources.urls import basic
    from airlock.sources.urls import index_url as checked_url
    from airlock.trust.client import TrustClient
    from airlock.trust.fetching import BoundedFetcher

    url, credentials = checked_url(index_url)
    headers = basic(credentials) if credentials else {}
    base = url.removesuffix("simple/")
    cache = data_folder / "verified" / hashlib.sha256(base.encode()).hexdigest()[:16]
    certificates = certificate_file()
    fetcher = BoundedFetcher(headers=headers, certificates=certificates)
    client = TrustClient(f"{base}tuf/", root, cache, fetcher)
    client.refresh()
    return Verified(url, client, now, certificates, fetcher.close, headers)


def log_unguarded(words: Sequence[str], folder: Path) -> Path:
    """Log that a command is run without the guard, and return where.

    Raises:
        AirlockError: if it cannot be logged.
    """
    import getpass

    with _extra("gate"):
        from airlock.gate.guard import guard
    try:
        who = getpass.getuser()
    except (KeyError, OSError):
        who = str(os.getuid())
    path = folder / "unguarded.log"
    guard.log_unguarded(path, words, now().isoformat(), who)
    return path


def trust_keys() -> "ModuleType":
    """Return what makes and opens keys.

    Raises:
        MissingExtra: if the parts of it are not installed.
    """
    with _extra("trust"):
        import securesystemslib.signer  # noqa: F401

        from airlock.trust import keys
    return keys


def trust_workspace(folder: Path, *, needs_online: bool = True) -> "Workspace":
    """Return a trust folder; without its online keys, a copy of it will do.

    Raises:
        MissingExtra: if the parts of it are not installed.
        UsageError: if it is none, or if a key lies in it that must not.
    """
    with _extra("trust"):
        import tuf.api.metadata  # noqa: F401

        from airlock.trust.workspace import Workspace
    if needs_online:
        return Workspace.open(folder, now)
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder")
    return Workspace(folder, now)


def new_trust_workspace(
    folder: Path, given: "Given", online: tuple[str, Path] | None, files: int
) -> "Workspace":
    """Make a trust folder whose first documents wait for their signatures."""
    trust_keys()
    from airlock.trust import operations

    return operations.begin(folder, now, given, online, files)


def store(folder: Path) -> "Store":
    """Return the store of a data folder, making what is missing.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        StoreError: if the folder cannot be used.
    """
    return records(folder).store


def records(folder: Path) -> "Records":
    """Return all ports of the database of a data folder, making what is missing.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        StoreError: if the folder cannot be used.
    """
    from airlock.store import open_records
    from airlock.store.places import places

    _make(folder)
    return open_records(places(folder).database)


def existing_records(folder: Path) -> "Records":
    """Return all ports of the database of a data folder that a gate uses.

    What a person decides in a folder that no gate reads would hold nowhere.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        UsageError: if there is no store in the folder.
        StoreError: if the folder cannot be used.
    """
    from airlock.store.places import places

    try:
        found = places(folder).exist
    except OSError as error:
        raise StoreError(f"{folder} cannot be used: {error.strerror}") from error
    if not found:
        raise UsageError(
            f"no gate keeps its data in {folder}",
            hint="Name the gate's folder with --data or AIRLOCK_DATA; airlock serve makes it.",
        )
    return records(folder)


def existing_store(folder: Path) -> "Store":
    """Return the store of a data folder that a gate uses (``existing_records``)."""
    return existing_records(folder).store


def open_data(folder: Path) -> "tuple[Records, Blobs, Path]":
    """Return the records, the blobs and the folder for files on their way in; make what is missing.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        StoreError: if the folder cannot be used.
    """
    known = records(folder)
    incoming = folder / "incoming"
    _make(incoming)
    _sweep(incoming)
    return known, blobs(folder), incoming


def blobs(folder: Path) -> "Blobs":
    """Return the blobs of a data folder.

    Raises:
        MissingExtra: if the parts of the gate are not installed.
        StoreError: if they cannot be opened.
    """
    from airlock.store import open_blobs
    from airlock.store.places import places

    return open_blobs(places(folder).blobs)


def back_up(folder: Path, target: Path) -> "Manifest":
    """Make a backup of what the gate of a data folder keeps (``airlock.store.backup``)."""
    with _storing(), existing_records(folder):
        from airlock.store.backup import back_up as make
        from airlock.store.opening import open_database
        from airlock.store.places import places

        database = open_database(places(folder).database)
        with contextlib.closing(database), blobs(folder) as kept:
            return make(database, kept, target, now())


def check_backup(source: Path) -> "Manifest":
    """Verify a backup (``airlock.store.restore``)."""
    with _storing():
        from airlock.store.restore import check

        return check(source)


def restore(folder: Path, source: Path) -> "Manifest":
    """Restore a backup into a data folder with nothing in it (``airlock.store.restore``)."""
    with _storing():
        from airlock.store.opening import open_new_database
        from airlock.store.places import places
        from airlock.store.restore import restore as fill

        _make(folder)
        database = open_new_database(places(folder).database)
        with contextlib.closing(database), blobs(folder) as kept:
            return fill(database, kept, source)


def collect(folder: Path, grace: dt.timedelta, *, look: bool) -> "Collected":
    """Remove blobs that nobody refers to (``airlock.store.collecting``)."""
    with _storing(), existing_records(folder):
        from airlock.store.collecting import collect as remove
        from airlock.store.opening import open_database
        from airlock.store.places import places

        database = open_database(places(folder).database)
        with contextlib.closing(database), blobs(folder) as kept:
            return remove(database, kept, before=now() - grace, look=look)


def _storing() -> "contextlib.AbstractContextManager[None]":
    return _extra("gate")


def _sweep(incoming: Path) -> None:
    """Remove what a killed gate left half fetched; what is young may be another gate's."""
    oldest = now().timestamp() - _STALE_SECONDS
    for left in incoming.iterdir():
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < oldest:
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be used: {error.strerror}") from error


def listen(settings: "GateSettings") -> "socket":
    """Return the socket that a gate listens on.

    Raises:
        UsageError: if the address is taken or is not this machine's.
    """
    from airlock.gate.index.server import listen as bind

    return bind(settings.host, settings.port)


def serve(
    app: "ASGIApp", listener: "socket", *, log_json: bool, proxies: Sequence[str] = ()
) -> None:
    """Serve the gate until it is told to stop."""
    from airlock.gate.index.server import configure_logging
    from airlock.gate.index.server import serve as run

    configure_logging(json=log_json)
    run(app, listener, proxies)


@contextlib.contextmanager
def _extra(name: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("airlock"):
            raise
        raise MissingExtra(
            f"{error.name} is not installed",
            hint=f"Install the parts of it with: pip install 'pypi-airlock[{name}]'",
        ) from error


def diagnosis(data_folder: Path, index_url: str | None, *, offline: bool) -> "Iterator[Answer]":
    """Return the answers about this installation."""
    from airlock.diagnosis import examine_installation

    return examine_installation(
        checks=every_check,
        facts=lambda: examination_kit()[1](now()),
        database=lambda: [part.status() for part, _ in database_parts()],
        isolation=_isolation_probe,
        sandbox=lambda: [one.missing for one in sandbox_abilities() if one.needed and one.missing],
        index=None if offline else index(index_url),
        data_folder=data_folder,
    )


def _isolation_probe() -> str:
    """Examine an empty file in a process of its own; return what went wrong, or nothing."""
    from airlock import vetting
    from airlock.model import Status
    from airlock.workers import Job

    with tempfile.TemporaryDirectory(prefix="airlock-doctor-") as folder:
        path = Path(folder) / "probe-1.0.tar.gz"
        path.write_bytes(b"")
        job = Job(artifact=vetting.identify(path), path=str(path), now=now())
        outcomes = workers("fork").run(job).outcomes
    looked = any(outcome.status is not Status.FAILED for outcome in outcomes)
    return "" if looked else outcomes[0].reason
