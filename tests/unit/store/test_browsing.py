"""What pages ask of a database, of each kind."""

import datetime as dt

import pytest

from airlock.model import Decision, ProjectName
from airlock.model.access import Scope, Within
from airlock.model.description import Description
from airlock.model.waiver import Waiver
from airlock.store import Records
from airlock.store.browsing import Numbered
from airlock.store.readings import Reading
from tests.unit.store.examples import DAY, NOW, digest, verdict
from tests.unit.store.test_servings import serving

ADMIT, HOLD, REFUSE = Decision
EXAMPLE = ProjectName("example")


def _fill(records: Records) -> None:
    store = records.store
    store.append_verdict(verdict(1, HOLD))
    store.append_verdict(verdict(2, REFUSE))
    store.append_verdict(verdict(3, HOLD, project="other"))
    # Judged again: the first verdict does not stand any more.
    store.append_verdict(verdict(1, ADMIT))


def _names(found: tuple[Numbered, ...]) -> list[str]:
    return [f"{one.standing.filename} {one.standing.decision.word}" for one in found]


def test_only_the_newest_verdict_of_a_file_stands(records: Records) -> None:
    _fill(records)
    ask = records.browsing.standings
    everything = ask(decision=None, project="", before=None, limit=9)
    assert _names(everything) == [
        "example-1.0.tar.gz admit", "other-3.0.tar.gz hold", "example-2.0.tar.gz refuse"
    ]  # fmt: skip
    assert _names(ask(decision=HOLD, project="", before=None, limit=9)) == ["other-3.0.tar.gz hold"]
    assert _names(ask(decision=None, project="exam", before=None, limit=1)) == [
        "example-1.0.tar.gz admit"
    ]
    rest = ask(decision=None, project="exam", before=everything[0].seq, limit=9)
    assert _names(rest) == ["example-2.0.tar.gz refuse"]


def test_days_count_every_verdict(records: Records) -> None:
    _fill(records)
    found = records.browsing.judged(NOW.date())
    assert {(one.day, one.decision): one.number for one in found} == {
        (NOW.date(), ADMIT): 1, (NOW.date(), HOLD): 2, (NOW.date(), REFUSE): 1
    }  # fmt: skip
    assert records.browsing.judged((NOW + DAY).date()) == ()


def test_what_a_person_decided_does_not_wait(records: Records) -> None:
    _fill(records)
    assert records.browsing.waiting(NOW).since == (NOW,)
    records.store.add_waiver(
        Waiver(
            id="w1", decision=ADMIT, reason="ours", by="Ada", created_at=NOW - DAY,
            expires_at=NOW + DAY, project=ProjectName("other"),
        )
    )  # fmt: skip
    assert records.browsing.waiting(NOW).since == ()
    assert records.browsing.waiting(NOW + 2 * DAY).since == (NOW,)


def test_totals_count_what_stands(records: Records) -> None:
    _fill(records)
    for number, decision in ((1, ADMIT), (2, REFUSE)):
        records.store.remember_artifact(verdict(number, decision).artifact, seen_at=NOW)
    found = records.browsing.totals()
    assert (found.artifacts, found.projects) == (2, 2)
    assert found.standing == {HOLD: 1, REFUSE: 1}


def describe(records: Records, said: Description, project: ProjectName = EXAMPLE) -> None:
    file = (digest(1), f"{project}-1.0.tar.gz")
    records.store.keep_reading(Reading(project, file, description=said))


