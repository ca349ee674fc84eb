"""Composes mail about the review: what was held, who asks, what needs a second person, what ends.

- Questions and proposals come from the log, which is the queue (docs/decisions/0020); a question
  that was answered, or a proposal that was confirmed before anybody was told, is told to nobody.
- What is held, and whose waivers end, is collected for each person: one mail in an hour at most.
- Everybody hears only of what they may review at that moment, and nobody of what they did.
"""

import datetime as dt
from collections.abc import Callable, Iterator

import msgspec

from airlock.model import ProjectName
from airlock.model.access import Action, Kind, Principal
from airlock.model.log import Entry
from airlock.model.mail import Mail, MailWishes, Notice
from airlock.model.people import AccountName
from airlock.model.review import Held, Selection, Step, StepKind
from airlock.model.waiver import Waiver
from airlock.report import mails as text
from airlock.store import Records

_CURSOR = "review-mail"
_PAGE = 1_000
_SHOWN = 25
SOON = dt.timedelta(days=3)
"""Before its end the maker of a waiver is told."""
# What was decided at a moment may be recorded a little later.
_GRACE = dt.timedelta(minutes=1)
_KINDS = {f"review-{kind.value}" for kind in StepKind if kind.decides or kind is StepKind.ASK}


class Notices:
    """Composes.

    Args:
        records: of steps, waivers and people, and of what waits to be sent.
        link: the address of the gate, for links.
        every: between two mails about what is collected.
        clock: gives the time in UTC.
    """

    def __init__(
        self,
        records: Records,
        link: str,
        every: dt.timedelta,
        clock: Callable[[], dt.datetime],
    ) -> None:
        self._records = records
        self._link = link.rstrip("/")
        self._every = every
        self._clock = clock

    def compose(self) -> None:
        """Add what has to be told to what waits to be sent."""
        wishes = self._records.mails.every_wish()
        self._of_steps(wishes)
        for one in wishes:
            self._collected(one)

    def _of_steps(self, wishes: tuple[MailWishes, ...]) -> None:
        works, log = self._records.works, self._records.log
        before = works.cursor(_CURSOR)
        if before == 0:
            # Who starts to send mail does not tell of years.
            head = log.head()
            works.move_cursor(_CURSOR, 0, head.seq if head else 0)
            return
        while page := log.entries(before, _PAGE):
            made = [mail for entry in page for mail in self._of_entry(entry, wishes)]
            self._records.mails.add(made)
            works.move_cursor(_CURSOR, before, page[-1].seq)
            before = page[-1].seq

    def _of_entry(self, entry: Entry, wishes: tuple[MailWishes, ...]) -> Iterator[Mail]:
        if entry.event.kind not in _KINDS:
            return
        step = self._records.reviews.step(entry.event.details.get("id", ""))
        held = self._records.reviews.review(step.subject).held if step else None
        if step is None or held is None:
            return
        asks, proposes = held.assignee == step.to != "", held.proposal == step.id
        for one in wishes:
            mine = step.by == f"user {one.account}"
            if step.kind is StepKind.ASK and asks and one.account == step.to:
                kind = Notice.ASKED
            elif step.proposes and step.kind.decides and proposes and not mine:
                kind = Notice.SECOND
            else:
                continue
            if one.wants(kind) and self._may_review(one.account, held.project):
                yield self._of_step(kind, step, held, one)

    def _of_step(self, kind: Notice, step: Step, held: Held, to: MailWishes) -> Mail:
        told = text.asked(step, held) if kind is Notice.ASKED else text.second(step, held)
        return self._mail(kind, f"{step.id} {to.account}", told, to)

    def _collected(self, wishes: MailWishes) -> None:
        until = self._clock() - _GRACE
        if until - wishes.told_until < self._every:
            return
        told = tuple(self._held(wishes, until)) + tuple(self._ending(wishes, until))
        self._records.mails.tell(wishes, until, told)

    def _held(self, wishes: MailWishes, until: dt.datetime) -> Iterator[Mail]:
        if not wishes.wants(Notice.HELD):
            return
        selection = Selection(
            since=wishes.told_until,
            before=until,
            limit=_SHOWN,
            within=self._principal(wishes.account).scopes(Action.REVIEW),
        )
        found = self._records.reviews.queue(selection, until)
        if found:
            total = self._records.reviews.count(selection, until)
            told = text.held(found, total, wishes.told_until)
            yield self._mail(Notice.HELD, f"{wishes.account} {until.isoformat()}", told, wishes)

    def _ending(self, wishes: MailWishes, until: dt.datetime) -> Iterator[Mail]:
        if not wishes.wants(Notice.WAIVERS):
            return
        reviews, begin = self._records.reviews, wishes.told_until
        who = f"user {wishes.account}"
        principal = self._principal(wishes.account)

        def mine(one: Waiver) -> bool:
            made = who in one.by.split(" and ")
            return made and principal.may(Action.REVIEW, self._project_of(one))

        soon = [
            one
            for one in reviews.ending(begin + SOON, until + SOON)
            if one.expires_at - one.created_at > SOON and mine(one)
        ]
        over = [one for one in reviews.ending(begin, until) if mine(one)]
        if soon or over:
            told = text.ending(soon[:_SHOWN], over[:_SHOWN], len(soon) + len(over))
            yield self._mail(Notice.WAIVERS, f"{wishes.account} {until.isoformat()}", told, wishes)

    def _project_of(self, waiver: Waiver) -> ProjectName | None:
        """Return the project that a waiver is about; ``None`` if nothing is known of its file."""
        if waiver.sha256 is None:
            return waiver.project
        standing = self._records.store.latest_verdicts([waiver.sha256]).get(waiver.sha256)
        return standing.project if standing else None

    def _mail(self, kind: Notice, key: str, told: text.Text, to: MailWishes) -> Mail:
        now = self._clock()
        return Mail(
            key=f"{kind} {key}",
            account=to.account,
            address=to.address,
            kind=kind,
            subject=told.subject,
            body=told.body(self._link),
            made_at=now,
            next_at=now,
        )

    def _may_review(self, account: AccountName, project: ProjectName) -> bool:
        return self._principal(account).may(Action.REVIEW, project)

    def _principal(self, account: AccountName) -> Principal:
        standing = self._records.people.standing(account)
        nobody = Principal(kind=Kind.USER, name=account)
        if standing is None:
            return nobody
        return msgspec.structs.replace(nobody, rights=tuple(standing.rights))
