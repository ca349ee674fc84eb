"""What one suppression covers, and when."""

import datetime as dt

import pytest

from airlock.errors import InvalidPolicy
from airlock.model import Confidence, Severity, Sha256
from airlock.policy import Suppression
from airlock.policy.suppression import MOST_DAYS, check_ends, mark, remarks
from tests.unit.examples import failed, finding, outcome
from tests.unit.suppression.answers import CONTENT, TODAY, suppression

CHECK = "code-example"
SEEN = finding(path="example-1.0/setup.py", digest=str(CONTENT))


def test_covers_what_it_names_and_nothing_beside_it() -> None:
    assert suppression().covers(CHECK, SEEN)
    assert not suppression().covers("code-other", SEEN)
    assert not suppression(path="*/other.py").covers(CHECK, SEEN)
    assert not suppression(sha256=Sha256.of(b"changed")).covers(CHECK, SEEN)


def test_goes_by_the_check_that_was_asked_not_by_what_a_finding_says() -> None:
    posing = finding(path=SEEN.path, digest=SEEN.digest, check=CHECK)
    assert not suppression().covers("code-other", posing)


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("confidence", Confidence)
def test_what_is_severe_is_covered_only_under_its_digest(
    severity: Severity, confidence: Confidence
) -> None:
    seen = finding(severity, confidence, path=SEEN.path, digest=SEEN.digest)
    assert suppression().covers(CHECK, seen)
    assert suppression(sha256=None).covers(CHECK, seen) is (severity < Severity.HIGH)


def test_member_without_a_certain_digest_is_never_covered_by_one() -> None:
    assert not suppression().covers(CHECK, finding(path=SEEN.path, digest=""))
    assert not suppression(path="").covers(CHECK, finding(path=SEEN.path, digest=""))


@pytest.mark.parametrize(
    ("glob", "path", "covered"),
    [
        ("*/setup.py", "example-1.0/setup.py", True),
        ("*/setup.py", "example-1.0/sub/setup.py", False),
        ("**/setup.py", "example-1.0/sub/setup.py", True),
        ("**/setup.py", "setup.py", True),
        ("example-?.0/setup.py", "example-1.0/setup.py", True),
        ("example-?.0/setup.py", "example-10.0/setup.py", False),
        ("setup.py", "example-1.0/setup.py", False),
        ("*/setup.py", "example-1.0/setup.pyc", False),
        ("*/setupxpy", "example-1.0/setup.py", False),
        ("**", "", True),
        ("**", "a/b!/c.py", True),
        ("*/[ab].py", "x/a.py", False),
        ("*/[ab].py", "x/[ab].py", True),
        ("*/s.py", "x\n/s.py", True),
    ],
)
def test_glob_is_about_the_whole_path(glob: str, path: str, covered: bool) -> None:
    mild = finding(Severity.LOW, path=path)
    assert suppression(path=glob, sha256=None).covers(CHECK, mild) is covered


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "\x1b[2J"])
def test_reason_is_one_line_of_text(reason: str) -> None:
    with pytest.raises(InvalidPolicy, match="reason"):
        suppression(reason=reason)


def test_speaks_of_a_path_or_a_content() -> None:
    with pytest.raises(InvalidPolicy, match="path"):
        suppression(path="", sha256=None)


def test_counts_through_its_last_day_and_not_beyond() -> None:
    one = suppression(expires=TODAY)
    assert one.in_force(TODAY)
    assert not one.in_force(TODAY + dt.timedelta(days=1))


def test_one_that_ends_too_far_ahead_does_not_count() -> None:
    last = suppression(expires=TODAY + dt.timedelta(days=MOST_DAYS))
    beyond = suppression(expires=TODAY + dt.timedelta(days=MOST_DAYS + 1))
    assert last.in_force(TODAY)
    assert not beyond.in_force(TODAY)
    check_ends([last, suppression(expires=TODAY - dt.timedelta(days=1))], TODAY)
    with pytest.raises(InvalidPolicy, match="more than 366 days"):
        check_ends([last, beyond], TODAY)


def test_mark_takes_away_marks_that_it_did_not_give() -> None:
    forged = finding(path=SEEN.path, suppressed="says the child")
    (marked,) = mark([outcome(CHECK, forged, SEEN)], [suppression()])
    assert [one.suppressed for one in marked.findings] == ["", "our own loader"]


def test_first_suppression_gives_its_reason() -> None:
    (marked,) = mark([outcome(CHECK, SEEN)], [suppression(), suppression(reason="another")])
    assert marked.findings[0].suppressed == "our own loader"


def test_failure_stays_a_failure() -> None:
    (marked,) = mark([failed(CHECK, SEEN)], [suppression()])
    assert (marked.status, marked.reason) == ("failed", "one file cannot be read")


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (suppression(), []),
        (suppression(path="*/gone.py"), ["covers nothing here"]),
        (suppression(expires=TODAY - dt.timedelta(days=1)), ["counts again"]),
        (
            suppression(path="*/gone.py", expires=TODAY - dt.timedelta(days=1)),
            ["it covers nothing here"],
        ),
        (suppression(expires=TODAY + dt.timedelta(days=999)), ["too far ahead"]),
    ],
)
def test_remarks_tell_what_is_ended_or_of_no_use(one: Suppression, said: list[str]) -> None:
    told = list(remarks([one], [outcome(CHECK, SEEN)], TODAY))
    assert len(told) == len(said)
    assert all(part in line for part, line in zip(said, told, strict=True))
