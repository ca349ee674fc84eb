"""What people may decide about what was held: the rules, without any store or clock."""

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from airlock import reviewing
from airlock.errors import Forbidden, Outdated, TargetNotFound, UsageError
from airlock.model import Decision, ProjectName, Reason, Sha256
from airlock.model.access import EVERY_RIGHT, Kind, Principal
from airlock.model.review import Step, StepKind, campaign_of, checks_of
from airlock.model.waiver import NAMES, Reach
from airlock.policy import load_policy
from airlock.policy.review import Occasion, ReviewRules
from airlock.reviewing import Case, Wish
from airlock.store.reviews import Change
from tests.unit.examples import NOW, artifact, finding, outcome, verdict

ADA = Principal(kind=Kind.USER, name="ada", rights=(EVERY_RIGHT,))
BOB = Principal(kind=Kind.USER, name="bob", rights=(EVERY_RIGHT,))
OPERATOR = Principal(kind=Kind.OPERATOR, rights=(EVERY_RIGHT,))
SHA256 = artifact().sha256
ONE = ReviewRules()
TWO = ReviewRules(two_persons=frozenset({Occasion.EVERY}))
CASE = Case(
    subject=SHA256,
    project=ProjectName("example"),
    version="1.0",
    steps=(),
    decision=Decision.HOLD,
    headline="hold: looks odd",
    checks=frozenset({"code-example", "advisory-malware"}),
)
APPROVE = Wish(kind=StepKind.APPROVE, reason="read by hand", days=7)


def decide(  # noqa: PLR0913, PLR0917 - each test changes another
    wish: Wish = APPROVE,
    by: Principal = ADA,
    rules: ReviewRules = ONE,
    case: Case = CASE,
    new_id: str = "a" * 12,
    now: dt.datetime = NOW,
) -> Change:
    return reviewing.decided(case, wish, by, rules, now=now, new_id=new_id)


def after(case: Case, *changes: Change) -> Case:
    return msgspec.structs.replace(case, steps=(*case.steps, *(one.step for one in changes)))


def wish(**changes: Any) -> Wish:
    return msgspec.structs.replace(APPROVE, **changes)


@pytest.mark.parametrize(
    ("reach", "sha256", "project", "version"),
    [
        (Reach.FILE, SHA256, None, ""),
        (Reach.RELEASE, None, "example", "1.0"),
        (Reach.PROJECT, None, "example", ""),
    ],
)
def test_approval_is_a_waiver_of_its_scope_with_an_end(
    reach: Reach, sha256: Sha256 | None, project: str | None, version: str
) -> None:
    change = decide(wish(reach=reach))
    waiver = change.waiver
    assert waiver is not None
    assert (waiver.sha256, waiver.project, waiver.version) == (sha256, project, version)
    assert waiver.decision is Decision.ADMIT
    assert waiver.expires_at == NOW + dt.timedelta(days=7)
    assert (change.step.waiver, change.step.by, waiver.by) == (waiver.id, "user ada", "user ada")


def test_waiver_of_a_release_covers_every_spelling_of_its_version_and_no_other() -> None:
    waiver = decide(wish(reach=Reach.RELEASE)).waiver
    assert waiver is not None
    other, example = Sha256.of(b"other"), ProjectName("example")
    assert waiver.covers(other, example, "1.0.0")
    assert not waiver.covers(other, example, "1.0.1")
    assert not waiver.covers(other, ProjectName("another"), "1.0")


def test_waived_check_spares_and_decides_nothing() -> None:
    change = decide(wish(kind=StepKind.WAIVE, check="code-example"))
    waiver = change.waiver
    assert waiver is not None
    about = (SHA256, ProjectName("example"), "1.0")
    assert waiver.spares(*about)
    assert not waiver.covers(*about)


@pytest.mark.parametrize(
    "nonsense",
    [
        wish(reason=" "),
        wish(reason="two\nlines"),
        wish(days=0),
        wish(days=367),
        wish(days=float("nan")),
        wish(kind=StepKind.UNDO),
        wish(check="code-example"),
        wish(kind=StepKind.WAIVE),
        wish(kind=StepKind.WAIVE, check="code-other"),
        wish(kind=StepKind.WAIVE, check="advisory-malware"),
    ],
)
def test_nonsense_is_refused(nonsense: Wish) -> None:
    with pytest.raises(UsageError):
        decide(nonsense)


