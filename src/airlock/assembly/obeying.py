"""Composition of what obeys a policy: that of a process, or the one that people put in force."""

from pathlib import Path
from typing import TYPE_CHECKING

from airlock.assembly.base import every_check, now, policy
from airlock.assembly.knowing import vouching
from airlock.assembly.signatures import pinning
from airlock.errors import UsageError
from airlock.model.policies import Draft, Source
from airlock.policy import Policy, load_policy
from airlock.policy.in_force import InForce
from airlock.policy.suppression import check_ends

if TYPE_CHECKING:
    from collections.abc import Callable

    from airlock.gate.policies import Obeyed
    from airlock.gate.settings import GateSettings
    from airlock.pinning import Pinning
    from airlock.store import Records
    from airlock.vouching import Documents, Vouching


def read_policy(text: str, origin: str) -> Policy:
    """Return the policy that somebody wrote.

    Raises:
        InvalidPolicy: if it cannot be obeyed as written.
    """
    loaded = load_policy(text, origin=origin, known_checks=frozenset(every_check().ids))
    check_ends(loaded.suppress, now().date())
    return loaded


def obeyed(
    rules: Policy, policy_file: Path | None, documents: "Documents | None" = None
) -> "Obeyed":
    """Return a policy with what it takes to obey it.

    Args:
        rules: of the policy.
        policy_file: beside which certificates are looked for.
        documents: keep what was verified of provenance.

    Raises:
        InvalidPolicy: if a certificate that it names cannot be read.
        MissingExtra: if it asks for what nothing here does.
    """
    from airlock.gate.policies import Obeyed

    return Obeyed(rules, vouching(rules, documents), pinning(policy_file, rules, reads=True))


def loader(policy_file: Path | None, documents: "Documents") -> "Callable[[str], Obeyed]":
    """Return what makes of the text of a saved policy what obeys it in this process."""

    def load(text: str) -> "Obeyed":
        known = frozenset(every_check().ids)
        rules = load_policy(text, origin="the policy", known_checks=known)
        return obeyed(rules, policy_file, documents)

    return load


def in_force(
    settings: "GateSettings", records: "Records", documents: "Documents"
) -> "tuple[InForce, Callable[[], Vouching], Callable[[], Pinning]]":
    """Return the policy of a process, and what asks and verifies by it.

    Raises:
        InvalidPolicy: if the policy of the process cannot be obeyed as written.
        MissingExtra: if it asks for what nothing here does.
        StoreError: if the store does not tell which one is in force.
    """
    from airlock.gate.policies import Followed
    from airlock.gate.settings import PolicyUse

    own = obeyed(policy(settings.policy_file), settings.policy_file, documents)
    if settings.policy_use is PolicyUse.OWN:
        return InForce(own.policy), lambda: own.vouching, lambda: own.pinning
    if settings.policy_use is PolicyUse.ANNOUNCED and settings.policy_file is not None:
        _announce(settings.policy_file, own.policy, records)
    followed = Followed(records.policies, own, loader(settings.policy_file, documents))
    return followed, lambda: followed.obeyed.vouching, lambda: followed.obeyed.pinning


def _announce(file: Path, rules: Policy, records: "Records") -> None:
    at = now()
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read: {error}") from error
    draft = Draft(
        text=text,
        policy=rules.at(at.date()).version,
        source=Source.FILE,
        by="operator",
        reason=f"the gate was started with {file.name}",
        at=at,
    )
    records.policies.announce(draft)
