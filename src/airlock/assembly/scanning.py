"""Compositions of what looks at artifacts and names that a user gives."""

import functools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.advising import Advising
from airlock.assembly.base import every_check, index, now, policy
from airlock.assembly.kits import workers
from airlock.assembly.knowing import advisories, facts_loader, popularity, vouching
from airlock.assembly.signatures import pinning
from airlock.assembly.storing import existing_store
from airlock.checks import CheckSet, load_checks
from airlock.model import ProjectName
from airlock.naming import FAMILY as NAMES
from airlock.naming import NameVetting
from airlock.policy import InForce, Policy
from airlock.policy.suppression import check_ends
from airlock.scanning import Scan
from airlock.scanning.own_project import own_project
from airlock.workers import FactsLoader, WorkerLimits, Workers

if TYPE_CHECKING:
    from airlock.lore import FactsLore
    from airlock.model.ownership import Claim, Ownership
    from airlock.scanning.diff import Diff
    from airlock.scanning.names import NameScan
    from airlock.scanning.source import SourceDiff

_LIKELY = 3
"""So many names are told that a mistyped one may have been meant for."""


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
    advice = Advising(checks, advisories(rules), InForce(rules))
    asks = functools.partial(vouching, rules)
    signatures = pinning(policy_file, rules)
    made = Scan(
        checks,
        rules,
        workers("fork"),
        advice,
        index(index_url),
        now,
        own,
        asks,
        signatures,
        _meant,
    )
    return made, rules


def _meant(project: ProjectName) -> str:
    """Return what somebody may have meant by a name that an index has not, as a sentence."""
    from airlock.checks.name._index import index_of
    from airlock.names import near

    likely = [str(one.target) for one in near(project, index_of(popularity()))[:_LIKELY]]
    if not likely:
        return ""
    return f"Did you mean {' or '.join(likely)}? Whoever registers {project} gets what you mistype."


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

    checks, rules = change_kit()[0], policy(policy_file)
    return Diff(checks, rules, _comparers(checks), index(index_url), now), rules


def source_diff(policy_file: Path | None, index_url: str | None) -> "tuple[SourceDiff, Policy]":
    """Return what holds a release against its source, and the policy that it judges by.

    Raises:
        InvalidPolicy: if the policy cannot be obeyed as written.
    """
    from airlock.scanning.source import SourceDiff

    checks, rules = change_kit()[0], policy(policy_file)
    return SourceDiff(checks, rules, _comparers(checks), index(index_url), now), rules


def _comparers(checks: CheckSet) -> Workers:
    return Workers(checks, "airlock.assembly:change_kit", WorkerLimits(), start="fork")


def name_vetting(policy_file: Path | None) -> NameVetting:
    """Return what judges names before anything under them is fetched."""
    rules = InForce(policy(policy_file))
    return NameVetting(load_checks(families=[NAMES]), facts_loader(of_names=True), rules)


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
    vetting = NameVetting(load_checks(families=[NAMES]), facts, InForce(rules))
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
