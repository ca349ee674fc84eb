"""A suppression is taken out of the text of a policy, and nothing else changes."""

import pytest

from airlock.errors import Outdated, UsageError
from airlock.policy import load_policy
from airlock.policy.rewriting import without_suppression

FIRST = """\
# Ours.
[policy]
name = "ours"   # as it was

[[policy.suppress]]
check = "code-example"
path = "*/a.py"
reason = "looked at"
expires = 2027-05-01
"""
SECOND = """
[[policy.suppress]]
check = "code-example"
sha256 = "%s"
reason = "fetches \\"fonts\\""
expires = 2027-05-02
""" % ("AB" * 32)
REST = '\n[policy.review]\ntwo-persons = ["project"] # so\n'


def keys(text: str) -> list[str]:
    policy = load_policy(text, origin="x", known_checks=frozenset({"code-example"}))
    return [one.key for one in policy.suppress]


def test_one_of_two_then_the_other() -> None:
    first, second = keys(FIRST + SECOND + REST)
    left = without_suppression(FIRST + SECOND + REST, second)
    assert left == FIRST + "\n[policy.review]\n" + REST.split("\n", 2)[2]
    assert keys(left) == [first]
    none = without_suppression(left, first)
    assert none.startswith('# Ours.\n[policy]\nname = "ours"   # as it was\n')
    assert keys(none) == []
    assert 'two-persons = ["project"] # so' in none
    with pytest.raises(Outdated, match="not written in the policy"):
        without_suppression(none, first)


def test_whatever_is_written_alike_goes_together() -> None:
    head, mark, table = FIRST.partition("[[policy.suppress]]")
    twice = head + mark + table + mark + table
    (key, same) = keys(twice)
    assert key == same
    assert keys(without_suppression(twice, key)) == []


def test_inline_tables_too() -> None:
    entry = '{check = "code-example", path = "PATH", reason = "r", expires = 2027-01-01}'
    two = ", ".join(entry.replace("PATH", path) for path in ("a", "b"))
    inline = f'[policy]\nname = "x"\nsuppress = [{two}]\n'
    first, second = keys(inline)
    assert keys(without_suppression(inline, first)) == [second]


def test_what_cannot_be_changed_with_certainty_is_left_to_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tomlkit.dumps", lambda _: FIRST)
    with pytest.raises(UsageError, match="with certainty"):
        without_suppression(FIRST + REST, keys(FIRST)[0])
