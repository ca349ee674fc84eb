"""Which release an artifact is compared with."""

import datetime as dt

import msgspec
import pytest

from airlock.gate.history import StoredHistory
from airlock.model import Artifact, ArtifactName, Decision, ProjectName, Release, Sha256
from airlock.model.waiver import Waiver
from airlock.profiles import VERSION, Profile
from tests.simulators.memory_store import MemoryStore
from tests.unit.examples import NOW, verdict
from tests.unit.store.examples import keep_profile

EXAMPLE = ProjectName("example")
DAY = dt.timedelta(days=1)


def artifact(filename: str, data: bytes = b"") -> Artifact:
    name = ArtifactName.parse(filename)
    release = Release(project=name.project, version=name.version)
    return Artifact(Sha256.of(data or filename.encode()), 1, name, release)


class Known:
    """A store, and what it knows of the past."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.history = StoredHistory(self.store, lambda: NOW)

    def keep(
        self,
        filename: str,
        decision: Decision | None = Decision.ADMIT,
        version: int = VERSION,
    ) -> None:
        """Keep the profile of a file and the verdict on it."""
        kept = artifact(filename)
        keep_profile(
            self.store, EXAMPLE, Profile(sha256=kept.sha256, name=kept.name, version=version)
        )
        if decision is not None:
            judged = verdict(decision, filename=filename)
            self.store.append_verdict(msgspec.structs.replace(judged, artifact=kept))

    def waive(self, filename: str, decision: Decision) -> None:
        """Let a person decide about a file."""
        self.store.add_waiver(
            Waiver(
                id=f"w{len(self.store.waivers(NOW))}",
                decision=decision,
                reason="read",
                by="Ada",
                created_at=NOW - DAY,
                expires_at=NOW + DAY,
                sha256=artifact(filename).sha256,
            )
        )

    def previous(self, filename: str) -> str:
        """Return the name of the file that another one is compared with."""
        found = self.history.previous(artifact(filename))
        return found.name.filename if found else ""

    def sibling(self, filename: str) -> str:
        found = self.history.sibling(artifact(filename))
        return found.name.filename if found else ""


@pytest.fixture
def known() -> Known:
    return Known()


def sdist(version: str) -> str:
    return f"example-{version}.tar.gz"


def wheel(version: str, tag: str = "py3-none-any") -> str:
    return f"example-{version}-{tag}.whl"


def test_nothing_is_known_of_a_first_release(known: Known) -> None:
    assert known.previous(sdist("1.0")) == ""


def test_it_is_the_newest_that_is_older(known: Known) -> None:
    for version in ("1.9", "1.10", "1.2", "2.0"):
        known.keep(sdist(version))
    assert known.previous(sdist("1.11")) == sdist("1.10")
    assert known.previous(sdist("1.9.1")) == sdist("1.9")
    assert known.previous(sdist("3.0")) == sdist("2.0")
    assert known.previous(sdist("1.0")) == ""


@pytest.mark.parametrize("decision", [Decision.HOLD, Decision.REFUSE, None])
def test_what_was_not_admitted_is_no_measure(known: Known, decision: Decision | None) -> None:
    known.keep(sdist("1.0"))
    known.keep(sdist("1.1"), decision)
    assert known.previous(sdist("1.2")) == sdist("1.0")


def test_a_person_stands_above_a_verdict(known: Known) -> None:
    known.keep(sdist("1.0"))
    known.keep(sdist("1.1"), Decision.HOLD)
    known.waive(sdist("1.1"), Decision.ADMIT)
    known.keep(sdist("1.2"))
    known.waive(sdist("1.2"), Decision.REFUSE)
    assert known.previous(sdist("1.3")) == sdist("1.1")


def test_forms_are_not_mixed(known: Known) -> None:
    known.keep(sdist("1.0"))
    known.keep(wheel("0.9"))
    assert known.previous(wheel("1.1")) == wheel("0.9")
    assert known.previous(sdist("1.1")) == sdist("1.0")


def test_of_wheels_the_one_for_the_same_platform_comes_first(known: Known) -> None:
    for tag in ("cp312-cp312-win_amd64", "cp313-cp313-win_amd64", "cp313-cp313-linux_x86_64"):
        known.keep(wheel("1.0", tag))
    tag = "cp313-cp313-linux_x86_64"
    assert known.previous(wheel("1.1", tag)) == wheel("1.0", tag)


def test_another_file_of_the_same_release_comes_before_an_older_one(known: Known) -> None:
    known.keep(wheel("0.9"))
    known.keep(wheel("1.0"))
    assert known.previous("example-1.0-1-py3-none-any.whl") == wheel("1.0")


def test_an_artifact_is_not_compared_with_itself(known: Known) -> None:
    known.keep(wheel("1.0"))
    assert known.previous(wheel("1.0")) == ""


def test_profiles_of_another_version_of_airlock_are_none(known: Known) -> None:
    known.keep(sdist("1.0"), version=VERSION + 1)
    assert known.previous(sdist("1.1")) == ""


@pytest.mark.parametrize("version", ["nonsense", "1.0.x"])
def test_versions_that_are_none_have_no_past(known: Known, version: str) -> None:
    known.keep(sdist("1.0"))
    known.keep(sdist("0-nonsense"))
    assert known.previous(sdist(version)) == ""


def test_the_sibling_of_a_wheel_is_its_source(known: Known) -> None:
    known.keep(sdist("1.0"), Decision.HOLD)
    known.keep(sdist("1.1"))
    known.keep(wheel("1.0"))
    # One that is held can only add to what is found: it is better than none.
    assert known.sibling(wheel("1.0.0")) == sdist("1.0")
    assert known.sibling(wheel("2.0")) == ""
    assert known.sibling(sdist("1.0")) == ""


def test_of_several_siblings_an_admitted_one_comes_first(known: Known) -> None:
    """A second source with the payload must not whitewash the wheel that has it, too."""
    known.keep("example-1.0.zip", Decision.HOLD)
    known.keep("example-1.0.tar.bz2", Decision.REFUSE)
    known.keep(sdist("1.0"))
    known.keep("example-1.0.tgz", Decision.HOLD)
    assert known.sibling(wheel("1.0")) == sdist("1.0")
    known.waive(sdist("1.0"), Decision.REFUSE)
    known.waive("example-1.0.zip", Decision.ADMIT)
    assert known.sibling(wheel("1.0")) == "example-1.0.zip"
