"""Pages of decisions above verdicts, in a database of each kind."""

from airlock.model import Decision, ProjectName
from airlock.model.access import Scope
from airlock.model.waiver import Waiver
from airlock.store import Records
from airlock.store.reviews import Sought
from tests.unit.store.examples import DAY, NOW, digest, verdict


def waiver(number: int, project: str = "", *, check: str = "", version: str = "") -> Waiver:
    return Waiver(
        id=f"w{number}", decision=Decision.ADMIT, reason=f"Reason {number}", by="user ada",
        created_at=NOW, expires_at=NOW + DAY, sha256=None if project else digest(number),
        project=ProjectName(project) if project else None, check=check, version=version,
    )  # fmt: skip


def ids(records: Records, **sought: object) -> tuple[list[str], int]:
    found, total = records.reviews.kept(Sought(**sought), NOW)  # type: ignore[arg-type]
    return [one.waiver.id for one in found], total


def test_pages_texts_scopes_and_ends(records: Records) -> None:
    for decision in (Decision.HOLD, Decision.REFUSE):
        records.store.append_verdict(verdict(1, decision))
    for one in (
        waiver(1), waiver(2), waiver(3, "example", check="code-example"),
        waiver(4, "other", version="2.0"),
    ):  # fmt: skip
        records.store.add_waiver(one)
    assert ids(records, limit=3) == (["w4", "w3", "w2"], 4)
    assert ids(records, limit=3, offset=3) == (["w1"], 4)
    mine = ((Scope("example"), Scope("nothing-*")),)
    assert ids(records, within=mine) == (["w3", "w1"], 2)
    assert ids(records, within=((Scope("*"),), *mine)) == (["w3", "w1"], 2)
    assert ids(records, within=((),)) == ([], 0)
    found, _ = records.reviews.kept(Sought(within=mine), NOW)
    assert [one.title for one in found] == [
        "what code-example finds in example",
        "example-1.0.tar.gz",
    ]
    texts = {"EXAMPLE-1.0": "w1", str(digest(2))[:9]: "w2", "code-ex": "w3", "reason 4": "w4"}
    for text, only in texts.items():
        assert ids(records, text=text) == ([only], 1), text
    assert ids(records, text="100%_") == ([], 0)
    records.store.revoke_waiver("w2", by="ada", reason="r", at=NOW)
    assert ids(records, ended=True) == (["w2"], 1)
    assert records.reviews.kept(Sought(ended=True), NOW + DAY)[1] == 4
