"""What every database promises of people: accounts, teams, roles, tokens."""

import datetime as dt

import pytest

from airlock.errors import NameTaken, StoreError, TargetNotFound, UsageError
from airlock.model import Sha256
from airlock.model.access import EVERYTHING, Action, Role, Scope
from airlock.model.people import Account, AccountKind, AccountName, Grant, Stamp, Token
from airlock.store import Records, open_records
from airlock.store.people import People, StoredToken
from tests.unit.store.examples import DAY, NOW

ADA, BOB, TEAM = AccountName("Ada"), AccountName("bob"), AccountName("platform")
STAMP = Stamp("operator", NOW)


def account(name: str, kind: AccountKind = AccountKind.USER, title: str = "") -> Account:
    return Account(name=AccountName(name), kind=kind, title=title, created_at=NOW)


def token(token_id: str = "0" * 12, owner: AccountName | None = ADA, publisher: str = "") -> Token:
    return Token(
        id=token_id,
        account=owner,
        publisher=publisher,
        description="uploads from CI",
        actions=frozenset({Action.UPLOAD, Action.CREATE}),
        scopes=(Scope("acme-*"), Scope("other")),
        created_at=NOW,
        expires_at=NOW + DAY,
    )


@pytest.fixture
def people(records: Records) -> People:
    for one in (account("ada", title="Ada Example"), account("bob")):
        records.people.add_account(one, STAMP)
    records.people.add_account(account("platform", AccountKind.TEAM, "Acme Inc"), STAMP)
    return records.people


def test_accounts_come_back_sorted(people: People) -> None:
    found = people.accounts()
    assert [one.name for one in found] == ["ada", "bob", "platform"]
    assert found[0] == account("ada", title="Ada Example")


@pytest.mark.parametrize("kind", AccountKind)
def test_users_and_teams_share_their_names(people: People, kind: AccountKind) -> None:
    with pytest.raises(NameTaken):
        people.add_account(account("ADA", kind), STAMP)
    assert people.accounts()[0].kind is AccountKind.USER


def test_password_is_kept_as_its_hash_and_can_be_taken_away(people: People) -> None:
    people.set_password(ADA, "$argon2id$example", STAMP)
    stored = people.password(ADA)
    assert stored is not None
    assert (stored.hash, stored.account.has_password) == ("$argon2id$example", True)
    people.set_password(ADA, None, STAMP)
    assert people.password(ADA) == (account("ada", title="Ada Example"), None)


def test_team_has_no_password(people: People) -> None:
    with pytest.raises(TargetNotFound):
        people.set_password(TEAM, "x", STAMP)
    assert people.password(TEAM) is None


def test_standing_has_the_roles_of_the_teams(people: People) -> None:
    own = Grant(account=ADA, role=Role.READER, scope=EVERYTHING)
    of_team = Grant(account=TEAM, role=Role.UPLOADER, scope=Scope("acme-*"))
    other = Grant(account=BOB, role=Role.ADMIN, scope=EVERYTHING)
    assert people.set_member(TEAM, ADA, STAMP, member=True)
    for grant in (own, of_team, other):
        assert people.set_grant(grant, STAMP, granted=True)

    standing = people.standing(ADA)

    assert standing is not None
    assert standing.grants == (own, of_team)
    assert standing.organisations == ("Acme Inc",)
    people.set_disabled(TEAM, STAMP, disabled=True)
    standing = people.standing(ADA)
    assert standing is not None
    assert standing.grants == (own,)
    assert people.standing(AccountName("nobody")) is None


def test_disabled_account_has_no_rights(people: People) -> None:
    people.set_grant(Grant(account=ADA, role=Role.ADMIN, scope=EVERYTHING), STAMP, granted=True)
    people.set_disabled(ADA, STAMP, disabled=True)
    standing = people.standing(ADA)
    assert standing is not None
    assert (standing.account.disabled_at, standing.rights) == (NOW, ())
    people.set_disabled(ADA, STAMP, disabled=False)
    standing = people.standing(ADA)
    assert standing is not None
    assert standing.rights


def test_twice_is_once(people: People) -> None:
    grant = Grant(account=ADA, role=Role.OWNER, scope=Scope("Acme_X"))
    assert people.set_grant(grant, STAMP, granted=True)
    assert not people.set_grant(grant, STAMP, granted=True)
    assert people.grants() == (grant,)
    assert people.set_grant(grant, STAMP, granted=False)
    assert not people.set_grant(grant, STAMP, granted=False)
    assert people.set_member(TEAM, ADA, STAMP, member=True)
    assert not people.set_member(TEAM, ADA, STAMP, member=True)
    assert people.members(TEAM) == (ADA,)


