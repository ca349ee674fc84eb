"""What an issuer says is worth one token, for the workflow that was named, for this index, now."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest

from airlock.accounts.publishing import new_publisher
from airlock.errors import AirlockError, Forbidden, TooManyAttempts, Unauthenticated
from airlock.gate.access import Credentials
from airlock.gate.access.accounts import AccountAccess
from airlock.gate.access.minting import Minting
from airlock.gate.access.oidc import Issuers, require_believable
from airlock.gate.access.reading import Reading
from airlock.model import ProjectName
from airlock.model.access import Action
from airlock.model.people import Stamp
from airlock.model.publishing import Provider, Publisher
from airlock.store import Records, open_records
from tests.simulators.issuer import Issuer, github, gitlab

AUDIENCE = "airlock.example"
TOOL = ProjectName("acme-tool")


@pytest.fixture(scope="module")
def _issuer() -> Iterator[Issuer]:
    with Issuer() as server:
        yield server


@pytest.fixture
def issuer(_issuer: Issuer) -> Issuer:
    _issuer.asked.clear()
    _issuer.document = {}
    return _issuer


class House:
    """A database, and what mints tokens, with the clock in the test's hand."""

    def __init__(self, records: Records, issuer: Issuer) -> None:
        self.records = records
        self.issuer = issuer
        self.ahead = dt.timedelta(0)
        self.minting = Minting(records, Issuers([issuer.url], AUDIENCE, self.now), self.now)

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.ahead

    def publisher(  # noqa: PLR0913 - a publisher has that many parts
        self,
        project: str = "acme-tool",
        *,
        provider: Provider = Provider.GITHUB,
        repository: str = "Acme/Tool",
        workflow: str = "release.yml",
        environment: str = "",
        owner_id: str = "",
        issuer: str = "",
    ) -> Publisher:
        made = new_publisher(
            project=ProjectName(project),
            provider=provider,
            issuer=issuer or self.issuer.url,
            repository=repository,
            workflow=workflow,
            environment=environment,
            owner_id=owner_id,
            now=self.now(),
        )
        self.records.publishers.add(made, Stamp("operator", self.now()))
        return made

    def mint(self, assertion: str, address: str = "192.0.2.1") -> str:
        return self.minting.mint(assertion, address).text

    def may(self, token: str, action: Action, project: str) -> bool:
        access = AccountAccess(self.records, None, Reading.USERS, self.now)
        return access.identify(Credentials(token), "").may(action, ProjectName(project))


@pytest.fixture
def house(tmp_path: Path, issuer: Issuer) -> Iterator[House]:
    with open_records(f"sqlite:///{tmp_path}/airlock.db") as records:
        yield House(records, issuer)


def test_workflow_gets_a_token_for_its_project_and_nothing_else(house: House) -> None:
    house.publisher()
    token = house.mint(house.issuer.token(github()))
    assert house.may(token, Action.UPLOAD, "Acme_Tool")
    assert house.may(token, Action.CREATE, "acme-tool")
    for action, project in (
        (Action.UPLOAD, "acme-tools"),
        (Action.UPLOAD, "acme"),
        (Action.YANK, "acme-tool"),
        (Action.READ, "acme-tool"),
        (Action.ADMIN, "acme-tool"),
    ):
        assert not house.may(token, action, project)


def test_workflow_of_two_projects_gets_one_token_for_both(house: House) -> None:
    house.publisher()
    house.publisher("acme-other")
    house.publisher("acme-third", workflow="other.yml")
    token = house.mint(house.issuer.token(github()))
    assert house.may(token, Action.UPLOAD, "acme-tool")
    assert house.may(token, Action.UPLOAD, "acme-other")
    assert not house.may(token, Action.UPLOAD, "acme-third")


def test_gitlab_job(house: House) -> None:
    house.publisher(provider=Provider.GITLAB, repository="acme/sub/tool", workflow=".gitlab-ci.yml")
    host = house.issuer.url.removeprefix("http://")
    assert house.mint(house.issuer.token(gitlab(host)))
    for wrong in (
        {"project_path": "acme/tool"},
        {"ci_config_ref_uri": f"{host}/evil/tool//.gitlab-ci.yml@refs/heads/main"},
        {"ci_config_ref_uri": "gitlab.example/acme/sub/tool//.gitlab-ci.yml@refs/heads/main"},
        {"ci_config_ref_uri": f"{host}/acme/sub/tool//.gitlab-ci.yml@refs/heads/other"},
    ):
        with pytest.raises(Forbidden):
            house.mint(house.issuer.token(gitlab(host, **wrong)))


