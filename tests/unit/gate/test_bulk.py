"""One decision about many: whatever becomes of one, the others are decided and told."""

from airlock.errors import StoreError
from airlock.gate.bulk import each
from airlock.gate.review import Reviewing
from airlock.model import ProjectName, Sha256
from airlock.model.access import EVERY_RIGHT, Kind, Principal
from airlock.model.review import Step, StepKind, Subject
from tests.unit.examples import NOW

ADA = Principal(kind=Kind.USER, name="ada", rights=(EVERY_RIGHT,))
FIRST, BROKEN, LAST = (Sha256.of(text) for text in (b"1", b"2", b"3"))


class Known(Reviewing):
    """A review that knows what everything is called."""

    def project_of(self, subject: Subject) -> ProjectName:
        return ProjectName("example")

    def title_of(self, subject: Subject) -> str:
        return "example-1.0.tar.gz"


def test_what_cannot_be_read_hinders_no_other() -> None:
    def act(subject: Subject) -> Step:
        if subject == BROKEN:
            raise StoreError("the document cannot be read")
        assert isinstance(subject, Sha256)
        return Step(
            id="0" * 12, sha256=subject, kind=StepKind.REFUSE, by="user ada", at=NOW, reason="r"
        )

    done = each(Known.__new__(Known), [FIRST, BROKEN, LAST], ADA, act)
    assert [(one.subject, one.problem) for one in done] == [
        (FIRST, ""), (BROKEN, "the document cannot be read"), (LAST, ""),
    ]  # fmt: skip
