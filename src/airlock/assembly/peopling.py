"""Composition of how people sign in at a gate, and of the pages of their own accounts."""

from functools import partial
from typing import TYPE_CHECKING

from airlock.assembly.kits import examination_kit
from airlock.assembly.obeying import obeyed, read_policy
from airlock.assembly.trusting import trust_workspace
from airlock.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.routing import Route

    from airlock.assembly.gating import GateParts
    from airlock.gate.access.sign_in import SignIn
    from airlock.gate.access.single_sign_on import SingleSignOn
    from airlock.gate.settings import GateSettings
    from airlock.policy import Policy
    from airlock.web.operations import Trust


def people_routes(settings: "GateSettings", inner: "GateParts") -> "list[Route]":
    """Return the routes by which people sign in, and look after their accounts.

    Raises:
        UsageError: if the issuer of identities is none, or the secret for it cannot be read.
    """
    from airlock.gate.access.own_account import OwnAccount
    from airlock.gate.access.sign_in import SignIn
    from airlock.web.account import AccountPages
    from airlock.web.factors import FactorPages
    from airlock.web.sign_in import SignInPages

    sign_in = SignIn(inner.records, inner.clock)
    own = OwnAccount(inner.records, inner.clock)
    account = AccountPages(
        inner.records, own, sign_in, inner.clock, second_required=settings.second_required
    )
    factors = FactorPages(inner.records, own, sign_in, account.shown)
    issuer = _issuer(settings, inner, sign_in)
    return [*SignInPages(sign_in, issuer).routes(), *account.routes(), *factors.routes()]


def _issuer(
    settings: "GateSettings", inner: "GateParts", sign_in: "SignIn"
) -> "SingleSignOn | None":
    if settings.sso_issuer is None:
        return None
    from airlock.gate.access.single_sign_on import Client, SingleSignOn
    from airlock.model.publishing import check_issuer

    check_issuer(settings.sso_issuer)
    secret = ""
    if settings.sso_secret_file is not None:
        try:
            secret = settings.sso_secret_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"the secret in {settings.sso_secret_file} cannot be read") from error
    client = Client(settings.sso_issuer, settings.sso_client, secret, settings.sso_creates)
    return SingleSignOn(client, inner.records, sign_in, inner.clock)


def administration_routes(settings: "GateSettings", inner: "GateParts") -> "list[Route]":
    """Return the routes of the pages by which a gate is administrated."""
    from airlock.web.administration import AdministrationPages
    from airlock.web.operations import OperationPages
    from airlock.web.users import UserPages

    trust = partial(_trust, settings.trust_folder) if settings.trust_folder else None
    operations = OperationPages(inner.records, tuple(inner.indexes), trust, inner.clock)
    people = AdministrationPages(inner.records, inner.clock)
    users = UserPages(inner.records, settings.sso_issuer or "", inner.clock)
    return [*people.routes(), *users.routes(), *operations.routes(), *_of_policy(settings, inner)]


def _of_policy(settings: "GateSettings", inner: "GateParts") -> "list[Route]":
    from airlock.gate.dry_runs import DryRuns
    from airlock.gate.policy_changes import PolicyChanges
    from airlock.gate.settings import PolicyUse
    from airlock.web.dry_runs import DryRunPages
    from airlock.web.policies import PolicyPages, Sources
    from airlock.web.policy_proposals import ProposalPages
    from airlock.web.revisions import RevisionPages
    from airlock.web.suppressions import SuppressionPages

    def read(text: str) -> "Policy":
        rules = read_policy(text, "the policy")
        # What this process cannot obey is not to be in force.
        obeyed(rules, settings.policy_file)
        return rules

    checks, _ = examination_kit()
    policies, in_force = inner.records.policies, inner.in_force
    runs = DryRuns(policies, in_force, checks, inner.clock)
    file = settings.policy_file
    own = file.read_text(encoding="utf-8") if file else None
    follows = settings.policy_use is not PolicyUse.OWN
    changes = PolicyChanges(inner.records, in_force, read, own, inner.clock, follows=follows)
    sources = Sources(policies, in_force, read, own, changes, runs, inner.clock)
    pages = DryRunPages(runs, policies, in_force, read)
    written = PolicyPages(sources)
    return [
        *written.routes(),
        *RevisionPages(sources).routes(),
        *ProposalPages(changes, written.refused).routes(),
        *SuppressionPages(sources, written.refused).routes(),
        *pages.routes(),
    ]


def _trust(folder: "Path") -> "Trust":
    """Return what is so with the metadata in a trust folder."""
    from airlock.trust import operations, verification
    from airlock.web.operations import Trust

    workspace = trust_workspace(folder, needs_online=False)
    found = verification.examine(workspace.metadata, workspace.clock())
    ends = sorted(found.expires.items(), key=lambda item: item[1])
    return Trust(
        documents=tuple((role, found.versions[role], end) for role, end in ends),
        answers=tuple(operations.diagnosis(workspace)),
        waiting=tuple(
            (f"{one.version}.{one.role}.json", "signed" if one.complete else f"lacks {one.missing}")
            for one in workspace.standings()
        ),
    )
