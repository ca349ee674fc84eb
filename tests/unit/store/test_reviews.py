"""What every database promises of the review: the queue, the steps, and what comes of them."""

import datetime as dt
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from airlock.errors import Outdated, StoreError
from airlock.model import Decision, ProjectName, Reason, Sha256, Verdict
from airlock.model.access import EVERYTHING, Scope
from airlock.model.name_verdict import NameVerdict
from airlock.model.review import About, Order, Selection, Step, StepKind
from airlock.model.waiver import NAMES, Reach, Revocation, Waiver
from airlock.store import Records
from airlock.store.migrations.upgrading import downgrade, upgrade
from airlock.store.opening import open_database
from airlock.store.reviews import Change
from tests.unit.examples import NOW, artifact, verdict

DAY = dt.timedelta(days=1)
ALL = Selection()


def judged(name: str, decision: Decision = Decision.HOLD, *, days: int = 0, **more: Any) -> Verdict:
    filename = f"{name}-1.0.tar.gz"
    made = verdict(decision, reasons=[Reason(decision, "finding", "looks odd", "code-example")])
    return msgspec.structs.replace(
        made,
        artifact=artifact(filename, sha256=Sha256.of(name.encode())),
        decided_at=NOW + days * DAY,
        **more,
    )


def step(name: str, kind: StepKind = StepKind.APPROVE, number: int = 1, **more: Any) -> Step:
    made = Step(
        id=f"{number:012x}",
        sha256=Sha256.of(name.encode()),
        kind=kind,
        by="user ada",
        at=NOW,
        reason="read",
        expires_at=NOW + DAY,
    )
    return msgspec.structs.replace(made, **more)


def waiver(name: str, reach: Reach = Reach.FILE, **more: Any) -> Waiver:
    made = Waiver(
        id=f"w-{name}",
        decision=Decision.ADMIT,
        reason="read",
        by="user ada",
        created_at=NOW,
        expires_at=NOW + DAY,
        sha256=Sha256.of(name.encode()) if reach is Reach.FILE else None,
        project=None if reach is Reach.FILE else ProjectName(name),
        version="1.0" if reach is Reach.RELEASE else "",
    )
    return msgspec.structs.replace(made, **more)


def names(records: Records, selection: Selection = ALL, now: dt.datetime = NOW) -> list[str]:
    found = records.reviews.queue(selection, now)
    assert records.reviews.count(selection, now) == len(found)
    return [one.project for one in found]


@pytest.fixture
def filled(records: Records) -> Records:
    for number, name in enumerate(("harbour", "anchor", "mooring")):
        records.store.append_verdict(judged(name, days=-number, score=number / 10))
    records.store.append_verdict(judged("evil", Decision.REFUSE))
    records.store.append_verdict(judged("good", Decision.ADMIT))
    return records


def test_queue_is_of_the_newest_verdicts(filled: Records) -> None:
    assert names(filled) == ["mooring", "anchor", "harbour"]
    filled.store.append_verdict(judged("anchor", Decision.ADMIT))
    assert names(filled) == ["mooring", "harbour"]
    filled.store.append_verdict(judged("mooring", days=5))
    (oldest, *_) = filled.reviews.queue(ALL, NOW)
    assert (oldest.project, oldest.since) == ("mooring", NOW - 2 * DAY)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"decision": Decision.REFUSE}, ["evil"]),
        ({"decision": None, "order": Order.PROJECT}, ["anchor", "evil", "harbour", "mooring"]),
        ({"order": Order.NEWEST}, ["harbour", "anchor", "mooring"]),
        ({"order": Order.SCORE}, ["mooring", "anchor", "harbour"]),
        ({"text": "ARBOUR-1"}, ["harbour"]),
        ({"text": "%"}, []),
        ({"text": Sha256.of(b"anchor")[:10]}, ["anchor"]),
        ({"check": "code-example"}, ["mooring", "anchor", "harbour"]),
        ({"check": "code"}, []),
        ({"assignee": "bob"}, []),
        ({"proposed": True}, []),
        ({"about": About.FILE}, ["mooring", "anchor", "harbour"]),
        ({"about": About.NAME}, []),
        ({"since": NOW - DAY}, ["anchor", "harbour"]),
        ({"before": NOW - DAY}, ["mooring"]),
        ({"within": ((Scope("anchor"), Scope("moor-*")), (EVERYTHING,))}, ["anchor"]),
        ({"within": ((Scope("mooring-*"),),)}, ["mooring"]),
        ({"within": ((),)}, []),
    ],
)
def test_selection(filled: Records, changes: dict[str, Any], expected: list[str]) -> None:
    assert names(filled, msgspec.structs.replace(ALL, **changes)) == expected


