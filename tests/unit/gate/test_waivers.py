"""The decisions above verdicts, in one list."""

import datetime as dt
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from airlock.gate.review import Reviewing
from airlock.gate.waivers import Page, Waivers
from airlock.model import Decision, ProjectName, Sha256
from airlock.model.access import EVERY_RIGHT, Kind, Principal, Right, Role, Scope
from airlock.model.waiver import Waiver
from airlock.store import Records, open_records
from airlock.store.reviews import Sought
from tests.unit.examples import DIGEST, NOW, verdict
from tests.unit.gate.doors import DAY

ADA = Principal(kind=Kind.USER, name="ada", rights=(EVERY_RIGHT,))
KIM = Principal(
    kind=Kind.USER, name="kim", rights=(Right(Role.REVIEWER.actions, Scope("example")),)
)


def waiver(number: int, sha256: Sha256 | None, project: str = "") -> Waiver:
    return Waiver(
        id=f"w{number}", decision=Decision.ADMIT, reason="ours", by="user ada",
        created_at=NOW, expires_at=NOW + DAY, sha256=sha256,
        project=ProjectName(project) if project else None,
    )  # fmt: skip


def found(records: Records, by: Principal, now: dt.datetime = NOW, **sought: object) -> Page:
    waivers = Waivers(records, Reviewing.__new__(Reviewing), lambda: now)
    return waivers.found(Sought(**sought), by)  # type: ignore[arg-type]


def test_pages_of_many_take_as_many_questions_as_of_one(tmp_path: Path) -> None:
    with open_records(f"sqlite:///{tmp_path}/airlock.db") as records:
        store = records.store
        store.append_verdict(verdict())
        for number in range(30):
            store.add_waiver(waiver(number, Sha256.of(str(number).encode()) if number else DIGEST))
        asked: list[str] = []

        def note(*given: object) -> None:
            asked.append(str(given[2]))

        event.listen(Engine, "before_cursor_execute", note)
        try:
            whole = found(records, ADA, limit=20)
            questions = [one for one in asked if one.startswith("SELECT")]
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        assert (len(whole.items), whole.total, len(questions)) == (20, 30, 2)
        rest = found(records, ADA, limit=20, offset=20)
        ids = [one.waiver.id for one in (*whole.items, *rest.items)]
        assert ids == [f"w{number}" for number in reversed(range(30))]


def test_page_of_who_reviews_some_is_filled_with_those(tmp_path: Path) -> None:
    with open_records(f"sqlite:///{tmp_path}/airlock.db") as records:
        records.store.append_verdict(verdict())
        records.store.add_waiver(waiver(0, DIGEST))
        records.store.add_waiver(waiver(1, None, "example"))
        for number in range(2, 6):
            records.store.add_waiver(waiver(number, None, "other"))
        records.store.add_waiver(waiver(6, Sha256.of(b"never seen")))
        mine = found(records, KIM, limit=2)
        assert [one.waiver.id for one in mine.items] == ["w1", "w0"]
        assert [(one.project, one.title) for one in mine.items] == [
            ("example", "example"), ("example", "example-1.0.tar.gz")
        ]  # fmt: skip
        assert mine.total == 2
        for text in ("Example-1.0", str(DIGEST)[:20]):
            assert [one.waiver.id for one in found(records, ADA, text=text).items] == ["w0"]
        assert found(records, ADA, text="\0 100%_").total == 0
        assert found(records, ADA, ended=True).total == 0
        records.store.revoke_waiver("w3", by="ada", reason="r", at=NOW)
        assert [one.waiver.id for one in found(records, ADA, ended=True).items] == ["w3"]
        assert found(records, ADA, ended=True, now=NOW + DAY).total == 7
