"""The review in a database: each step one transaction, with what comes of it and its entry."""

import datetime as dt

from airlock.errors import Outdated
from airlock.model.review import Group, Held, Selection, Step, Subject, key_of
from airlock.model.waiver import Waiver
from airlock.store import events, kept_rows, log_rows, review_rows, waiver_rows
from airlock.store.dialects import take_turns
from airlock.store.engine import Database
from airlock.store.reviews import Change, Kept, Review, Reviews, Sought


class SqlReviews(Reviews):
    """The review in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def queue(self, selection: Selection, now: dt.datetime) -> tuple[Held, ...]:
        """Return a page of the queue."""
        with self._database.reading() as connection:
            return review_rows.selected(connection, selection, now)

    def count(self, selection: Selection, now: dt.datetime) -> int:
        """Return how many there are."""
        with self._database.reading() as connection:
            return review_rows.count(connection, selection, now)

    def groups(self, selection: Selection, now: dt.datetime) -> tuple[Group, ...]:
        """Return the campaigns."""
        with self._database.reading() as connection:
            return review_rows.groups(connection, selection, now)

    def review(self, subject: Subject) -> Review:
        """Return the review of a file or a name."""
        with self._database.reading() as connection:
            found = review_rows.one(connection, subject)
            return Review(found, review_rows.steps_on(connection, subject))

    def step(self, step_id: str) -> Step | None:
        """Return a step."""
        with self._database.reading() as connection:
            return review_rows.one_step(connection, step_id)

    def ending(self, begin: dt.datetime, end: dt.datetime) -> tuple[Waiver, ...]:
        """Return the waivers that end between two times."""
        with self._database.reading() as connection:
            return waiver_rows.ending(connection, begin, end)

    def kept(self, sought: Sought, now: dt.datetime) -> tuple[tuple[Kept, ...], int]:
        """Return a page of the waivers that are sought, and how many there are."""
        with self._database.reading() as connection:
            return kept_rows.page(connection, sought, now), kept_rows.count(connection, sought, now)

    def latest(self, limit: int) -> tuple[Step, ...]:
        """Return the last steps."""
        with self._database.reading() as connection:
            return review_rows.latest(connection, limit)

    def take(self, change: Change, *, after: int) -> None:
        """Add a step with what comes of it."""
        step = change.step
        told = [events.of_step(step)]
        with self._database.writing() as connection:
            take_turns(connection, f"review {key_of(step.subject)}")
            if len(review_rows.steps_on(connection, step.subject)) != after:
                raise Outdated(
                    "somebody took a step in this review meanwhile",
                    hint="Look again, and decide then.",
                )
            if change.revocation and waiver_rows.revoke(connection, change.revocation):
                ended = waiver_rows.one(connection, change.revocation.waiver)
                told.append(events.of_revocation(change.revocation, ended))
            if change.waiver:
                waiver_rows.add(connection, change.waiver)
                told.append(events.of_waiver(change.waiver))
            review_rows.add_step(
                connection, step, assignee=change.assignee, proposal=change.proposal
            )
            log_rows.append(connection, *told)
