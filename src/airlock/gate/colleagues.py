"""Who else may do something, to be asked or told."""

from airlock.model import ProjectName
from airlock.model.access import Action
from airlock.model.people import AccountKind
from airlock.store.people import People


def users_who_may(
    people: People, action: Action, project: ProjectName | None = None, *, besides: str = ""
) -> tuple[str, ...]:
    """Return the users who may do something by a role of their own or of a team.

    Args:
        people: who is known.
        action: what they may do.
        project: to which; ``None``: to the whole index.
        besides: who is left out.
    """
    grants = [one for one in people.grants() if one.right.allows(action, project)]
    may: set[str] = {one.account for one in grants}
    accounts = [one for one in people.accounts() if not one.disabled_at]
    for team in accounts:
        if team.kind is AccountKind.TEAM and team.name in may:
            may.update(people.members(team.name))
    users = (one for one in accounts if one.kind is AccountKind.USER)
    return tuple(str(one.name) for one in users if one.name in may and one.name != besides)
