"""Who is let in by tokens and passwords, until when, and how often somebody may be wrong."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from airlock import accounts
from airlock.errors import Forbidden, TooManyAttempts, Unauthenticated
from airlock.gate.access import Credentials
from airlock.gate.access.accounts import AccountAccess
from airlock.gate.access.reading import Reading
from airlock.model import ProjectName
from airlock.model.access import ANONYMOUS, EVERYTHING, Action, Role, Scope
from airlock.model.people import AccountName, Grant, Stamp
from airlock.store import Records, open_records

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
STAMP = Stamp("operator", NOW)
ADA, CI = AccountName("ada"), AccountName("ci")
ACME, OTHER = ProjectName("acme-tool"), ProjectName("other")
PASSWORD = "correct horse battery"
OPERATOR_TOKEN = "operator-token-0123456789"


class House:
    """A database with people, and the access to it, with both clocks in the test's hand."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.people = records.people
        self.publishers = records.publishers
        self.now = NOW
        self.seconds = 0.0
        accounts.add_user(self.people, "ada", STAMP, password=PASSWORD)
        accounts.add_team(self.people, "ci", STAMP, title="Acme Inc")
        self.role(ADA, Role.OWNER, "acme-*")
        self.role(CI, Role.UPLOADER, "acme-tool")

    def access(self, reading: Reading = Reading.USERS) -> AccountAccess:
        return AccountAccess(
            self.records,
            OPERATOR_TOKEN,
            reading,
            lambda: self.now,
            lambda: self.seconds,
        )

    def role(self, name: AccountName, role: Role, scope: str, *, granted: bool = True) -> None:
        grant = Grant(account=name, role=role, scope=Scope(scope))
        self.people.set_grant(grant, STAMP, granted=granted)

    def token(
        self, *scopes: str, of: AccountName = ADA, actions: set[Action] | None = None
    ) -> Credentials:
        made = accounts.create_token(
            self.people,
            of,
            STAMP,
            description="a test's",
            actions=actions or set(Action),
            scopes=[Scope(scope) for scope in scopes or ("*",)],
            days=1.0,
        )
        return Credentials(made.text, "__token__")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_records(f"sqlite:///{tmp_path}/airlock.db") as records:
        yield House(records)


def test_password_lets_a_user_in(house: House) -> None:
    principal = house.access().identify(Credentials(PASSWORD, "Ada"), "192.0.2.1")
    assert principal.label == "user ada"
    assert principal.may(Action.UPLOAD, ACME)
    assert not principal.may(Action.UPLOAD, OTHER)


@pytest.mark.parametrize("user", [None, "__token__"])
def test_token_lets_a_machine_in(house: House, user: str | None) -> None:
    token = house.token("acme-tool", of=CI, actions={Action.UPLOAD})
    principal = house.access().identify(Credentials(token.secret, user), "192.0.2.1")
    assert principal.label.startswith("team ci by token ")
    assert principal.organisations == ("Acme Inc",)
    assert principal.may(Action.UPLOAD, ACME)
    assert not principal.may(Action.CREATE, ACME)


@pytest.mark.parametrize(
    "credentials",
    [
        Credentials("wrong password", "ada"),
        Credentials(PASSWORD, "nobody"),
        Credentials(PASSWORD, "no name at all"),
        Credentials(PASSWORD, "ci"),
        Credentials(PASSWORD),
        Credentials(PASSWORD, "__token__"),
        Credentials("x" * 4000, "ada"),
        Credentials("airlock_000000000000_" + "A" * 43),
        Credentials("airlock_"),
        Credentials("\ud800", "ada"),
        Credentials(OPERATOR_TOKEN, "ada"),
    ],
)
def test_what_is_wrong_lets_nobody_in(house: House, credentials: Credentials) -> None:
    with pytest.raises(Unauthenticated):
        house.access().identify(credentials, "192.0.2.1")


def test_token_with_another_secret_or_under_a_user_is_worth_nothing(house: House) -> None:
    token = house.token().secret
    for text, user in ((token[:-1] + ("A" if token[-1] != "A" else "B"), None), (token, "ada")):
        with pytest.raises(Unauthenticated):
            house.access().identify(Credentials(text, user), "192.0.2.1")


def test_expired_revoked_and_disabled(house: House) -> None:
    access, token = house.access(), house.token()
    assert access.identify(token, "")
    house.now = NOW + dt.timedelta(days=1)
    with pytest.raises(Unauthenticated):
        access.identify(token, "")
    house.now = NOW
    house.people.set_disabled(ADA, STAMP, disabled=True)
    for credentials in (token, Credentials(PASSWORD, "ada")):
        with pytest.raises(Unauthenticated):
            access.identify(credentials, "")
    house.people.set_disabled(ADA, STAMP, disabled=False)
    assert access.identify(token, "")
    house.people.revoke_token(token.secret.split("_")[1], STAMP)
    with pytest.raises(Unauthenticated):
        access.identify(token, "")


