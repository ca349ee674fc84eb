"""What every database promises of signing in: sessions, factors, codes, attempts, challenges."""

import datetime as dt
from typing import Any

import msgspec
import pytest

from airlock.errors import NameTaken, TargetNotFound
from airlock.model import Sha256
from airlock.model.people import Account, AccountKind, AccountName, Stamp
from airlock.model.sessions import IDLE, LONGEST, Factor, FactorKind, Proof, Session, shown_agent
from airlock.store import Records
from tests.unit.store.examples import DAY, NOW

ADA, BOB = AccountName("ada"), AccountName("bob")
STAMP = Stamp("user ada", NOW)
MINUTE = dt.timedelta(minutes=1)


def session(number: int, account: AccountName = ADA, **changes: Any) -> Session:
    made = Session(
        id=f"{number:012x}",
        account=account,
        proof=Proof.PASSWORD,
        created_at=NOW,
        seen_at=NOW,
        expires_at=NOW + LONGEST,
        address="192.0.2.1",
        agent="a browser",
    )
    return msgspec.structs.replace(made, **changes)


def digest(number: int) -> Sha256:
    return Sha256.of(f"secret {number}".encode())


def factor(number: int, account: AccountName = ADA, **changes: Any) -> Factor:
    made = Factor(
        id=f"{number:012x}",
        account=account,
        kind=FactorKind.TOTP,
        title="phone",
        created_at=NOW,
        secret=b"ABCDEFGH",
    )
    return msgspec.structs.replace(made, **changes)


@pytest.fixture
def house(records: Records) -> Records:
    for name in (ADA, BOB):
        account = Account(name=name, kind=AccountKind.USER, created_at=NOW)
        records.people.add_account(account, STAMP)
    return records


def test_session_is_found_by_the_digest_of_its_secret(house: Records) -> None:
    house.sessions.add(session(1), digest(1))
    assert house.sessions.by_digest(digest(1)) == session(1)
    assert house.sessions.by_digest(digest(2)) is None
    assert house.log.latest(1)[0].event.kind == "signed-in"


def test_pending_session_is_no_sign_in_and_ends_with_the_next(house: Records) -> None:
    house.sessions.add(session(1, proof=Proof.PENDING), digest(1))
    assert house.log.latest(1)[0].event.kind != "signed-in"
    house.sessions.add(session(2, proof=Proof.SECOND), digest(2), instead_of="0" * 11 + "1")
    assert house.sessions.by_digest(digest(1)) is None
    assert house.sessions.of(ADA) == (session(2, proof=Proof.SECOND),)


@pytest.mark.parametrize(
    ("passed", "seen", "active"),
    [
        (MINUTE, NOW, True),
        (-MINUTE, NOW, False),
        (IDLE - MINUTE, NOW, True),
        (IDLE, NOW, False),
        (LONGEST - MINUTE, NOW + LONGEST - 2 * MINUTE, True),
        (LONGEST, NOW + LONGEST - MINUTE, False),
    ],
)
def test_session_ends_idle_and_in_any_case(
    passed: dt.timedelta, seen: dt.datetime, *, active: bool
) -> None:
    assert session(1, seen_at=seen).active(NOW + passed) is active


def test_sessions_end_one_all_or_all_others_of_their_account(house: Records) -> None:
    for number in range(4):
        house.sessions.add(session(number), digest(number))
    house.sessions.add(session(9, BOB), digest(9))
    assert house.sessions.end(BOB, STAMP, only=session(0).id) == 0
    assert house.sessions.end(ADA, STAMP, only=session(0).id) == 1
    assert house.sessions.end(ADA, STAMP, but=session(1).id) == 2
    assert [one.id for one in house.sessions.of(ADA)] == [session(1).id]
    assert house.sessions.end(ADA, STAMP) == 1
    assert len(house.sessions.of(BOB)) == 1


def test_use_is_noted_and_what_ended_by_itself_is_forgotten(house: Records) -> None:
    house.sessions.add(session(1), digest(1))
    house.sessions.touch(session(1).id, NOW + MINUTE)
    (found,) = house.sessions.of(ADA)
    assert found.seen_at == NOW + MINUTE
    house.sessions.forget(NOW + LONGEST)
    assert house.sessions.of(ADA)
    house.sessions.forget(NOW + LONGEST + MINUTE)
    assert house.sessions.of(ADA) == ()