def test_replayed_assertion_is_worth_nothing_in_no_process(house: House, tmp_path: Path) -> None:
    house.publisher()
    assertion = house.issuer.token(github())
    house.mint(assertion)
    with pytest.raises(Forbidden, match="used before"):
        house.mint(assertion)
    with open_records(f"sqlite:///{tmp_path}/airlock.db") as records:
        other = House(records, house.issuer)
        with pytest.raises(Forbidden, match="used before"):
            other.mint(assertion)
        # Another token with the same id is the same assertion.
        again = house.issuer.token(github(jti="one"))
        other.mint(again)
        with pytest.raises(Forbidden, match="used before"):
            house.mint(house.issuer.token(github(jti="one", sub="other")))


def test_minted_token_ends_after_fifteen_minutes_and_with_its_publisher(house: House) -> None:
    publisher = house.publisher()
    token = house.mint(house.issuer.token(github()))
    house.ahead = dt.timedelta(minutes=14, seconds=50)
    assert house.may(token, Action.UPLOAD, "acme-tool")
    house.ahead = dt.timedelta(minutes=15)
    with pytest.raises(Unauthenticated):
        house.may(token, Action.UPLOAD, "acme-tool")
    house.ahead = dt.timedelta(0)
    house.records.publishers.remove(publisher.id, Stamp("operator", house.now()))
    with pytest.raises(Unauthenticated):
        house.may(token, Action.UPLOAD, "acme-tool")


@pytest.mark.parametrize(
    "wrong",
    [
        {"repository": "evil/tool"},
        {"repository": "acme/tool2"},
        {"repository": None},
        {"repository": ["acme/tool"]},
        {"repository": "acme/too\u017f"},
        {"job_workflow_ref": None},
        # A workflow that is taken from elsewhere, or is another file.
        {"job_workflow_ref": "evil/shared/.github/workflows/release.yml@refs/heads/main"},
        {"job_workflow_ref": "acme/tool/.github/workflows/other.yml@refs/heads/main"},
        {"job_workflow_ref": "acme/tool/.github/workflows/RELEASE.yml@refs/heads/main"},
        {"job_workflow_ref": "acme/tool/.github/workflows/x/release.yml@refs/heads/main"},
        # Of another branch than the token.
        {"job_workflow_ref": "acme/tool/.github/workflows/release.yml@refs/heads/evil"},
        {"job_workflow_ref": "acme/tool/.github/workflows/release.yml"},
        {"job_workflow_ref": "acme/tool/.github/workflows/release.yml@"},
        {
            "job_workflow_ref": "acme/tool/.github/workflows/release.yml@x@refs/heads/main",
        },
    ],
)
def test_other_workflows_get_nothing(house: House, wrong: dict[str, object]) -> None:
    house.publisher()
    with pytest.raises(Forbidden):
        house.mint(house.issuer.token({**github(), **wrong}))


def test_environment_and_owner_where_they_are_named(house: House) -> None:
    house.publisher(environment="Release", owner_id="4711")
    for wrong in ({}, {"environment": "test"}, {"environment": ""}, {"environment": None}):
        with pytest.raises(Forbidden):
            house.mint(house.issuer.token(github(**wrong)))
    with pytest.raises(Forbidden):
        house.mint(house.issuer.token(github(environment="release", repository_owner_id="12")))
    assert house.mint(house.issuer.token(github(environment="release")))


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "pypi"},
        {"aud": ["airlock.example", "pypi"]},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"jti": None},
        {"jti": ""},
        {"exp": None},
        {"iat": None},
        {"exp": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
        {"exp": dt.datetime(2099, 1, 1, tzinfo=dt.UTC)},
        {"iat": dt.datetime(2098, 1, 1, tzinfo=dt.UTC), "exp": None},
        {"nbf": dt.datetime(2099, 1, 1, tzinfo=dt.UTC)},
        {"exp": "soon"},
    ],
)
def test_token_of_another_time_audience_or_issuer(house: House, wrong: dict[str, object]) -> None:
    house.publisher()
    with pytest.raises(Unauthenticated):
        house.mint(house.issuer.token({**github(), **wrong}))


def test_signature_is_that_of_the_issuer(house: House) -> None:
    house.publisher()
    good = house.issuer.token(github())
    head, body, signature = good.split(".")
    with Issuer() as other:
        forged = house.issuer.token(github(), key=other.keys["first"])
    public = house.issuer.keys["first"].public_key()
    confused = jwt.encode(github(iss=house.issuer.url), "x" * 32, "HS256", {"kid": "first"})
    unsigned = jwt.encode(github(iss=house.issuer.url), None, "none", {"kid": "first"})  # type: ignore[arg-type]
    assert public
    for token in (
        forged,
        confused,
        unsigned,
        f"{head}.{body}.",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body}",
        "",
        "a.b.c",
        "x" * 100_000,
        "\ud800",
    ):
        with pytest.raises(Unauthenticated):
            house.mint(token, "192.0.2.9")
    assert house.mint(good)


def test_nobody_makes_the_gate_fetch_another_address(house: House) -> None:
    house.publisher(issuer="https://other.example")
    with Issuer() as other:
        with pytest.raises(Unauthenticated, match="not believed"):
            house.mint(other.token(github()))
        assert other.asked == []


