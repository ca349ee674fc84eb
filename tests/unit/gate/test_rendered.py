"""What is ready to be sent, and when it holds no more."""

import asyncio
import datetime as dt
import gzip
from pathlib import Path

import pytest
import zstandard

from airlock.gate.changes import Changes
from airlock.gate.index.encodings import Encoding, best_encoding
from airlock.gate.index.negotiation import Form
from airlock.gate.index.rendered import Page, Rendered, Served
from airlock.gate.index.swift import matches
from airlock.model import ProjectName
from tests.simulators.memory_store import MemoryStore
from tests.unit.examples import NOW

HARBOUR, ANCHOR = ProjectName("harbour"), ProjectName("anchor")
HOUR = dt.timedelta(hours=1)


class Desk:
    """Pages in front of a store, with the time and the advisories in the test's hand."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.now = NOW
        self.known = "one"
        self.changes = Changes(self.store)
        self.rendered = Rendered(self.changes, lambda: self.known, lambda: self.now)

    def keep(self, project: ProjectName = HARBOUR, until: dt.datetime = NOW + HOUR) -> Page:
        page = Page(self.changes.serial, until, self.rendered.mark())
        page.put(Form.JSON, b"{}" * 500)
        self.rendered.put(project, page)
        return page

    def change(self, project: ProjectName | None) -> None:
        self.store.note_change(project)
        asyncio.run(self.changes.catch_up())


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_page_holds_until_its_project_changes(desk: Desk) -> None:
    page = desk.keep()
    assert desk.rendered.page(HARBOUR) is page
    desk.change(ANCHOR)
    assert desk.rendered.page(HARBOUR) is page
    desk.change(HARBOUR)
    assert desk.rendered.page(HARBOUR) is None


def test_change_of_everything_is_one_of_each(desk: Desk) -> None:
    desk.keep()
    desk.keep(ANCHOR)
    desk.change(None)
    assert desk.rendered.page(HARBOUR) is None
    assert desk.rendered.page(ANCHOR) is None


def test_page_ends_with_its_time_and_with_newer_advisories(desk: Desk) -> None:
    desk.keep(until=NOW + HOUR)
    desk.now += HOUR
    assert desk.rendered.page(HARBOUR) is None
    desk.keep(until=desk.now + HOUR)
    desk.known = "two"
    desk.now += dt.timedelta(seconds=2)
    assert desk.rendered.page(HARBOUR) is None


def test_word_of_the_door_on_a_file_ends_likewise(desk: Desk) -> None:
    def keep() -> None:
        until = (desk.now + HOUR).timestamp()
        mark = desk.rendered.mark()
        served = Served(HARBOUR, desk.changes.serial, mark, until, Path("/nowhere"), 1, "0" * 64)
        desk.rendered.put_file("0" * 64, "harbour-1.0.zip", served)

    keep()
    assert desk.rendered.file("0" * 64, "harbour-1.0.zip") is not None
    assert desk.rendered.file("0" * 64, "other-1.0.zip") is None
    desk.change(HARBOUR)
    assert desk.rendered.file("0" * 64, "harbour-1.0.zip") is None


def test_changes_that_nobody_asked_for_are_unknown(desk: Desk) -> None:
    asyncio.run(desk.changes.catch_up())
    assert desk.changes.are_known()
    desk.store.note_change(HARBOUR)
    assert not desk.changes.are_known()


def test_page_is_the_same_in_every_coding_with_a_tag_of_its_own(desk: Desk) -> None:
    page = desk.keep()
    bodies = {encoding: page.body(Form.JSON, encoding) for encoding in Encoding}
    found = {encoding: body.data for encoding, body in bodies.items() if body is not None}
    assert gzip.decompress(found[Encoding.GZIP]) == found[Encoding.IDENTITY] == b"{}" * 500
    assert zstandard.decompress(found[Encoding.ZSTD]) == b"{}" * 500
    assert len({body.etag for body in bodies.values() if body is not None}) == len(Encoding)
    assert page.body(Form.HTML, Encoding.GZIP) is None


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", Encoding.IDENTITY),
        ("identity", Encoding.IDENTITY),
        ("gzip, deflate", Encoding.GZIP),
        ("gzip, deflate, br, zstd", Encoding.ZSTD),
        ("zstd;q=0, gzip;q=0.5", Encoding.GZIP),
        ("*", Encoding.ZSTD),
        ("*;q=0", Encoding.IDENTITY),
        ("gzip;q=nonsense", Encoding.IDENTITY),
    ],
)
def test_coding_is_what_the_client_takes(accept: str, chosen: Encoding) -> None:
    assert best_encoding(accept) is chosen


@pytest.mark.parametrize(
    ("header", "same"),
    [(b'"a"', True), (b'W/"a"', True), (b'"b", "a"', True), (b"*", True), (b'"b"', False)],
)
def test_conditions(header: bytes, same: bool) -> None:
    assert matches(header, b'"a"') is same
