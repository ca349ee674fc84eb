"""The decisions above verdicts, in one list."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from airlock.gate.review import Reviewing
from airlock.gate.waivers import Waivers
from airlock.model import Decision, Sha256
from airlock.model.access import EVERY_RIGHT, Kind, Principal, Right, Role, Scope
from airlock.model.waiver import Waiver
from airlock.store import Standing, open_records
from tests.unit.examples import DIGEST, NOW, verdict
from tests.unit.gate.doors import DAY

ADA = Principal(kind=Kind.USER, name="ada", rights=(EVERY_RIGHT,))
KIM = Principal(
    kind=Kind.USER, name="kim", rights=(Right(Role.REVIEWER.actions, Scope("example")),)
)


def waiver(number: int, sha256: Sha256) -> Waiver:
    return Waiver(
        id=f"w{number}", decision=Decision.ADMIT, reason="ours", by="user ada",
        created_at=NOW, expires_at=NOW + DAY, sha256=sha256,
    )  # fmt: skip


def test_one_question_finds_and_names_them_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_records(f"sqlite:///{tmp_path}/airlock.db") as records:
        store = records.store
        store.append_verdict(verdict())
        for number in range(30):
            digest = Sha256.of(str(number).encode()) if number else DIGEST
            store.add_waiver(waiver(number, digest))
        questions, plain = 0, store.latest_verdicts

        def counted(asked: Iterable[Sha256]) -> dict[Sha256, Standing]:
            nonlocal questions
            questions += 1
            return plain(asked)

        monkeypatch.setattr(store, "latest_verdicts", counted)
        waivers = Waivers(records, Reviewing.__new__(Reviewing), lambda: NOW)
        assert len(waivers.found(ADA)) == 30
        assert questions == 1
        (mine,) = waivers.found(KIM)
        (kept,) = waivers.kept([mine])
        assert (kept.project, kept.title) == ("example", "example-1.0.tar.gz")
        assert [one.id for one in waivers.found(ADA, text="example-1.0")] == ["w0"]