def test_right_that_was_taken_ends_for_every_token(house: House) -> None:
    access, token = house.access(), house.token()
    assert access.identify(token, "").may(Action.UPLOAD, ACME)
    house.role(ADA, Role.OWNER, "acme-*", granted=False)
    assert not access.identify(token, "").may(Action.UPLOAD, ACME)


def test_password_that_was_changed_ends_at_once_though_it_is_remembered(house: House) -> None:
    access, old = house.access(), Credentials(PASSWORD, "ada")
    access.identify(old, "")
    accounts.set_password(house.people, ADA, "another long password", STAMP)
    with pytest.raises(Unauthenticated):
        access.identify(old, "")


def test_who_asked_a_moment_ago_is_remembered_for_a_moment(house: House) -> None:
    access, token = house.access(), house.token()
    assert access.remembered(token) is None
    principal = access.identify(token, "")
    assert access.remembered(token) == principal
    assert access.remembered(Credentials(token.secret + "x", "__token__")) is None
    house.seconds = 2.0
    assert access.remembered(token) is None


def test_last_use_is_noted(house: House) -> None:
    token = house.token()
    assert house.people.tokens()[0].last_used_at is None
    house.access().identify(token, "")
    assert house.people.tokens()[0].last_used_at == NOW


def test_too_many_wrong_passwords_on_an_account_from_anywhere(house: House) -> None:
    access, token = house.access(), house.token()
    for number in range(10):
        with pytest.raises(Unauthenticated):
            access.identify(Credentials(f"wrong {number}", "ada"), f"192.0.2.{number}")
    with pytest.raises(TooManyAttempts) as raised:
        access.identify(Credentials(PASSWORD, "ada"), "198.51.100.1")
    assert 0 < raised.value.retry_after <= 900
    assert access.identify(token, "192.0.2.1")
    house.now += dt.timedelta(minutes=15)
    assert access.identify(Credentials(PASSWORD, "ada"), "198.51.100.1")


def test_too_many_wrong_ones_from_an_address(house: House) -> None:
    access, token = house.access(), house.token()
    for number in range(30):
        with pytest.raises(Unauthenticated):
            access.identify(Credentials(f"airlock_{number:012}_" + "A" * 43), "192.0.2.1")
    for wrong in (Credentials("airlock_"), Credentials(PASSWORD, "ada")):
        with pytest.raises(TooManyAttempts):
            access.identify(wrong, "192.0.2.1")
    assert access.identify(token, "192.0.2.1")
    assert access.identify(Credentials(PASSWORD, "ada"), "192.0.2.2")


def test_another_server_counts_on(house: House) -> None:
    """Each access is what one server process has."""
    for _ in range(30):
        with pytest.raises(Unauthenticated):
            house.access().identify(Credentials("airlock_"), "192.0.2.1")

    with pytest.raises(TooManyAttempts):
        house.access().identify(Credentials(PASSWORD, "ada"), "192.0.2.1")


def test_of_many_at_once_no_more_are_looked_at(house: House) -> None:
    access = house.access()

    def guess(number: int) -> type[Exception]:
        try:
            access.identify(Credentials(f"wrong {number}", "ada"), f"192.0.2.{number}")
        except (TooManyAttempts, Unauthenticated) as error:
            return type(error)
        return Exception

    with ThreadPoolExecutor(16) as threads:
        came = Counter(threads.map(guess, range(24)))
    assert came == {Unauthenticated: 10, TooManyAttempts: 14}


def test_addresses_of_one_network_are_one(house: House) -> None:
    access = house.access()
    for number in range(30):
        with pytest.raises(Unauthenticated):
            access.identify(Credentials("airlock_"), f"2001:db8::{number:x}")
    with pytest.raises(TooManyAttempts):
        access.identify(Credentials("airlock_"), "2001:db8::ffff:1")
    with pytest.raises(Unauthenticated):
        access.identify(Credentials("airlock_"), "2001:db8:0:1::1")


def test_right_password_forgives_the_wrong_ones_before(house: House) -> None:
    access = house.access()
    for _ in range(3):
        for number in range(9):
            with pytest.raises(Unauthenticated):
                access.identify(Credentials(f"wrong {number}", "ada"), "")
        house.seconds += 301
        access.identify(Credentials(PASSWORD, "ada"), "")


