"""Compositions of what holds dependencies against what is known."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.assembly.base import index, now, policy
from airlock.assembly.knowing import advisories, facts_loader
from airlock.assembly.storing import existing_store
from airlock.checks import load_checks
from airlock.naming import FAMILY as NAMES
from airlock.naming import NameVetting
from airlock.policy import InForce

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from airlock.audit.auditing import Asked, Release
    from airlock.audit.sources import AuditRequest
    from airlock.model import Dependency, Inventory
    from airlock.model.audit import Audit, Reach
    from airlock.model.fixing import FixPlan
    from airlock.sources.reaching import Reachability


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
    names = NameVetting(load_checks(families=[NAMES]), facts_loader(), InForce(rules))
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