class TestName:
    """A name that is held before there is any file."""

    CASE = Case(
        subject=ProjectName("reqeusts"),
        project=ProjectName("reqeusts"),
        steps=(),
        decision=Decision.HOLD,
        headline="hold: looks like requests",
    )

    def test_approval_lets_the_name_in_and_nothing_else(self) -> None:
        change = decide(case=self.CASE)
        waiver = change.waiver
        assert waiver is not None
        assert (waiver.reach, change.step.name, change.step.sha256) == (
            Reach.NAME, "reqeusts", None,
        )  # fmt: skip
        assert waiver.is_about_name(self.CASE.project)
        assert not waiver.covers(SHA256, self.CASE.project, "1.0")

    def test_what_is_in_a_file_is_judged_all_the_same(self) -> None:
        of_name, inside = finding(path=""), finding(path="requests/__init__.py")
        told = [
            outcome("name-known", of_name, inside),
            outcome("code-example", inside),
        ]
        left = reviewing.without(told, {NAMES})
        assert [one.findings for one in left] == [(inside,), (inside,)]

    def test_refusal_is_of_all_that_is_under_it(self) -> None:
        waiver = decide(wish(kind=StepKind.REFUSE), case=self.CASE).waiver
        assert waiver is not None
        assert waiver.covers(SHA256, self.CASE.project, "1.0")

    def test_whole_project_or_its_name_needs_two_where_the_project_does(self) -> None:
        rules = ReviewRules(two_persons=frozenset({Occasion.PROJECT}))
        for reach in (None, Reach.NAME, Reach.PROJECT):
            assert decide(wish(reach=reach), case=self.CASE, rules=rules).waiver is None

    @pytest.mark.parametrize(
        ("changes", "case"),
        [
            ({"kind": StepKind.WAIVE, "check": "name-lookalike"}, CASE),
            ({"reach": Reach.FILE}, CASE),
            ({"reach": Reach.RELEASE}, CASE),
        ],
    )
    def test_what_is_of_files_is_refused(self, changes: dict[str, Any], case: Case) -> None:
        with pytest.raises(UsageError):
            decide(wish(**changes), case=case)

    def test_file_is_not_decided_by_its_name(self) -> None:
        with pytest.raises(UsageError, match="does not reach as far"):
            decide(wish(reach=Reach.NAME))