def of_name(name: str, decision: Decision = Decision.HOLD, target: str = "requests") -> NameVerdict:
    message = f"The name {name} looks like the popular project {target}: two letters."
    made = verdict(decision, reasons=[Reason(decision, "finding", message, "name-lookalike")])
    return NameVerdict(
        project=ProjectName(name),
        decision=decision,
        score=0.5,
        reasons=made.reasons,
        outcomes=made.outcomes,
        policy=made.policy,
        checks_version="1",
        decided_at=NOW,
    )


class TestNames:
    """Names that are held before there is any file."""

    def test_stand_with_files_and_apart(self, filled: Records) -> None:
        filled.store.append_name_verdict(of_name("reqeusts"))
        assert names(filled) == ["mooring", "anchor", "harbour", "reqeusts"]
        assert names(filled, Selection(about=About.NAME)) == ["reqeusts"]
        (one,) = filled.reviews.queue(Selection(text="reqeu"), NOW)
        assert (one.sha256, one.filename, one.place) == (None, "", "names/reqeusts")
        assert names(filled, Selection(text="name")) == []
        assert filled.browsing.totals().standing[Decision.HOLD] == 3
        filled.store.append_name_verdict(of_name("reqeusts", Decision.ADMIT))
        assert names(filled, Selection(about=About.NAME)) == []

    def test_that_imitate_one_project_are_one_campaign(self, filled: Records) -> None:
        for name, target in (
            ("reqeusts", "requests"),
            ("requsets", "requests"),
            ("flsak", "flask"),
        ):
            filled.store.append_name_verdict(of_name(name, target=target))
        groups = filled.reviews.groups(Selection(about=About.NAME), NOW)
        assert [(one.campaign, one.count) for one in groups] == [
            ("names like requests", 2), ("names like flask", 1),
        ]  # fmt: skip
        assert groups[1].place == "names/flsak"

    @pytest.mark.parametrize("check", ["", NAMES])
    def test_decided_is_out_until_that_ends(self, filled: Records, check: str) -> None:
        filled.store.append_name_verdict(of_name("reqeusts"))
        about = Selection(about=About.NAME)
        filled.store.add_waiver(waiver("reqeusts", Reach.PROJECT, check="name-lookalike", id="w"))
        assert names(filled, about) == ["reqeusts"]
        filled.store.add_waiver(waiver("reqeusts", Reach.PROJECT, check=check))
        assert names(filled, about) == []
        assert names(filled, about, NOW + DAY) == ["reqeusts"]

    def test_of_a_name_says_nothing_of_files(self, filled: Records) -> None:
        filled.store.add_waiver(waiver("anchor", Reach.PROJECT, check=NAMES))
        assert names(filled) == ["mooring", "anchor", "harbour"]

    def test_steps_are_of_the_name_and_no_file(self, filled: Records) -> None:
        project = ProjectName("a" * 64)
        filled.store.append_name_verdict(of_name(project))
        taken = msgspec.structs.replace(step("x", StepKind.ASK), sha256=None, name=project)
        filled.reviews.take(Change(taken, "bob", ""), after=0)
        assert filled.reviews.review(project).steps == (taken,)
        assert filled.reviews.review(Sha256("a" * 64)).steps == ()
        assert names(filled, Selection(assignee="bob")) == [project]
        (last,) = filled.log.latest(1)
        assert (last.event.kind, last.event.subject) == ("review-ask", project)

    def test_of_an_older_store_are_put_into_it(self, database_url: str, filled: Records) -> None:
        filled.store.append_name_verdict(of_name("flsak"))
        filled.store.append_name_verdict(of_name("reqeusts"))
        filled.store.append_name_verdict(of_name("reqeusts", Decision.REFUSE))
        before = filled.reviews.queue(Selection(decision=None, about=About.NAME), NOW)
        database = open_database(database_url)
        with database.writing() as connection:
            downgrade(connection, "0015")
            upgrade(connection)
        after = filled.reviews.queue(Selection(decision=None, about=About.NAME), NOW)
        seen = [(one.project, one.decision, one.headline, one.checks, one.score) for one in after]
        assert seen == [
            (one.project, one.decision, one.headline, one.checks, one.score) for one in before
        ]
        database.close()


