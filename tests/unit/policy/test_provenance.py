"""What policies require of where files come from."""

from typing import Any

import pytest

from airlock.errors import InvalidPolicy
from airlock.model import Confidence, Decision, Finding, Outcome, ProjectName, Severity, Status
from airlock.model.provenance import Identity
from airlock.model.vouchers import Voucher, VoucherKind, vouchers
from airlock.policy import Policy, decide, load_policy
from airlock.policy.provenance import IdentityPattern, trusted

ATTESTATIONS = "provenance-attestations"
ACME = ProjectName("acme-tool")
GITHUB = "https://token.actions.githubusercontent.com"
GOOGLE = "https://accounts.google.com"
GOOD = Voucher(
    kind=VoucherKind.PUBLISH,
    issuer=GITHUB,
    repository="Acme/Tool",
    workflow="release.yml",
    environment="release",
)
SLSA = Voucher(kind=VoucherKind.SLSA, issuer=GITHUB, repository="Acme/Tool", workflow="release.yml")
EVIL = Voucher(
    kind=VoucherKind.PUBLISH, issuer=GITHUB, repository="evil/tool", workflow="release.yml"
)
ADDRESS = Voucher(kind=VoucherKind.PUBLISH, issuer=GOOGLE, subject="a@acme.example")
IDENTITIES = 'identities = [{ repository = "acme/*", workflow = "release.yml" }]'


def policy(*lines: str) -> Policy:
    head = '[policy]\nname = "test"\n[[policy.provenance.require]]\n'
    return load_policy(head + "\n".join(lines), origin="test", known_checks=frozenset())


def said(*given: Voucher, check: str = ATTESTATIONS, status: Status = Status.SAW) -> Outcome:
    findings = tuple(
        Finding(
            check=check,
            severity=Severity.INFO,
            confidence=Confidence.HIGH,
            message="m",
            evidence=voucher.evidence,
        )
        for voucher in given
    )
    return Outcome(check=check, version=1, status=status, findings=findings)


def objected(check: str, severity: Severity = Severity.LOW) -> Outcome:
    finding = Finding(check=check, severity=severity, confidence=Confidence.LOW, message="m")
    return Outcome(check=check, version=1, status=Status.SAW, findings=(finding,))


def decided(rules: Policy, *outcomes: Outcome, project: ProjectName = ACME) -> Decision:
    ids = [outcome.check for outcome in outcomes]
    decision, _, reasons = decide({project}, outcomes, rules, ids)
    assert all(reason.rule == "provenance" for reason in reasons)
    return decision


@pytest.mark.parametrize(
    ("lines", "given", "decision"),
    [
        ([IDENTITIES], [GOOD], Decision.ADMIT),
        ([IDENTITIES], [EVIL], Decision.REFUSE),
        ([IDENTITIES], [], Decision.REFUSE),
        ([IDENTITIES], [SLSA], Decision.REFUSE),
        ([IDENTITIES, 'otherwise = "hold"'], [], Decision.HOLD),
        ([IDENTITIES], [EVIL, GOOD], Decision.ADMIT),
        (['attestations = ["publish"]'], [EVIL], Decision.ADMIT),
        (['attestations = ["publish", "slsa-provenance"]'], [GOOD], Decision.REFUSE),
        (['attestations = ["publish", "slsa-provenance"]'], [GOOD, SLSA], Decision.ADMIT),
        (
            ['identities = [{ repository = "acme/tool", environment = "release" }]'],
            [GOOD],
            Decision.ADMIT,
        ),
        (
            ['identities = [{ repository = "acme/tool", environment = "other" }]'],
            [GOOD],
            Decision.REFUSE,
        ),
        (
            ['identities = [{ repository = "acme/tool", issuer = "https://gitlab.com" }]'],
            [GOOD],
            Decision.REFUSE,
        ),
        (['identities = [{ repository = "acm/*" }]'], [GOOD], Decision.REFUSE),
        (
            [f'identities = [{{ subject = "a@acme.example", issuer = "{GOOGLE}" }}]'],
            [ADDRESS],
            Decision.ADMIT,
        ),
        (
            [f'identities = [{{ subject = "b@acme.example", issuer = "{GOOGLE}" }}]'],
            [ADDRESS],
            Decision.REFUSE,
        ),
    ],
)
def test_attestations_and_identities(
    lines: list[str], given: list[Voucher], decision: Decision
) -> None:
    rules = policy('projects = ["acme-*"]', *lines)

    assert decided(rules, said(*given)) is decision
    assert decided(rules, said(), project=ProjectName("others")) is Decision.ADMIT


@pytest.mark.parametrize(
    ("keys", "decision"),
    [(["a", "b"], Decision.ADMIT), (["a", "a"], Decision.REFUSE), (["a"], Decision.REFUSE)],
)
def test_signatures_of_different_developers(keys: list[str], decision: Decision) -> None:
    rules = policy('projects = ["*"]', "signatures = 2")
    kinds = [VoucherKind.OPENPGP, VoucherKind.DEVELOPER]
    signed = [Voucher(kind=kind, key=key) for kind, key in zip(kinds, keys, strict=False)]

    assert decided(rules, said(), said(*signed, check="provenance-openpgp")) is decision


def test_attestation_is_no_signature_of_a_developer() -> None:
    rules = policy('projects = ["*"]', "signatures = 1")

    assert decided(rules, said(GOOD, SLSA)) is Decision.REFUSE


