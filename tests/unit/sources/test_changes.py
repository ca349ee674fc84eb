"""How one learns of what changed at an index, against one that speaks the real protocols."""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterator

import msgspec
import pytest

from airlock.errors import UpstreamUnavailable
from airlock.model import ProjectName
from airlock.model.watching import SourceState
from airlock.sources.changes import Batch, Changes
from airlock.sources.changes.asking import Asking
from airlock.sources.changes.changelog import ChangelogChanges
from airlock.sources.changes.feed import FeedChanges
from airlock.sources.changes.interface import OVERLAP
from airlock.sources.changes.named import NamedChanges
from airlock.sources.changes.serials import SerialChanges
from airlock.sources.interface import Limits
from tests.simulators.upstream import Upstream, make_wheel

NOW = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)
KINDS: dict[str, Callable[[Asking], Changes]] = {
    "changelog": ChangelogChanges,
    "feed": FeedChanges,
    "serials": SerialChanges,
}


@pytest.fixture(scope="module")
def _server() -> Iterator[Upstream]:
    with Upstream() as index:
        yield index


@pytest.fixture
def upstream(_server: Upstream) -> Upstream:
    _server.reset()
    _server.tells = set(KINDS)
    return _server


def ask(upstream: Upstream, kind: str, state: SourceState, *, everything: bool = False) -> Batch:
    async def asked() -> Batch:
        asking = Asking(upstream.url, Limits(page_seconds=20), lambda: NOW)
        async with KINDS[kind](asking) as changes:
            assert changes.kind == kind
            return await changes.since(state, everything=everything)

    return asyncio.run(asked())


def state(batch: Batch | None = None, kind: str = "") -> SourceState:
    begun = SourceState(url="", kind=kind, since=NOW)
    if batch is None:
        return begun
    return msgspec.structs.replace(
        begun, serial=batch.serial, first=batch.serial, etag=batch.etag, seen=batch.seen,
        polled_at=NOW,
    )  # fmt: skip


def names(batch: Batch) -> list[str]:
    return sorted(change.project for change in batch.changes)


@pytest.mark.parametrize("kind", KINDS)
def test_what_came_after_a_state_is_told(upstream: Upstream, kind: str) -> None:
    upstream.add(*make_wheel("old", "1.0"))
    first = ask(upstream, kind, state())
    assert names(first) == []
    assert not ask(upstream, kind, state(first)).changes
    upstream.add(*make_wheel("New_Project", "1.0"))
    second = ask(upstream, kind, state(first))
    assert names(second) == ["new-project"]
    assert not second.gap
    if kind != "feed":
        assert second.changes[0].serial == upstream.serial_of("new-project")
        assert second.serial >= first.serial


@pytest.mark.parametrize("kind", ["changelog", "serials"])
def test_serials_that_turn_up_late_are_told(upstream: Upstream, kind: str) -> None:
    upstream.add(*make_wheel("old", "1.0"))
    before = ask(upstream, kind, state())
    upstream.add(*make_wheel("late", "1.0"))
    upstream.hidden = {entry.serial for entry in upstream.journal if entry.project == "late"}
    upstream.add(*make_wheel("early", "1.0"))
    moved = ask(upstream, kind, state(before))
    assert names(moved) == ["early"]
    upstream.hidden.clear()
    known = msgspec.structs.replace(state(before), serial=moved.serial)
    assert "late" in names(ask(upstream, kind, known))


def test_unchanged_list_is_not_sent_again(upstream: Upstream) -> None:
    upstream.add(*make_wheel("old", "1.0"))
    first = ask(upstream, "serials", state())
    assert ask(upstream, "serials", state(first)) == Batch((), first.serial, first.etag)
    assert names(ask(upstream, "serials", state(first), everything=True)) == ["old"]


def test_list_without_serials_is_of_use_for_everything_only(upstream: Upstream) -> None:
    upstream.tells = set()
    upstream.add(*make_wheel("old", "1.0"))
    with pytest.raises(UpstreamUnavailable, match="no serials") as raised:
        ask(upstream, "serials", state())
    assert "--project" in raised.value.hint
    assert names(ask(upstream, "serials", state(), everything=True)) == ["old"]


def test_feed_that_went_on_too_fast_says_so(upstream: Upstream) -> None:
    upstream.add(*make_wheel("old", "1.0"))
    first = ask(upstream, "feed", state())
    for number in range(101):
        upstream.add(*make_wheel(f"new-{number}", "1.0"))
    assert ask(upstream, "feed", state(first)).gap


@pytest.mark.parametrize("kind", ["changelog", "feed"])
def test_who_does_not_offer_it_says_so_for_good(upstream: Upstream, kind: str) -> None:
    upstream.tells = {"serials"}
    with pytest.raises(UpstreamUnavailable) as raised:
        ask(upstream, kind, state())
    assert raised.value.retry_after is None


@pytest.mark.parametrize(
    ("kind", "path", "body"),
    [
        ("changelog", "/pypi", b"<!DOCTYPE x [<!ENTITY a 'b'>]><methodResponse/>"),
        ("changelog", "/pypi", "<!DOCTYPE x><a/>".encode("utf-16")),
        ("changelog", "/pypi", b"<methodResponse><params><param/></params></methodResponse>"),
        ("changelog", "/pypi", b"not XML"),
        ("feed", "/rss/updates.xml", b"<!DOCTYPE x><rss/>"),
        ("feed", "/rss/updates.xml", b"<html/>"),
        ("feed", "/rss/updates.xml", b"<rss>"),
        ("serials", "/simple/", b"{}"),
        ("serials", "/simple/", b'{"projects": [{"name": 1}]}'),
        ("serials", "/simple/", b"[" * 100_000),
    ],
)
def test_nonsense_is_no_answer(upstream: Upstream, kind: str, path: str, body: bytes) -> None:
    upstream.raw(path, body)
    with pytest.raises(UpstreamUnavailable):
        ask(upstream, kind, msgspec.structs.replace(state(), serial=5))


def test_entries_that_bring_no_files_are_none(upstream: Upstream) -> None:
    upstream.add(*make_wheel("old", "1.0"))
    first = ask(upstream, "changelog", state())
    upstream.remove("old-1.0-py3-none-any.whl")
    upstream.delete("old")
    later = ask(upstream, "changelog", state(first))
    assert not later.changes
    assert later.serial > first.serial


def test_named_projects_are_told_each_time() -> None:
    changes = NamedChanges("https://index.example/simple/", map(ProjectName, ["b", "A", "a"]))
    batch = asyncio.run(changes.since(state()))
    assert [(change.project, change.serial) for change in batch.changes] == [
        ("a", None),
        ("b", None),
    ]
    assert OVERLAP


@pytest.mark.parametrize("days", [0.5, 1.5, 4000])
def test_changelog_begins_at_a_time_in_the_past(upstream: Upstream, days: float) -> None:
    for age in range(3, -1, -1):
        at = NOW - dt.timedelta(days=age)
        for number in range(400):
            upstream.add(f"p{age}-1.{number}.tar.gz", b"", upload_time=at)
    begun = msgspec.structs.replace(state(), since=NOW - dt.timedelta(days=days))

    async def asked() -> Batch:
        asking = Asking(upstream.url, Limits(page_seconds=20), lambda: NOW)
        async with ChangelogChanges(asking, pause_seconds=0) as changes:
            return await changes.since(begun)

    first = asyncio.run(asked())
    later = ask(upstream, "changelog", state(first))
    assert first.changes == ()
    assert names(later) == [f"p{age}" for age in range(4) if age < days]
