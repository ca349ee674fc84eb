"""Which bin a target is in, how all of them are made at once, and which documents are garbage."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from airlock.errors import StoreError
from airlock.trust import ceremony, roles
from airlock.trust.documents import BinContent, Target

if TYPE_CHECKING:
    from tuf.api.metadata import SuccinctRoles


def succinct_of(bins: bytes) -> "SuccinctRoles":
    """Return how a document of the role bins delegates.

    Raises:
        StoreError: if it does not.
    """
    delegations = ceremony.read(bins, roles.BINS).signed.delegations
    if delegations is None or delegations.succinct_roles is None:
        raise StoreError("the role bins delegates to no bins")
    found: SuccinctRoles = delegations.succinct_roles
    return found


def distributed(
    targets: Iterable[tuple[str, Target]],
    succinct: "SuccinctRoles",
    versions: Mapping[str, int],
    now: dt.datetime,
) -> dict[str, BinContent]:
    """Return all bins with these targets, each a version after the one that it has."""
    names = list(succinct.get_roles())
    made = dict[str, BinContent]()
    for number, name in enumerate(names):
        # Spread over the second half of their life, and thereby over every day to come.
        life = roles.ONLINE_LIFE * (1 + number / len(names)) / 2
        made[name] = BinContent(versions.get(name, 0) + 1, roles.expires(now, life), {})
    for path, target in targets:
        made[succinct.get_role_for_target(path)].targets[path] = target
    return made


def is_garbage(
    name: str,
    current: Mapping[str, int],
    oldest: float,
    written_at: Callable[[str], float],
) -> bool:
    """Tell whether no client can be asking for a document any more.

    A root and what developers have signed are never garbage.

    Args:
        name: of the document.
        current: the version of every role.
        oldest: what was replaced after this is still asked for, in seconds since 1970.
        written_at: tells when a document was written.
    """
    number, _, role = name.removesuffix(".json").partition(".")
    if (
        role.startswith(roles.PROJECT_PREFIX)
        or role in {"", roles.ROOT}
        or not number.isdigit()
        or int(number) == current.get(role)
    ):
        return False
    if role in current and int(number) > current[role]:
        return False
    successor = written_at(f"{int(number) + 1}.{role}.json")
    return (successor or written_at(name)) < oldest