class TestFinding:
    @pytest.fixture(autouse=True)
    def projects(self, records: Records) -> None:
        for number, name in enumerate(("flask-login", "flask", "my-flask", "jinja2", "100-x")):
            records.store.append_verdict(verdict(number, project=name))
        said = Description(version="3.1", summary="A template engine, used by Flask")
        describe(records, said, ProjectName("jinja2"))

    def test_the_name_comes_before_what_has_it_and_that_before_summaries(
        self, records: Records
    ) -> None:
        found = records.browsing.find("Flask", offset=0, limit=9)
        assert [one.project for one in found] == ["flask", "flask-login", "my-flask", "jinja2"]
        assert found[0].standing == {ADMIT: 1}
        assert found[3].description == Description(
            version="3.1", summary="A template engine, used by Flask"
        )
        assert [one.project for one in records.browsing.find("flask", offset=1, limit=2)] == [
            "flask-login", "my-flask"
        ]  # fmt: skip

    @pytest.mark.parametrize("text", ["%", "\\", "'", "flask;--", "*"])
    def test_nothing_is_a_pattern(self, records: Records, text: str) -> None:
        assert records.browsing.find(text, offset=0, limit=9) == ()

    def test_a_name_is_found_however_it_is_spelled(self, records: Records) -> None:
        assert [one.project for one in records.browsing.find("Flask_Login", offset=0, limit=9)] == [
            "flask-login"
        ]


class TestDescriptions:
    def test_an_older_release_does_not_speak_for_its_project(self, records: Records) -> None:
        get = records.browsing.described
        new = Description(version="2.0", summary="new", requires=(ProjectName("a"),))
        describe(records, new)
        describe(records, Description(version="1.9", summary="old", requires=(ProjectName("b"),)))
        assert get(EXAMPLE) == new
        assert records.browsing.dependents(ProjectName("a"), 9) == (EXAMPLE,)
        assert records.browsing.dependents(ProjectName("b"), 9) == ()

    def test_a_newer_release_takes_its_place(self, records: Records) -> None:
        describe(records, Description(version="1.0", summary="old", requires=(ProjectName("b"),)))
        describe(records, Description(version="1.10", summary="new"))
        assert records.browsing.described(EXAMPLE) == Description(version="1.10", summary="new")
        assert records.browsing.dependents(ProjectName("b"), 9) == ()

    def test_what_says_nothing_is_nothing(self, records: Records) -> None:
        assert records.browsing.described(EXAMPLE) is None


def test_who_got_files_of_a_project_the_last_first(records: Records) -> None:
    later = NOW + dt.timedelta(hours=1)
    records.store.add_servings([serving("a"), serving("b", at=later)], most=9)
    assert [one.account for one in records.browsing.served(EXAMPLE)] == ["b", "a"]
    assert records.browsing.served(ProjectName("other")) == ()


class TestDescription:
    def test_it_is_bounded_and_on_one_line(self) -> None:
        raw = {
            "summary": "x\n" * 2000,
            "requires_dist": ["B>1; extra == 'x'", "a_A", "not ok !!", "b"],
        }
        made = Description.of("1.0", raw)  # type: ignore[arg-type]
        assert made.summary == ("x " * 256)[:512]
        assert made.requires == ("a-a", "b")

    def test_nothing_is_said(self) -> None:
        assert Description.of("1.0", {}) == Description(version="1.0")

    def test_what_no_database_takes_is_left_out(self) -> None:
        assert Description.of("1.0", {"summary": "a\0b\ud800"}).summary == "a b?"


def test_reader_of_some_projects_gets_full_pages_of_those(records: Records) -> None:
    """Cut after it was filtered: what others have takes no room on a page."""
    mine = ["acme", *(f"acme-{letter}" for letter in "abcdef")]
    others = ["acmeb", *(f"other-{letter}" for letter in "abcdef")]
    for number, project in enumerate(
        one for pair in zip(mine, others, strict=True) for one in pair
    ):
        records.store.append_verdict(verdict(number, project=project))
    own: Within = ((Scope("acme-*"),), (Scope("*"), Scope("nothing")))
    ask = records.browsing
    page = ask.standings(decision=None, project="", before=None, limit=5, within=own)
    rest = ask.standings(decision=None, project="", before=page[-1].seq, limit=9, within=own)
    assert (len(page), len(rest)) == (5, 2)
    assert sorted(one.standing.project for one in (*page, *rest)) == mine
    found = [ask.find("e", offset=at, limit=5, within=own) for at in (0, 5)]
    assert [len(some) for some in found] == [5, 2]
    assert sorted(one.project for some in found for one in some) == mine
    assert not ask.find("e", offset=0, limit=5, within=((), own[0]))