class TestTwoPersons:
    """Where the policy asks for a second person."""

    def test_first_proposes_and_nothing_changes(self) -> None:
        change = decide(rules=TWO)
        assert change.waiver is None
        assert change.proposal == change.step.id
        assert change.step.after == CASE.headline

    def test_second_confirms_and_both_are_named(self) -> None:
        proposal = decide(rules=TWO)
        change = self.confirm(after(CASE, proposal), BOB)
        assert change.waiver is not None
        assert change.waiver.by == "user ada and user bob"
        assert change.waiver.expires_at == proposal.step.expires_at
        assert change.proposal == ""

    def test_nobody_is_their_own_second_by_another_token(self) -> None:
        case = after(CASE, decide(rules=TWO, by=ADA))
        with pytest.raises(Forbidden, match="somebody else"):
            self.confirm(case, msgspec.structs.replace(ADA, token="0" * 12))

    @pytest.mark.parametrize("kind", [Kind.OPERATOR, Kind.TEAM, Kind.PUBLISHER])
    def test_who_shares_an_identity_is_neither(self, kind: Kind) -> None:
        shared = Principal(kind=kind, name="ci", rights=(EVERY_RIGHT,))
        with pytest.raises(Forbidden, match="no single person"):
            decide(rules=TWO, by=shared)
        with pytest.raises(Forbidden, match="no single person"):
            self.confirm(after(CASE, decide(rules=TWO)), shared)

    def test_what_ended_or_was_undone_cannot_be_confirmed(self) -> None:
        proposal = decide(rules=TWO)
        case = after(CASE, proposal)
        with pytest.raises(Outdated, match="ended"):
            self.confirm(case, BOB, now=NOW + dt.timedelta(days=7))
        undo = reviewing.undone(case, proposal.step.id, "no", BOB, now=NOW, new_id="c" * 12)
        assert undo.proposal == ""
        with pytest.raises(Outdated):
            self.confirm(after(case, undo), BOB)
        done = after(case, self.confirm(case, BOB))
        with pytest.raises(Outdated):
            self.confirm(done, BOB)

    def test_one_proposal_at_a_time_until_it_ends(self) -> None:
        case = after(CASE, decide(rules=TWO))
        with pytest.raises(Outdated, match="user ada proposed"):
            decide(rules=TWO, by=BOB, case=case, new_id="b" * 12)
        later = NOW + dt.timedelta(days=8)
        assert decide(rules=TWO, by=BOB, case=case, new_id="b" * 12, now=later).proposal == "b" * 12

    def test_to_keep_something_out_one_is_enough(self) -> None:
        change = decide(wish(kind=StepKind.REFUSE), rules=TWO, by=OPERATOR)
        assert change.waiver is not None
        assert change.waiver.decision is Decision.REFUSE

    @pytest.mark.parametrize(
        ("words", "wanted", "before", "two"),
        [
            ({"refused"}, wish(), Decision.HOLD, False),
            ({"refused"}, wish(), Decision.REFUSE, True),
            ({"project"}, wish(reach=Reach.RELEASE), Decision.HOLD, False),
            ({"project"}, wish(reach=Reach.PROJECT), Decision.HOLD, True),
            ({"release"}, wish(reach=Reach.RELEASE), Decision.HOLD, True),
            ({"check"}, wish(kind=StepKind.WAIVE, check="code-example"), Decision.HOLD, True),
            ({"check", "refused"}, wish(), Decision.HOLD, False),
            ({"refused"}, wish(reach=Reach.RELEASE), Decision.HOLD, True),
            ({"refused"}, wish(reach=Reach.PROJECT), Decision.HOLD, True),
            ({"refused"}, wish(reach=Reach.PROJECT, kind=StepKind.REFUSE), Decision.HOLD, False),
        ],
    )
    def test_policy_says_when(
        self, words: set[str], wanted: Wish, before: Decision, *, two: bool
    ) -> None:
        rules = ReviewRules(two_persons=frozenset(map(Occasion, words)))
        case = msgspec.structs.replace(CASE, decision=before)
        assert (decide(wanted, rules=rules, case=case).waiver is None) is two

    def test_what_was_refused_is_let_in_for_longer_by_two_only(self) -> None:
        rules = ReviewRules(two_persons=frozenset({Occasion.REFUSED}))
        case = msgspec.structs.replace(
            CASE, decision=Decision.ADMIT, otherwise=Decision.REFUSE, headline="admit: waived"
        )
        assert decide(rules=rules, case=case).waiver is None

    def test_refusal_of_another_is_ended_by_nobody_alone(self) -> None:
        refusal = decide(wish(kind=StepKind.REFUSE), rules=TWO).waiver
        assert refusal is not None
        with pytest.raises(Forbidden, match="user ada keeps this out"):
            reviewing.check_end(refusal, BOB, TWO)
        reviewing.check_end(refusal, ADA, TWO)
        reviewing.check_end(refusal, BOB, ONE)

    def test_to_end_what_lets_in_one_is_enough(self) -> None:
        approval = decide().waiver
        assert approval is not None
        reviewing.check_end(approval, BOB, TWO)

    @staticmethod
    def confirm(case: Case, by: Principal, now: dt.datetime = NOW) -> Change:
        return reviewing.confirmed(case, "a" * 12, "", by, now=now, new_id="b" * 12)