def test_first_use_and_downgrade() -> None:
    pinned = policy('projects = ["acme-*"]', "first-use = true", 'otherwise = "hold"')
    kept = policy('projects = ["acme-*"]', "no-downgrade = true")
    publisher, downgrade = objected("provenance-publisher"), objected("provenance-downgrade")
    quiet = objected("provenance-publisher", Severity.INFO)

    assert decided(pinned, said(GOOD), publisher) is Decision.HOLD
    assert decided(pinned, said(GOOD), quiet) is Decision.ADMIT
    assert decided(pinned, said(), quiet, downgrade) is Decision.HOLD
    assert decided(kept, said(GOOD), publisher) is Decision.ADMIT
    assert decided(kept, said(), downgrade) is Decision.REFUSE


def test_first_use_is_not_met_where_nobody_could_tell_who_published() -> None:
    pinned = policy('projects = ["acme-*"]', "first-use = true", 'otherwise = "hold"')
    skipped = Outcome(check="provenance-publisher", version=2, status=Status.SKIPPED, reason="off")

    assert decided(pinned, said()) is Decision.HOLD
    assert decided(pinned, said(), skipped) is Decision.HOLD
    assert (
        decided(
            policy('projects = ["acme-*"]', "signatures = 0", "no-downgrade = true"),
            said(),
            skipped,
        )
        is Decision.ADMIT
    )


def test_nothing_is_required_of_bare_names() -> None:
    rules = policy('projects = ["*"]', IDENTITIES)
    name = Outcome(check="name-known", version=1, status=Status.SAW)

    assert decide({ACME}, [name], rules, ["name-known"])[0] is Decision.ADMIT


def test_only_what_its_own_check_saw_vouches() -> None:
    other = said(GOOD, check="code-command")
    failed = said(GOOD, status=Status.FAILED)
    borrowed = Outcome(check=ATTESTATIONS, version=1, status=Status.SAW, findings=other.findings)
    text = Finding(
        check=ATTESTATIONS, severity=Severity.INFO, confidence=Confidence.LOW, message="m"
    )
    words = Outcome(check=ATTESTATIONS, version=1, status=Status.SAW, findings=(text,))

    assert list(vouchers([other, failed, borrowed, words])) == []
    assert list(vouchers([said(GOOD)])) == [GOOD]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["projects = []", "signatures = 1"], "name the projects"),
        (['projects = ["a*"]', "signatures = 1"], "not a prefix"),
        (['projects = ["*"]'], "requires nothing"),
        (['projects = ["*"]', "signatures = -1"], "0 to 20"),
        (['projects = ["*"]', "signatures = 21"], "0 to 20"),
        (['projects = ["*"]', "signatures = 1", 'otherwise = "admit"'], "otherwise"),
        (['projects = ["*"]', 'attestations = ["any"]'], "attestations"),
        (['projects = ["*"]', "identities = [{}]"], "nobody is everybody"),
        (['projects = ["*"]', 'identities = [{ repository = "*" }]'], "no owner/name"),
        (['projects = ["*"]', 'identities = [{ repository = "*/tool" }]'], "no owner/name"),
        (['projects = ["*"]', 'identities = [{ repository = "/*" }]'], "no owner/name"),
        (['projects = ["*"]', 'identities = [{ repository = "acme" }]'], "no owner/name"),
        (['projects = ["*"]', 'identities = [{ subject = "a@b.example" }]'], "needs the issuer"),
        (
            ['projects = ["*"]', 'identities = [{ subject = "a", issuer = "http://b.example" }]'],
            "URL of an issuer",
        ),
        (['projects = ["*"]', "signature = 1"], "signature"),
    ],
)
def test_what_cannot_be_obeyed_is_an_error(lines: list[str], sentence: str) -> None:
    with pytest.raises(InvalidPolicy, match=sentence):
        policy(*lines)


def test_index_may_be_asked_for_nothing() -> None:
    def loaded(*lines: str) -> Policy:
        head = '[policy]\nname = "test"\n[policy.provenance]\nask = false\n'
        return load_policy(head + "\n".join(lines), origin="test", known_checks=frozenset())

    assert not loaded().ask_provenance
    assert loaded().version != Policy(name="test").version
    with pytest.raises(InvalidPolicy, match="never asked"):
        loaded("[[policy.provenance.require]]", 'projects = ["*"]', "signatures = 1")


def test_requirements_are_in_the_version_of_a_policy() -> None:
    one, other = (policy('projects = ["*"]', f"signatures = {count}") for count in (1, 2))

    assert len({one.version, other.version, Policy(name="test").version}) == 3


def test_who_is_trusted_is_told_by_project() -> None:
    rules = policy('projects = ["acme-*"]', IDENTITIES)

    assert trusted(ProjectName("others"), rules.provenance) == ()
    (pattern,) = trusted(ACME, rules.provenance)
    assert pattern.label == "acme/*, release.yml"


def test_identity_without_a_repository_is_no_workflow() -> None:
    pattern = IdentityPattern(repository="acme/*")
    given: dict[str, Any] = {"issuer": GITHUB, "subject": "acme/tool"}

    assert not pattern.matches(Identity(**given))


def test_suspicion_of_provenance_alone_never_refuses() -> None:
    changed = objected("provenance-publisher", Severity.HIGH)
    finding = changed.findings[0]
    sure = Finding(
        check="code-native",
        severity=Severity.MEDIUM,
        confidence=Confidence.HIGH,
        message="a capability",
    )
    strong = Outcome(
        check=changed.check,
        version=1,
        status=Status.SAW,
        findings=(
            Finding(
                check=finding.check,
                severity=Severity.HIGH,
                confidence=Confidence.MEDIUM,
                message="m",
            ),
        ),
    )
    capable = Outcome(check="code-native", version=1, status=Status.SAW, findings=(sure,))
    decision, _, _ = decide({ACME}, [strong, capable], Policy(), [strong.check, capable.check])
    assert decision is Decision.HOLD