@pytest.mark.parametrize(
    ("reading", "anonymous", "other", "own"),
    [
        (Reading.EVERYONE, True, True, True),
        (Reading.USERS, False, True, True),
        (Reading.ROLES, False, False, True),
    ],
)
def test_who_may_read(
    house: House, reading: Reading, anonymous: bool, other: bool, own: bool
) -> None:
    access = house.access(reading)
    ada = access.identify(house.token(), "")
    assert _may(access, ANONYMOUS, None) is anonymous
    assert _may(access, ANONYMOUS, ACME) is anonymous
    assert _may(access, ada, None) is True
    assert _may(access, ada, OTHER) is other
    assert _may(access, ada, ACME) is own


@pytest.mark.parametrize("reading", [Reading.USERS, Reading.ROLES])
def test_token_reads_no_more_than_it_was_made_for(house: House, reading: Reading) -> None:
    access = house.access(reading)
    reader = access.identify(house.token("acme-tool", actions={Action.READ}), "")
    uploader = access.identify(house.token(actions={Action.UPLOAD}), "")
    assert _may(access, reader, ACME)
    assert not _may(access, reader, ProjectName("acme-other"))
    assert not _may(access, uploader, ACME)
    assert not _may(access, uploader, None)


def _may(access: AccountAccess, principal: object, project: ProjectName | None) -> bool:
    try:
        access.require(principal, Action.READ, project)  # type: ignore[arg-type]
    except (Unauthenticated, Forbidden):
        return False
    return True


@pytest.mark.parametrize("reading", list(Reading))
def test_lists_hold_exactly_what_may_be_read(house: House, reading: Reading) -> None:
    access = house.access(reading)
    credentials = (house.token("acme-tool"), house.token("*"))
    for principal in (ANONYMOUS, *(access.identify(one, "") for one in credentials)):
        for project in (ACME, OTHER, ProjectName("acme"), ProjectName("acme-else")):
            reads = _may(access, principal, project)
            within = access.readable(principal)
            listed = all(any(scope.covers(project) for scope in some) for some in within)
            assert listed is reads, (principal, project)


def test_refusal_tells_anonymous_what_to_do_and_others_no(house: House) -> None:
    access = house.access()
    with pytest.raises(Unauthenticated) as raised:
        access.require(ANONYMOUS, Action.UPLOAD, ACME)
    assert "__token__" in raised.value.hint
    with pytest.raises(Forbidden, match="may not upload other"):
        access.require(access.identify(house.token(), ""), Action.UPLOAD, OTHER)


def test_creator_owns_what_they_created(house: House) -> None:
    access = house.access()
    bob = accounts.add_user(house.people, "bob", STAMP, password=PASSWORD).name
    house.role(bob, Role.CREATOR, "*")
    credentials = Credentials(PASSWORD, "bob")
    principal = access.identify(credentials, "")
    assert principal.may(Action.CREATE, OTHER)
    assert not principal.may(Action.UPLOAD, OTHER)
    access.created(principal, OTHER)
    after = access.identify(credentials, "")
    assert after.may(Action.UPLOAD, OTHER)
    assert after.may(Action.ADMIN, OTHER)
    assert not after.may(Action.UPLOAD, ACME)


def test_who_uploads_by_role_is_made_no_owner(house: House) -> None:
    access = house.access()
    access.created(access.identify(house.token(of=CI), ""), ACME)
    assert {grant.role for grant in house.people.grants()} == {Role.OWNER, Role.UPLOADER}
    assert len(house.people.grants()) == 2


def test_owner_gives_roles_on_what_they_own_but_makes_no_reviewer(house: House) -> None:
    owner = house.access().identify(Credentials(PASSWORD, "ada"), "")
    assert accounts.may_grant(owner, Role.UPLOADER, Scope("acme-tool"))
    assert accounts.may_grant(owner, Role.OWNER, Scope("acme-*"))
    assert not accounts.may_grant(owner, Role.UPLOADER, Scope("other"))
    assert not accounts.may_grant(owner, Role.UPLOADER, EVERYTHING)
    assert not accounts.may_grant(owner, Role.REVIEWER, Scope("acme-tool"))
    assert not accounts.may_grant(owner, Role.ADMIN, EVERYTHING)
    token = house.access().identify(house.token("acme-tool"), "")
    assert accounts.may_grant(token, Role.UPLOADER, Scope("acme-tool"))
    assert not accounts.may_grant(token, Role.UPLOADER, Scope("acme-x"))


def test_passwords_are_argon2id_and_salted() -> None:
    passwords = accounts.Passwords()
    one, other = passwords.hash(PASSWORD), passwords.hash(PASSWORD)
    assert one.startswith("$argon2id$")
    assert one != other
    assert passwords.matches(one, PASSWORD)
    assert not passwords.matches(one, PASSWORD + " ")
    assert not passwords.matches(None, PASSWORD)
    assert not passwords.matches("no hash", PASSWORD)