class TestUndo:
    """Taking a step back."""

    def test_revokes_the_waiver_of_the_step_once(self) -> None:
        case = after(CASE, decide())
        change = self.undo(case)
        assert change.revocation is not None
        assert (change.revocation.waiver, change.revocation.by) == ("a" * 12, "user bob")
        with pytest.raises(Outdated):
            self.undo(after(case, change))

    def test_question_counts_again_when_its_answer_is_undone(self) -> None:
        asked = reviewing.asked(CASE, "bob", "is it ours?", ADA, now=NOW, new_id="d" * 12)
        assert asked.assignee == "bob"
        decision = decide(case=after(CASE, asked))
        assert decision.assignee == ""
        assert self.undo(after(CASE, asked, decision)).assignee == "bob"

    def test_needs_a_step_of_this_review_and_a_reason(self) -> None:
        with pytest.raises(TargetNotFound):
            self.undo(CASE)
        with pytest.raises(UsageError):
            reviewing.undone(after(CASE, decide()), "a" * 12, "", BOB, now=NOW, new_id="c" * 12)

    @staticmethod
    def undo(case: Case) -> Change:
        return reviewing.undone(case, "a" * 12, "a mistake", BOB, now=NOW, new_id="c" * 12)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["approve", "refuse", "confirm", "undo", "ask"]),
            st.sampled_from([ADA, BOB]),
            st.integers(0, 8),
        ),
        max_size=12,
    )
)
def test_with_two_persons_no_one_lets_anything_in_alone(
    deeds: list[tuple[str, Principal, int]],
) -> None:
    """Whatever two people do, in whatever order: each admission bears both of their names."""
    case = CASE
    for number, (deed, by, chosen) in enumerate(deeds):
        of = case.steps[chosen % len(case.steps)].id if case.steps else ""
        try:
            change = _done(deed, case, by, of, f"{number:012x}")
        except (UsageError, Forbidden):
            continue
        waiver = change.waiver
        if waiver is not None and waiver.decision is Decision.ADMIT:
            assert set(waiver.by.split(" and ")) == {"user ada", "user bob"}
        case = after(case, change)


def _done(deed: str, case: Case, by: Principal, of: str, new_id: str) -> Change:
    if deed in {"approve", "refuse"}:
        return decide(wish(kind=StepKind(deed)), by=by, rules=TWO, case=case, new_id=new_id)
    if deed == "confirm":
        return reviewing.confirmed(case, of, "", by, now=NOW, new_id=new_id)
    if deed == "ask":
        return reviewing.asked(case, "bob", "well?", by, now=NOW, new_id=new_id)
    return reviewing.undone(case, of, "no", by, now=NOW, new_id=new_id)


def test_policy_file_says_what_needs_two() -> None:
    text = '[policy]\nname = "x"\n[policy.review]\ntwo-persons = ["refused"]\nlongest = "30 days"\n'
    rules = load_policy(text, origin="p", known_checks=frozenset()).review
    assert rules.two_persons == {Occasion.REFUSED}
    assert rules.longest == dt.timedelta(days=30)


@pytest.mark.parametrize("line", ['two-persons = ["all"]', 'longest = "400 days"', "two = 1"])
def test_policy_file_with_nonsense_is_refused(line: str) -> None:
    text = f'[policy]\nname = "x"\n[policy.review]\n{line}\n'
    with pytest.raises(UsageError):
        load_policy(text, origin="p", known_checks=frozenset())


def held(message: str, check: str = "code-example", path: str = "a.py") -> Any:
    reason = Reason(Decision.HOLD, "finding", f"{message} ({path})", check)
    return verdict(Decision.HOLD, reasons=[reason])


def test_campaign_is_what_findings_share_without_what_is_particular() -> None:
    one = held("Code is fetched from 'http://a.invalid/1' and run", path="alpha/__init__.py")
    two = held("Code is fetched from 'http://b.invalid/22' and run", path="beta/setup.py")
    other = held("Secrets are sent away")
    assert campaign_of(one) == campaign_of(two)
    assert campaign_of(one) != campaign_of(other)
    assert campaign_of(one).startswith("code-example #")
    assert checks_of(one) == ("code-example",)


def test_known_campaign_has_its_name() -> None:
    known = finding(message="This is code of the known malicious campaign W4SP.")
    of_family = verdict(Decision.REFUSE, outcomes=[outcome("code-known-family", known)])
    assert campaign_of(of_family) == "campaign W4SP"


def test_step_of_nobody_is_not_found() -> None:
    with pytest.raises(TargetNotFound):
        reviewing.subject_of(None, "x")
    assert isinstance(decide().step, Step)