@pytest.mark.parametrize(
    "document",
    [{"issuer": "https://evil.example"}, {"jwks_uri": "http://127.0.0.1:1/keys"}, {"jwks_uri": 1}],
)
def test_issuer_that_points_elsewhere_gives_no_keys(
    tmp_path: Path, document: dict[str, object]
) -> None:
    with Issuer() as other, open_records(f"sqlite:///{tmp_path}/airlock.db") as records:
        other.document = document
        house = House(records, other)
        house.publisher()
        with pytest.raises(AirlockError, match="does not give its keys"):
            house.mint(other.token(github()))


def test_keys_are_kept_and_new_ones_are_found(house: House) -> None:
    house.publisher()
    for _ in range(3):
        house.mint(house.issuer.token(github()))
    assert house.issuer.asked.count("/keys") == 1
    house.issuer.new_key("second")
    second = house.issuer.token(github(), key_id="second")
    with pytest.raises(Unauthenticated, match="no key"):
        house.mint(second)
    assert house.issuer.asked.count("/keys") == 1
    house.ahead = dt.timedelta(minutes=1)
    assert house.mint(second)
    assert house.issuer.asked.count("/keys") == 2


def test_too_many_wrong_ones_from_an_address(house: House) -> None:
    house.publisher()
    for _ in range(30):
        with pytest.raises(Unauthenticated):
            house.mint("wrong")
    with pytest.raises(TooManyAttempts):
        house.mint(house.issuer.token(github()))
    assert house.mint(house.issuer.token(github()), "192.0.2.2")


def test_what_was_minted_and_for_whom_is_in_the_log(house: House) -> None:
    publisher = house.publisher()
    house.mint(house.issuer.token(github()))
    house.records.publishers.remove(publisher.id, Stamp("operator", house.now()))
    told = [(entry.event.kind, entry.event.by) for entry in house.records.log.entries(0, 10)]
    assert told == [
        ("publisher-added", "operator"),
        ("token-created", f"publisher {publisher.id}"),
        ("publisher-removed", "operator"),
    ]
    assert house.records.publishers.every(TOOL) == ()


ISSUER = "https://login.example/tenant"


@pytest.mark.parametrize(
    "place",
    [
        "https://login.example/tenant/keys",
        "https://www.keys.example/oauth2/v3/certs",
        "https://keys.example:8443/certs",
    ],
)
def test_keys_may_lie_at_another_host_over_tls(place: str) -> None:
    require_believable(ISSUER, ISSUER, place)


@pytest.mark.parametrize(
    "place",
    [
        "http://www.keys.example/certs",
        "http://login.example/tenant/keys",
        "https://10.0.0.7/certs",
        "https://[::1]/certs",
        "https://127.1/certs",
        "https://2130706433/certs",
        "https://keys.example.0x7f000001/certs",
        "https://127.0.0。1/certs",
        "https://keys.example/certs\0",
        "https://localhost/certs",
        "https://ledger/certs",
        "https://ledger.internal/certs",
        "https://ledger.local./certs",
        "https://login.example@10.0.0.7/certs",
        "https://user@keys.example/certs",
        "https://keys.example:99999/certs",
        "https:///certs",
        "ftp://keys.example/certs",
        "file:///etc/passwd",
        "gopher://10.0.0.7:6379/_FLUSHALL",
        "//keys.example/certs",
        "",
        "None",
    ],
)
def test_issuer_that_was_taken_over_leads_nowhere_inside(place: str) -> None:
    with pytest.raises(Forbidden):
        require_believable(ISSUER, ISSUER, place)


@pytest.mark.parametrize(
    "said", ["https://login.example", f"{ISSUER}/", ISSUER.upper(), "https://evil.example", None]
)
def test_document_is_of_that_very_issuer(said: object) -> None:
    with pytest.raises(Forbidden, match="of another"):
        require_believable(ISSUER, said, "https://www.keys.example/certs")


def test_issuer_within_a_network_may_keep_its_keys_there() -> None:
    require_believable("https://sso.corp.internal", "https://sso.corp.internal", "https://ca/keys")


def test_keys_at_another_host_verify_and_wrong_ones_do_not(tmp_path: Path) -> None:
    with (
        Issuer() as issuer,
        Issuer() as other,
        open_records(f"sqlite:///{tmp_path}/a.db") as records,
    ):
        house = House(records, issuer)
        house.publisher()
        issuer.keys_at = other.url
        with pytest.raises(Unauthenticated, match="not worth anything"):
            house.mint(issuer.token(github()))
        assert "/keys" in other.asked
        assert "/keys" not in issuer.asked
        other.keys = issuer.keys
        house.ahead = dt.timedelta(hours=2)
        now = house.now()
        times = {"iat": now, "nbf": now, "exp": now + dt.timedelta(minutes=5)}
        assert house.mint(issuer.token(github() | times))
