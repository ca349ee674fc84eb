"""Requirements of provenance as properties: more vouchers never hurt, fewer never help."""

from hypothesis import given
from hypothesis import strategies as st

from airlock.model import Confidence, Decision, Finding, Outcome, ProjectName, Severity, Status
from airlock.model.vouchers import Voucher, VoucherKind
from airlock.policy import Policy, decide
from airlock.policy.provenance import IdentityPattern, Requirement

CHECK = "provenance-attestations"
ISSUERS = st.sampled_from(["https://token.actions.githubusercontent.com", "https://gitlab.com"])
REPOSITORIES = st.sampled_from(["acme/tool", "acme/other", "evil/tool", "ACME/Tool"])
WORKFLOWS = st.sampled_from(["release.yml", "other.yml"])
VOUCHERS = st.builds(
    Voucher,
    kind=st.sampled_from(VoucherKind),
    issuer=ISSUERS,
    repository=REPOSITORIES,
    workflow=WORKFLOWS,
    key=st.sampled_from(["", "a", "b", "c"]),
)
PATTERNS = st.builds(
    IdentityPattern,
    issuer=ISSUERS | st.just(""),
    repository=REPOSITORIES | st.just("acme/*"),
    workflow=WORKFLOWS | st.just(""),
)
REQUIREMENTS = st.builds(
    Requirement,
    projects=st.sampled_from([("*",), ("acme-*",), ("acme-tool",)]),
    attestations=st.lists(
        st.sampled_from([VoucherKind.PUBLISH, VoucherKind.SLSA]), unique=True
    ).map(tuple),
    identities=st.lists(PATTERNS, max_size=2).map(tuple),
    signatures=st.integers(1, 3),
    otherwise=st.sampled_from([Decision.HOLD, Decision.REFUSE]),
)
PROJECTS = st.sampled_from(["acme-tool", "acme-other", "others"]).map(ProjectName)


def decided(rules: list[Requirement], vouchers: list[Voucher], project: ProjectName) -> Decision:
    findings = tuple(
        Finding(
            check=CHECK,
            severity=Severity.INFO,
            confidence=Confidence.HIGH,
            message="m",
            evidence=voucher.evidence,
        )
        for voucher in vouchers
    )
    outcome = Outcome(check=CHECK, version=1, status=Status.SAW, findings=findings)
    policy = Policy(provenance=tuple(rules))
    return decide({project}, [outcome], policy, [CHECK])[0]


@given(
    rules=st.lists(REQUIREMENTS, max_size=3),
    vouchers=st.lists(VOUCHERS, max_size=5),
    more=VOUCHERS,
    project=PROJECTS,
)
def test_more_vouchers_never_make_it_stricter(
    rules: list[Requirement], vouchers: list[Voucher], more: Voucher, project: ProjectName
) -> None:
    assert decided(rules, [*vouchers, more], project) <= decided(rules, vouchers, project)


@given(
    rules=st.lists(REQUIREMENTS, max_size=3),
    rule=REQUIREMENTS,
    vouchers=st.lists(VOUCHERS, max_size=5),
    project=PROJECTS,
)
def test_more_requirements_never_make_it_laxer(
    rules: list[Requirement], rule: Requirement, vouchers: list[Voucher], project: ProjectName
) -> None:
    assert decided([*rules, rule], vouchers, project) >= decided(rules, vouchers, project)


@given(rule=REQUIREMENTS, project=PROJECTS)
def test_without_vouchers_every_requirement_that_is_about_a_project_objects(
    rule: Requirement, project: ProjectName
) -> None:
    wanted = rule.otherwise if rule.covers([project]) else Decision.ADMIT
    assert decided([rule], [], project) is wanted


@given(voucher=VOUCHERS, pattern=PATTERNS)
def test_identity_that_matches_has_the_issuer_and_the_owner(
    voucher: Voucher, pattern: IdentityPattern
) -> None:
    if pattern.matches(voucher.identity):
        owner = pattern.repository.partition("/")[0]
        assert voucher.issuer == pattern.of_issuer
        assert voucher.repository.lower().startswith(f"{owner.lower()}/")
