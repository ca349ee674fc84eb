"""Every example of every check: what it flags is flagged, what it spares is spared."""

import pytest

from tests.checks.harness import Case, complaints, load_cases, run_case


@pytest.mark.parametrize("case", load_cases(), ids=lambda case: case.id)
def test_the_check_decides_as_its_example_asks(case: Case) -> None:
    assert complaints(case, run_case(case)) == []