def test_page_of_the_queue(filled: Records) -> None:
    chosen = msgspec.structs.replace(ALL, limit=1, offset=1)
    assert [one.project for one in filled.reviews.queue(chosen, NOW)] == ["anchor"]
    assert filled.reviews.count(chosen, NOW) == 3


def test_same_findings_are_one_group(filled: Records) -> None:
    (group,) = filled.reviews.groups(ALL, NOW)
    assert (group.count, group.oldest) == (3, NOW - 2 * DAY)
    one = msgspec.structs.replace(ALL, campaign=group.campaign)
    assert len(names(filled, one)) == 3


@pytest.mark.parametrize("reach", Reach)
def test_decided_is_out_of_the_queue_until_that_ends(filled: Records, reach: Reach) -> None:
    filled.reviews.take(Change(step("anchor"), "", "", waiver("anchor", reach)), after=0)
    assert names(filled) == ["mooring", "harbour"]
    assert names(filled, now=NOW + DAY) == ["mooring", "anchor", "harbour"]
    ended = Revocation(waiver="w-anchor", by="user bob", reason="no", at=NOW)
    undo = step("anchor", StepKind.UNDO, 2, of="1")
    filled.reviews.take(Change(undo, "", "", None, ended), after=1)
    assert names(filled) == ["mooring", "anchor", "harbour"]


def test_waived_check_and_another_release_decide_nothing(filled: Records) -> None:
    spared = waiver("anchor", check="code-example")
    filled.store.add_waiver(spared)
    filled.store.add_waiver(waiver("harbour", Reach.RELEASE, version="2.0"))
    assert names(filled) == ["mooring", "anchor", "harbour"]
    assert filled.store.waiver(spared.id) == spared


def test_step_is_in_the_log_with_what_comes_of_it(filled: Records) -> None:
    taken = step("anchor", before="hold: odd", after="admit", waiver="w-anchor")
    filled.reviews.take(Change(taken, "", "", waiver("anchor")), after=0)
    last, before = filled.log.latest(2)
    assert (last.event.kind, before.event.kind) == ("waiver", "review-approve")
    assert before.event.details["before"] == "hold: odd"
    assert filled.reviews.review(taken.subject).steps == (taken,)
    assert filled.reviews.step(taken.id) == taken
    assert filled.reviews.latest(5) == (taken,)


def test_question_and_proposal_show_in_the_queue(filled: Records) -> None:
    asked = step("anchor", StepKind.ASK, to="bob")
    filled.reviews.take(Change(asked, "bob", "0" * 12), after=0)
    assert names(filled, msgspec.structs.replace(ALL, assignee="bob")) == ["anchor"]
    assert names(filled, msgspec.structs.replace(ALL, proposed=True)) == ["anchor"]
    filled.store.append_verdict(judged("anchor"))
    assert names(filled, msgspec.structs.replace(ALL, assignee="bob")) == ["anchor"]


def test_who_decided_on_what_is_no_longer_so_changes_nothing(filled: Records) -> None:
    filled.reviews.take(Change(step("anchor"), "", ""), after=0)
    late = step("anchor", StepKind.REFUSE, 2)
    with pytest.raises(Outdated):
        filled.reviews.take(Change(late, "", "", waiver("anchor")), after=0)
    assert filled.store.waivers(NOW) == ()
    assert len(filled.reviews.review(late.subject).steps) == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE steps SET id = 'x'", "DELETE FROM steps"], ids=["update", "delete"]
)
def test_steps_are_only_added(filled: Records, database_url: str, statement: str) -> None:
    filled.reviews.take(Change(step("anchor"), "", ""), after=0)
    database = open_database(database_url)
    with pytest.raises(StoreError, match="add"), database.writing() as connection:
        connection.execute(text(statement))
    database.close()


def test_queue_of_an_older_store_is_filled(database_url: str, filled: Records) -> None:
    before = filled.reviews.queue(ALL, NOW)
    database = open_database(database_url)
    with database.writing() as connection:
        downgrade(connection, "0008")
        upgrade(connection)
    after = filled.reviews.queue(ALL, NOW)
    assert [one.filename for one in after] == [one.filename for one in before]
    assert [one.checks for one in after] == [one.checks for one in before]
    database.close()
