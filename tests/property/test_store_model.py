"""Whatever is done to the database and to the store in memory, they answer alike."""

import datetime as dt
import tempfile
from pathlib import Path

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from airlock.errors import AirlockError
from airlock.model import Decision, ListedFile, ProjectName
from airlock.model.ownership import Claim, Origin
from airlock.model.phantom import Sighting
from airlock.store import Store, open_store
from tests.simulators.memory_store import MemoryStore
from tests.unit.store import examples
from tests.unit.store import name_examples as names

_numbers = st.integers(0, 4)
_projects = st.sampled_from(["example", "Other", "third"])
_sources = st.sampled_from([examples.SOURCE, "https://other.example/simple/"])
_days = st.integers(-3, 3).map(lambda days: examples.NOW + days * examples.DAY)
_decisions = st.sampled_from(Decision)
_files = st.lists(st.builds(examples.listed, _numbers, upload_time=st.none() | _days), max_size=5)
_patterns = st.sampled_from(["a", "a-b", "a-b-c", "b"])
_claims = st.one_of(
    st.builds(names.claim, st.sampled_from(["a", "a-b", "a-*", "a-b-*"])),
    st.builds(names.claim, st.sampled_from(["a", "a-*"]), st.just(Origin.RELEASED)),
)
_sightings = st.builds(
    names.sighting, _patterns, st.integers(1, 3), network=st.sampled_from(["", "n"])
)
_ids = st.sampled_from(["w1", "w2", "w3"])


class Stores(RuleBasedStateMachine):
    """Both stores, treated alike."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.sql = open_store(self.url)
        self.memory = MemoryStore()

    @property
    def url(self) -> str:
        return f"sqlite:///{Path(self.folder.name)}/airlock.db"

    def teardown(self) -> None:
        self.sql.close()
        self.folder.cleanup()

    def alike(self, method: str, *args: object, **named: object) -> None:
        """Call both; they return the same or refuse with the same kind of error."""
        assert _answer(self.sql, method, args, named) == _answer(self.memory, method, args, named)

    @rule(number=_numbers, project=_projects, seen_at=_days)
    def remember(self, number: int, project: str, seen_at: dt.datetime) -> None:
        artifact = examples.artifact(number, project=project)
        self.alike("remember_artifact", artifact, seen_at=seen_at)

    @rule(number=_numbers, decision=_decisions, decided_at=_days)
    def judge(self, number: int, decision: Decision, decided_at: dt.datetime) -> None:
        self.alike("append_verdict", examples.verdict(number, decision, decided_at=decided_at))

    @rule(waiver_id=_ids, number=_numbers, begin=_days)
    def waive_a_digest(self, waiver_id: str, number: int, begin: dt.datetime) -> None:
        digest = examples.digest(number)
        waiver = examples.waiver(waiver_id, sha256=digest, begin=begin, end=begin + examples.DAY)
        self.alike("add_waiver", waiver)

    @rule(waiver_id=_ids, project=_projects)
    def waive_a_project(self, waiver_id: str, project: str) -> None:
        self.alike("add_waiver", examples.waiver(waiver_id, project=project))

    @rule(waiver_id=_ids, at=_days)
    def revoke(self, waiver_id: str, at: dt.datetime) -> None:
        self.alike("revoke_waiver", waiver_id, by="Bob Example", reason="was wrong", at=at)

    @rule(files=_files, project=_projects, source=_sources, fetched_at=_days)
    def put_listing(
        self, files: list[ListedFile], project: str, source: str, fetched_at: dt.datetime
    ) -> None:
        listing = examples.listing(*files, project=project, source=source)
        self.alike("put_listing", msgspec.structs.replace(listing, fetched_at=fetched_at))

    @rule(project=_projects, source=_sources, at=_days)
    def confirm(self, project: str, source: str, at: dt.datetime) -> None:
        self.alike("confirm_listing", source, ProjectName(project), at)

    @rule(claims=st.lists(_claims, max_size=3))
    def claim(self, claims: list[Claim]) -> None:
        self.alike("add_claims", claims)

    @rule(project=_patterns, upstream=_sources)
    def see(self, project: str, upstream: str) -> None:
        self.alike("bind", names.seen(project, upstream))

    @rule(project=_patterns, decision=_decisions)
    def judge_a_name(self, project: str, decision: Decision) -> None:
        self.alike("append_name_verdict", names.name_verdict(project, decision))

    @rule(sightings=st.lists(_sightings, max_size=4), most=st.integers(0, 5))
    def ask_in_vain(self, sightings: list[Sighting], most: int) -> None:
        self.alike("add_sightings", sightings, most=most)

    @rule(project=_patterns, decision=_decisions, limit=st.integers(0, 3), since=_days)
    def look_at_names(
        self, project: str, decision: Decision, limit: int, since: dt.datetime
    ) -> None:
        name = ProjectName(project)
        self.alike("claims_on", name)
        self.alike("claims", first_seen=limit > 1)
        self.alike("latest_name_verdict", name)
        self.alike("name_verdicts", name)
        self.alike("names_decided", decision, limit=limit)
        self.alike("sightings", since)

    @rule()
    def reopen(self) -> None:
        self.sql.close()
        self.sql = open_store(self.url)

    @rule(decision=st.none() | _decisions, limit=st.integers(0, 6))
    def look_at_the_newest(self, decision: Decision | None, limit: int) -> None:
        self.alike("recent_verdicts", decision=decision, limit=limit)

    @rule(project=_projects, source=_sources, number=_numbers, now=_days)
    def look(self, project: str, source: str, number: int, now: dt.datetime) -> None:
        name, digest = ProjectName(project), examples.digest(number)
        self.alike("artifact", digest)
        self.alike("artifacts_of", name)
        self.alike("latest_verdict", digest)
        self.alike("verdicts", digest)
        self.alike("waivers", now)
        self.alike("waivers_for", digest, name, now)
        self.alike("listing", source, name)

    @invariant()
    def files_and_standings_agree(self) -> None:
        self.alike("projects")
        self.alike("latest_verdicts", [examples.digest(number) for number in range(5)])
        for number in range(5):
            digest = examples.digest(number)
            for source in (examples.SOURCE, "https://other.example/simple/"):
                self.alike("listing", source, ProjectName("example"))
            self.alike("listed_file", digest, f"example-{number}.0.tar.gz")


def _answer(
    store: Store, method: str, args: tuple[object, ...], named: dict[str, object]
) -> object:
    try:
        return getattr(store, method)(*args, **named)
    except AirlockError as error:
        return type(error)


TestStores = Stores.TestCase
TestStores.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