def test_who_is_not_there_gets_nothing(people: People) -> None:
    nobody = AccountName("nobody")
    with pytest.raises(TargetNotFound):
        people.set_grant(
            Grant(account=nobody, role=Role.READER, scope=EVERYTHING), STAMP, granted=True
        )
    for team, user in ((TEAM, nobody), (nobody, ADA), (ADA, BOB), (TEAM, TEAM)):
        with pytest.raises(TargetNotFound):
            people.set_member(team, user, STAMP, member=True)
    with pytest.raises(TargetNotFound):
        people.add_token(StoredToken(token(owner=nobody), Sha256.of(b"")), STAMP)
    with pytest.raises(TargetNotFound):
        people.set_disabled(nobody, STAMP, disabled=True)


def test_token_comes_back_with_its_digest(people: People) -> None:
    stored = StoredToken(token(), Sha256.of(b"secret"))
    people.add_token(stored, STAMP)
    assert people.token("0" * 12) == stored
    assert people.token("1" * 12) is None
    assert people.tokens() == people.tokens(ADA) == (token(),)
    assert people.tokens(BOB) == ()
    with pytest.raises(StoreError):
        people.add_token(stored, STAMP)


def test_token_of_a_publisher(people: People) -> None:
    made = token(owner=None, publisher="p" * 12)
    people.add_token(StoredToken(made, Sha256.of(b"secret")), STAMP)
    assert people.tokens() == (made,)


def test_revoked_token_stays_revoked_at_its_time(people: People) -> None:
    people.add_token(StoredToken(token(), Sha256.of(b"secret")), STAMP)
    people.revoke_token("0" * 12, STAMP)
    people.revoke_token("0" * 12, Stamp("another", NOW + DAY))
    assert people.tokens()[0].revoked_at == NOW
    with pytest.raises(TargetNotFound):
        people.revoke_token("1" * 12, STAMP)


def test_use_is_noted(people: People) -> None:
    people.add_token(StoredToken(token(), Sha256.of(b"secret")), STAMP)
    people.note_use("0" * 12, NOW + dt.timedelta(minutes=5))
    assert people.tokens()[0].last_used_at == NOW + dt.timedelta(minutes=5)


def test_every_change_is_in_the_log_and_no_secret_is(records: Records, people: People) -> None:
    people.set_password(ADA, "$argon2id$hash-of-it", STAMP)
    people.set_member(TEAM, ADA, STAMP, member=True)
    people.set_member(TEAM, ADA, STAMP, member=False)
    grant = Grant(account=ADA, role=Role.OWNER, scope=Scope("acme"))
    people.set_grant(grant, STAMP, granted=True)
    people.set_grant(grant, STAMP, granted=False)
    people.set_grant(grant, STAMP, granted=False)
    people.add_token(StoredToken(token(), Sha256.of(b"secret")), STAMP)
    people.revoke_token("0" * 12, STAMP)
    people.revoke_token("0" * 12, STAMP)
    people.set_disabled(ADA, STAMP, disabled=True)
    people.set_disabled(ADA, STAMP, disabled=False)
    people.note_use("0" * 12, NOW)

    entries = records.log.entries(0, 100)

    assert [entry.event.kind for entry in entries] == [
        "user-added", "user-added", "team-added", "password-set", "member-added",
        "member-removed", "role-given", "role-taken", "token-created", "token-revoked",
        "account-disabled", "account-enabled",
    ]  # fmt: skip
    assert {entry.event.by for entry in entries} == {"operator"}
    told = b"".join(entry.document for entry in entries)
    assert b"argon2" not in told
    assert Sha256.of(b"secret").encode() not in told
    assert records.log.verify([]).faults == ()


def test_refused_change_is_not_in_the_log(records: Records, people: People) -> None:
    before = records.log.head()
    with pytest.raises(NameTaken):
        people.add_account(account("ada"), STAMP)
    with pytest.raises(TargetNotFound):
        people.revoke_token("1" * 12, STAMP)
    assert records.log.head() == before


def test_what_one_process_takes_away_another_sees(database_url: str, people: People) -> None:
    with open_records(database_url) as other:
        other.people.set_disabled(ADA, STAMP, disabled=True)
        standing = people.standing(ADA)
        assert standing is not None
        assert standing.account.disabled_at == NOW


def test_hand_written_rows_are_our_error(records: Records, people: People) -> None:
    from airlock.store.sql_people import SqlPeople

    assert isinstance(people, SqlPeople)
    with people._database.writing() as connection:  # noqa: SLF001 - past our code, on purpose
        connection.exec_driver_sql("INSERT INTO grants VALUES ('ada', 'emperor', '*')")
    with pytest.raises(StoreError.__mro__[1], match="cannot be read"):
        people.standing(ADA)


@pytest.mark.parametrize("name", ["", "a b", "-a", "a-", "x" * 65, "ÄDA", "a\n", "@ada"])
def test_what_is_no_name_of_an_account(name: str) -> None:
    with pytest.raises(UsageError):
        AccountName(name)


def test_administrator_of_a_part_cannot_be_made() -> None:
    with pytest.raises(UsageError):
        Grant(account=ADA, role=Role.ADMIN, scope=Scope("acme-*"))
