"""What another policy would have decided; and of what nothing can be said."""

from collections.abc import Iterable

import msgspec
import pytest

from airlock.checks import Check, CheckSet, Subject
from airlock.model import Decision, Finding, ProjectName, Status, Verdict
from airlock.model.wire import decode, encode
from airlock.policy import CheckRule, Policy, load_policy
from airlock.rejudging import Rejudged, Rejudging, apart
from tests.unit.examples import NOW, outcome
from tests.unit.gate.doors import BAD, CHECKS, CLEAN, NEWER_CHECKS, Building, Example

LAX = Policy(name="lax", checks={"code-example": CheckRule(at_most=Decision.ADMIT)})
REQUIRING = """\
[policy]
name = "requiring"
[[policy.provenance.require]]
projects = ["example"]
attestations = ["publish"]
"""
PINNING = f"""\
[policy]
name = "pinning"
[[policy.openpgp]]
projects = ["example"]
fingerprints = ["{"a" * 40}"]
"""


class Asking(Check):
    """Stands for the check that asks where a file comes from."""

    id, version = "provenance-attestations", 1

    def artifact(self, subject: Subject) -> Iterable[Finding]:
        return ()


def policy(text: str) -> Policy:
    return load_policy(text, origin="test", known_checks=frozenset({"code-example"}))


def rejudged(
    *verdicts: Verdict, tried: Policy, checks: CheckSet = CHECKS, in_force: Policy | None = None
) -> Rejudged:
    rejudging = Rejudging(tried, in_force or Policy(), checks, NOW)
    for verdict in verdicts:
        rejudging.take(verdict)
    return rejudging.found


def test_what_changes_is_counted_and_named() -> None:
    building = Building()
    bad, clean = building.judged(BAD), building.judged(CLEAN)
    found = rejudged(bad, bad, clean, tried=LAX)
    assert (found.judged, found.changed, found.not_judged) == (3, 2, 0)
    ((before, after, group),) = found.changes()
    assert (before, after, group.number) == (Decision.REFUSE, Decision.ADMIT, 2)
    assert group.examples[0].sha256 == bad.artifact.sha256
    assert found.table()[0] == (Decision.ADMIT, [1, 0, 0], 1)
    assert decode(encode(found), Rejudged) == found


def test_examples_are_bounded_and_numbers_are_not() -> None:
    bad = Building().judged(BAD)
    found = rejudged(*[bad] * 300, tried=LAX)
    ((_, _, group),) = found.changes()
    assert group.number == 300
    assert len(group.examples) == 20


@pytest.mark.parametrize(
    ("reason", "known"),
    [
        ("the index offers no provenance of this file", True),
        ("the policy asks for no provenance", False),
        ("sigstore is not installed", False),
    ],
)
def test_required_provenance_that_nobody_had_asked_for_is_not_known(
    reason: str, known: bool
) -> None:
    asked = outcome(Asking.id, status=Status.SKIPPED, reason=reason)
    clean = msgspec.structs.replace(Building().judged(CLEAN), outcomes=(*CLEAN, asked))
    found = rejudged(clean, tried=policy(REQUIRING), checks=CheckSet([Example(), Asking()]))
    assert (found.judged, found.not_judged) == ((1, 0) if known else (0, 1))
    assert found.changed == found.judged


def test_signatures_by_other_certificates_are_not_known() -> None:
    clean = Building().judged(CLEAN)
    found = rejudged(clean, tried=policy(PINNING))
    assert (found.judged, found.not_judged, found.changed) == (0, 1, 0)
    assert rejudged(clean, tried=policy(PINNING), in_force=policy(PINNING)).judged == 1
    release = msgspec.structs.replace(clean.artifact.release, project=ProjectName("quay"))
    artifact = msgspec.structs.replace(clean.artifact, release=release)
    elsewhere = msgspec.structs.replace(clean, artifact=artifact)
    assert rejudged(elsewhere, tried=policy(PINNING)).judged == 1


def test_what_older_checks_saw_is_judged_and_told() -> None:
    found = rejudged(Building().judged(CLEAN), tried=LAX, checks=NEWER_CHECKS)
    assert (found.judged, found.older) == (1, 1)


def test_what_was_examined_by_fewer_checks_is_no_unchanged_one() -> None:
    verdict = msgspec.structs.replace(Building().judged(CLEAN), outcomes=())
    found = rejudged(verdict, tried=LAX)
    assert (found.judged, found.changed, found.not_judged) == (0, 0, 1)
    ((why, group),) = found.blind.items()
    assert "before these checks were there: code-example" in why
    assert group.number == 1


def test_what_a_door_asks_at_its_moment_is_named() -> None:
    text = '[policy]\nname = "x"\ndetonate = "held"\n[policy.age]\nuploaded = "7 days"\n'
    told = apart(policy(text), Policy())
    assert any("how old" in one for one in told)
    assert any("sandbox" in one for one in told)
    assert apart(LAX, Policy()) == []