def test_new_password_and_disabling_end_sessions(house: Records) -> None:
    house.sessions.add(session(1), digest(1))
    house.people.set_password(ADA, "$argon2id$example", STAMP)
    assert house.sessions.of(ADA) == ()
    house.sessions.add(session(2), digest(2))
    house.people.set_disabled(ADA, STAMP, disabled=True)
    assert house.sessions.of(ADA) == ()


def test_counter_of_a_factor_only_moves_on(house: Records) -> None:
    house.sessions.add_factor(factor(1), STAMP)
    house.sessions.add_factor(factor(2, BOB), STAMP)
    assert house.sessions.with_factors() == {ADA, BOB}
    (known,) = house.sessions.factors(ADA)
    assert known == factor(1)
    moves = [(0, True), (5, True), (5, False), (4, False), (0, False), (6, True)]
    for counter, moved in moves:
        assert house.sessions.use_factor(known, counter, NOW + MINUTE) is moved, counter
    assert house.sessions.factors(ADA)[0].last_used_at == NOW + MINUTE


def test_factor_is_removed_by_its_owner(house: Records) -> None:
    house.sessions.add_factor(factor(1), STAMP)
    with pytest.raises(TargetNotFound):
        house.sessions.remove_factor(BOB, factor(1).id, STAMP)
    house.sessions.remove_factor(ADA, factor(1).id, STAMP)
    assert house.sessions.factors(ADA) == ()
    kinds = [entry.event.kind for entry in house.log.latest(2)]
    assert kinds == ["factor-removed", "factor-added"]


def test_recovery_codes_are_used_up_and_replaced(house: Records) -> None:
    house.sessions.set_recovery(ADA, (digest(1), digest(2)), STAMP)
    assert not house.sessions.use_recovery(BOB, digest(1), STAMP)
    assert house.sessions.use_recovery(ADA, digest(1), STAMP)
    assert not house.sessions.use_recovery(ADA, digest(1), STAMP)
    assert house.sessions.recovery_left(ADA) == 1
    house.sessions.set_recovery(ADA, (digest(3),), STAMP)
    assert not house.sessions.use_recovery(ADA, digest(2), STAMP)


def test_wrong_attempts_are_counted_in_a_window(house: Records) -> None:
    for number in range(1, 4):
        tally = house.sessions.note_wrong("account ada", NOW + number * MINUTE, 15 * MINUTE)
        assert (tally.count, tally.until) == (number, NOW + 16 * MINUTE)
    assert house.sessions.tally("account ada", NOW + 15 * MINUTE).count == 3
    assert house.sessions.tally("account ada", NOW + 16 * MINUTE).count == 0
    assert house.sessions.note_wrong("account ada", NOW + 16 * MINUTE, MINUTE).count == 1
    house.sessions.forgive("account ada")
    assert house.sessions.tally("account ada", NOW + 16 * MINUTE).count == 0
    assert house.sessions.note_wrong("x" * 500 + "\0", NOW, MINUTE).count == 1


def test_challenge_is_taken_once_and_in_time(house: Records) -> None:
    house.sessions.put_challenge(digest(1), b"one", NOW + MINUTE)
    house.sessions.put_challenge(digest(2), b"two", NOW + MINUTE)
    assert house.sessions.take_challenge(digest(1), NOW) == b"one"
    assert house.sessions.take_challenge(digest(1), NOW) is None
    assert house.sessions.take_challenge(digest(2), NOW + MINUTE) is None


def test_identity_is_of_one_account(house: Records) -> None:
    assert house.sessions.identity("https://id.example", "1") is None
    house.sessions.set_identity("https://id.example", "1", ADA, STAMP)
    house.sessions.set_identity("https://id.example", "1", ADA, Stamp("user ada", NOW + DAY))
    assert house.sessions.identity("https://id.example", "1") == ADA
    assert house.sessions.identity("https://other.example", "1") is None
    with pytest.raises(NameTaken):
        house.sessions.set_identity("https://id.example", "1", BOB, STAMP)


def test_what_a_browser_calls_itself_is_one_short_line() -> None:
    assert shown_agent("a\nb" + "c" * 500) == "a?b" + "c" * 197
