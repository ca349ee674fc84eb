"""The exit code of a command: nothing but admissions is 0, and a refusal is always 1."""

import pytest

from airlock import errors
from airlock.errors import AirlockError
from airlock.model import Decision
from airlock.report import Result, Unexamined, exit_code
from tests.unit.examples import verdict

ADMITTED, HELD, REFUSED = (verdict(decision) for decision in Decision)
WRONG = Unexamined("nothing.whl", "there is no such file", exit_code=2)
UNREAD = Unexamined("broken.whl", "it cannot be read")
FAILED = Unexamined("example", "the index does not answer", exit_code=4)


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([ADMITTED], 0),
        ([ADMITTED, ADMITTED], 0),
        ([REFUSED], 1),
        ([HELD], 3),
        ([UNREAD], 3),
        ([WRONG], 2),
        ([FAILED], 4),
        ([], 3),
        ([ADMITTED, HELD], 3),
        ([ADMITTED, WRONG], 2),
        ([ADMITTED, FAILED], 4),
        ([HELD, WRONG], 3),
        ([HELD, FAILED], 4),
        ([WRONG, FAILED, HELD, REFUSED, ADMITTED], 1),
        ([REFUSED, FAILED], 1),
    ],
)
def test_exit_codes(results: list[Result], code: int) -> None:
    assert exit_code(results) == code
    assert exit_code(results[::-1]) == code


def every_error() -> list[type[AirlockError]]:
    return [
        error
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, AirlockError)
    ]


@pytest.mark.parametrize("error", every_error())
def test_no_error_makes_a_target_clean_or_refused(error: type[AirlockError]) -> None:
    result = Unexamined.because("example", error("it went wrong"))
    assert exit_code([result]) in {2, 3, 4}
    assert exit_code([ADMITTED, result]) != 0


def test_what_went_wrong_is_told_with_its_cure() -> None:
    result = Unexamined.because("a", errors.TargetNotFound("no a", hint="Look for b."))
    assert result == Unexamined("a", "no a", "Look for b.", 2)


def test_bytes_that_are_not_the_announced_ones_are_no_refusal_of_an_examined_file() -> None:
    assert Unexamined.because("a", errors.DigestMismatch("other bytes")).exit_code == 3
