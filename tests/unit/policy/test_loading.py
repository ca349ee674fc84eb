"""A policy from TOML: whatever is not understood is an error that names the setting."""

from pathlib import Path

import pytest

import airlock
from airlock.errors import InvalidPolicy
from airlock.model import Confidence, Decision, Severity
from airlock.policy import CheckRule, Policy, Threshold, default_policy, load_policy

CHECKS = frozenset({"code-example", "name-lookalike", "code-install-hook"})
DOCS = Path(airlock.__file__).parents[2] / "docs"


def load(text: str) -> Policy:
    return load_policy(text, origin="team.toml", known_checks=CHECKS)


def settings(text: str) -> Policy:
    return load(f'[policy]\nname = "test"\n{text}')


def test_everything_that_can_be_set() -> None:
    policy = load("""
        [policy]
        name = "payments team"
        refuse = { severity = "high", confidence = "medium" }
        hold = { severity = "low", confidence = "low" }
        hold-score = 0.5
        agreement = "hold"
        support = { severity = "low", confidence = "medium" }
        deny = ["Evil_Pkg", "evil.pkg", "other"]

        [policy.checks.name-lookalike]
        at-most = "hold"

        [policy.checks.code-example]
        at-least = "hold"
        at-most = "hold"
    """)
    assert policy == Policy(
        name="payments team",
        refuse=Threshold(Severity.HIGH, Confidence.MEDIUM),
        hold=Threshold(Severity.LOW, Confidence.LOW),
        hold_score=0.5,
        agreement=Decision.HOLD,
        support=Threshold(Severity.LOW, Confidence.MEDIUM),
        deny=policy.deny,
        checks={
            "name-lookalike": CheckRule(at_most=Decision.HOLD),
            "code-example": CheckRule(Decision.HOLD, Decision.HOLD),
        },
    )
    assert policy.deny == {"evil-pkg", "other"}


def test_a_name_alone_is_the_built_in_policy_under_that_name() -> None:
    policy = load('[policy]\nname = "default"')
    assert policy == default_policy()
    assert policy.version == default_policy().version


def test_hold_score_may_be_a_whole_number() -> None:
    assert settings("hold-score = 1").hold_score == 1.0


@pytest.mark.skipif(not DOCS.is_dir(), reason="the documents are not beside this installation")
def test_the_example_in_the_documentation_is_a_policy() -> None:
    example = (DOCS / "reference/policy.md").read_text().split("```toml")[1].split("```")[0]
    assert load(example).checks["code-install-hook"].at_least is Decision.HOLD


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "policy"),
        ("# nothing but a remark\n", "policy"),
        ("[policy]", "name"),
        ("name = 'x'", "name"),
        ("policy = 1", "policy"),
        ("[policy\nname = 'x'", "line 1"),
        ("[policy]\nname = 5", r"\$\.policy\.name"),
        ("[policy]\nname = ''", "name"),
        ("[policy]\nname = '  '", "name"),
        ('[policy]\nname = "a\\nb"', "name"),
        ('[policy]\nname = "x"\n[other]', "other"),
        ('[policy]\nname = "x"\nname = "y"', "overwrite"),
        ("a = " + "[" * 5000, "nested|array|line"),
    ],
)
def test_document_that_is_no_policy(text: str, says: str) -> None:
    with pytest.raises(InvalidPolicy, match=says) as caught:
        load(text)
    assert str(caught.value).startswith("team.toml: ")
    assert "docs/reference/policy.md" in caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour = 'red'", "colour"),
        ("hold_score = 0.5", "hold_score"),
        ("hold-score = 0", "hold-score"),
        ("hold-score = 0.0", "hold-score"),
        ("hold-score = -0.1", "hold-score"),
        ("hold-score = 1.01", "hold-score"),
        ("hold-score = nan", "hold-score"),
        ("hold-score = inf", "hold-score"),
        ("hold-score = '0.5'", "hold_?-?score"),
        ("hold-score = true", "hold_?-?score"),
        ("deny = 'evil-pkg'", "deny"),
        ("deny = ['evil pkg']", "deny.*evil pkg"),
        ("deny = ['evil-*']", "deny"),
        ("deny = ['']", "deny"),
        ("deny = [7]", "deny"),
        ("refuse = 'critical'", "refuse"),
        ("refuse = { severity = 'critical' }", "confidence.*refuse"),
        ("refuse = { confidence = 'high' }", "severity.*refuse"),
        ("refuse = { severity = 'deadly', confidence = 'high' }", "refuse.severity"),
        ("refuse = { severity = 'CRITICAL', confidence = 'high' }", "refuse.severity"),
        ("hold = { severity = 'high', confidence = 'sure' }", "hold.confidence"),
        ("hold = { severity = 'high', confidence = 'low', path = 'x' }", "path.*hold"),
        ("checks = []", "checks"),
        ("[policy.checks.code-exampel]", "checks.*code-exampel"),
        ("[policy.checks.code-example]\nat-least = 'maybe'", "code-example.at-least.*'maybe'"),
        ("[policy.checks.code-example]\nat-most = 'HOLD'", "code-example.at-most.*'HOLD'"),
        ("[policy.checks.code-example]\nat-most = 1", "at-most"),
        ("[policy.checks.code-example]\natmost = 'hold'", "atmost"),
        ("[policy.checks.code-example]\nignore = true", "ignore"),
        (
            "[policy.checks.code-example]\nat-least = 'refuse'\nat-most = 'hold'",
            "code-example.*stricter",
        ),
        (
            "[policy.checks.code-example]\nat-least = 'hold'\nat-most = 'admit'",
            "code-example.*stricter",
        ),
    ],
)
def test_setting_that_cannot_be_obeyed_is_named(text: str, says: str) -> None:
    with pytest.raises(InvalidPolicy, match=says) as caught:
        settings(text)
    assert str(caught.value).startswith("team.toml: ")
    assert caught.value.hint


def test_messages_about_a_policy_print() -> None:
    with pytest.raises(InvalidPolicy) as caught:
        settings('[policy.checks."\\u001b[2J"]')
    assert "\x1b" not in str(caught.value)
