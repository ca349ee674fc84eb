"""Suppressions as they are written: in a policy, and in a project's pyproject.toml."""

import datetime as dt

import pytest

from airlock.errors import InvalidPolicy
from airlock.policy import Policy, load_policy
from airlock.policy.suppression_tables import project_suppressions
from tests.unit.suppression.answers import CONTENT, TODAY, suppression

CHECKS = frozenset({"code-example"})
TABLE = f"""
check = "code-example"
path = "*/setup.py"
sha256 = "{CONTENT}"
reason = "our own loader"
expires = 2026-12-23
"""


def in_policy(table: str) -> Policy:
    text = f'[policy]\nname = "team"\n[[policy.suppress]]\n{table}'
    return load_policy(text, origin="policy.toml", known_checks=CHECKS)


def test_policy_and_project_say_it_alike() -> None:
    (one,) = in_policy(TABLE).suppress
    (other,) = project_suppressions(
        f"[[tool.airlock.suppress]]\n{TABLE}", origin="pyproject.toml", known_checks=CHECKS
    )
    assert one == suppression(origin="policy.toml")
    assert other == suppression(origin="pyproject.toml")


@pytest.mark.parametrize(
    "text", ["", "[project]\nname = 'x'\n", "[tool.ruff]\nsuppress = 3\n", "[tool.airlock]\n"]
)
def test_project_without_suppressions_has_none(text: str) -> None:
    assert project_suppressions(text, origin="pyproject.toml", known_checks=CHECKS) == ()


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('check = "code-example"', 'check = "code-none"', "code-none"),
        ('check = "code-example"', "", "check"),
        ('reason = "our own loader"', "", "reason"),
        ('reason = "our own loader"', 'reason = " "', "reason"),
        ("expires = 2026-12-23", "", "expires"),
        ("expires = 2026-12-23", 'expires = "soon"', "expires"),
        ("expires = 2026-12-23", "expires = 30", "expires"),
        (str(CONTENT), "abc", "SHA-256"),
        ("path =", "glob =", "glob"),
        ('path = "*/setup.py"', "path = 3", "path"),
    ],
)
def test_what_cannot_be_obeyed_is_named(before: str, after: str, named: str) -> None:
    table = TABLE.replace(before, after)
    assert table != TABLE
    with pytest.raises(InvalidPolicy, match=rf"policy\.toml: .*{named}"):
        in_policy(table)
    with pytest.raises(InvalidPolicy, match=rf"pyproject\.toml: .*{named}"):
        project_suppressions(
            f"[[tool.airlock.suppress]]\n{table}", origin="pyproject.toml", known_checks=CHECKS
        )


@pytest.mark.parametrize(
    "text", ["[[tool.airlock.suppres]]\nx = 1\n", "[tool", "tool = 3\n", "x = " + "[" * 9999]
)
def test_document_that_cannot_be_read_is_an_error(text: str) -> None:
    with pytest.raises(InvalidPolicy, match=r"pyproject\.toml"):
        project_suppressions(text, origin="pyproject.toml", known_checks=CHECKS)


def test_policy_changes_its_version_with_its_suppressions_and_when_they_end() -> None:
    plain = Policy(name="team")
    policy = in_policy(TABLE)
    assert policy.version != plain.version
    assert policy.at(TODAY) == policy
    after = policy.at(dt.date(2026, 12, 24))
    assert after.suppress == ()
    assert after.version == plain.version
