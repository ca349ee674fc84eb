"""Who may put which policy in force: one administrator, or two.

- By a policy under which one person may decide what needs two now, nobody goes before a second
  administrator agreed: who may not let something in alone may not let themselves do it either.
- Two are two *users*, each with an account of their own, who administer the whole index at that
  moment. Where there is no second one, the policy is changed at the machine: in the file that the
  gate is started with.
- What is compared is the revision that the new one follows, in the same turn in which it is saved:
  nobody slips a weaker one in between.
"""

import datetime as dt
import secrets
from collections.abc import Callable

import msgspec

from airlock.errors import Forbidden, Outdated, UsageError
from airlock.gate.colleagues import users_who_may
from airlock.model.access import Action, Kind, Principal
from airlock.model.people import Stamp
from airlock.model.policies import Draft, Proposal, Revision
from airlock.policy import InForce, Policy
from airlock.policy.review import ReviewRules, written_rules
from airlock.reviewing import person
from airlock.store import Records

_ID_BYTES = 6
_USER = "user "
_AT_THE_MACHINE = "Or change the file that the gate is started with (--policy), and start it again."


class PolicyChanges:
    """Puts policies in force.

    Args:
        records: of policies and people.
        in_force: the policy of this process.
        read: makes a policy of a text, or raises why it cannot be obeyed.
        own: the text of the policy that the gate was started with; ``None``: the built-in one.
        clock: gives the time in UTC.
        follows: whether what is saved comes into force here.
    """

    def __init__(  # noqa: PLR0913 - what a change is made of
        self,
        records: Records,
        in_force: InForce,
        read: Callable[[str], Policy],
        own: str | None,
        clock: Callable[[], dt.datetime],
        *,
        follows: bool,
    ) -> None:
        self._policies = records.policies
        self._people = records.people
        self._in_force = in_force
        self._read = read
        self._own = own or ""
        self._clock = clock
        self.follows = follows

    def weakens(self, text: str, after: int) -> bool:
        """Tell whether by a text one person may decide what needs two by a revision."""
        return written_rules(text).weaker_than(self._rules(after))

    def _rules(self, number: int) -> ReviewRules:
        revision = self._policies.revision(number) if number else None
        return written_rules(revision.text if revision else self._own)

    def put(self, draft: Draft, after: int, by: Principal) -> Revision | Proposal:
        """Put a policy in force, in this process at once, or let it wait for a second person.

        Raises:
            Forbidden: if two are needed, and who asks is no single person.
            Outdated: if another revision than ``after`` is in force by now.
            UsageError: if this process goes by its own, or two are needed and there is one.
        """
        if not self.follows:
            raise UsageError("this process goes by the policy that it was started with")
        if not self.weakens(draft.text, after):
            return self._told(self._policies.save(draft, after=after))
        _require_user(by)
        if not self.seconds(by):
            raise UsageError(
                "to let one person decide what needs two takes two administrators, and there is"
                " no other",
                hint=f"Add one. {_AT_THE_MACHINE}",
            )
        mine = msgspec.structs.replace(draft, by=person(by))
        proposal = Proposal(id=secrets.token_hex(_ID_BYTES), base=after, draft=mine)
        self._policies.propose(proposal)
        return proposal

    def confirm(self, proposal_id: str, by: Principal) -> Revision:
        """Agree with what waits, as the second person.

        Raises:
            Forbidden: if it is not another person.
            InvalidPolicy: if it cannot be obeyed any more.
            Outdated: if it does not wait, was written for another revision, or by somebody who
                may not administer any more.
        """
        proposal = self._policies.proposal()
        if proposal is None or proposal.id != proposal_id:
            raise Outdated("this policy does not wait for a second person any more")
        _require_user(by)
        draft = proposal.draft
        if draft.by == person(by):
            raise Forbidden(f"{draft.by} proposed this; somebody else has to confirm it")
        if draft.by.removeprefix(_USER) not in self.seconds(by):
            raise Outdated(f"{draft.by}, who proposed this, may not administer here any more")
        now = self._clock()
        version = self._read(draft.text).at(now.date()).version
        both = msgspec.structs.replace(
            draft, by=f"{draft.by} and {person(by)}", at=now, policy=version
        )
        return self._told(self._policies.confirm(proposal_id, both))

    def withdraw(self, proposal_id: str, by: Principal) -> None:
        """Let what waits wait no more; any administrator may.

        Raises:
            Outdated: if it does not wait.
        """
        self._policies.withdraw(proposal_id, Stamp(by.label, self._clock()))

    def waiting(self) -> Proposal | None:
        """Return what waits for a second person."""
        return self._policies.proposal()

    def seconds(self, besides: Principal) -> tuple[str, ...]:
        """Return the users who may agree with somebody."""
        return users_who_may(self._people, Action.ADMIN, besides=besides.name)

    def _told(self, revision: Revision) -> Revision:
        self._in_force.look()
        return revision


def _require_user(by: Principal) -> None:
    if by.kind is not Kind.USER:
        raise Forbidden(
            f"two persons are needed here, and {by.label} is no single person",
            hint=f"Sign in as a user. {_AT_THE_MACHINE}",
        )
