"""Versions, ranges and databases of advisories against what ``packaging`` says of them."""

import datetime as dt
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from airlock.errors import AirlockError, MalformedDocument, NotExamined
from airlock.evidence.advisories.files import DatabaseAdvisories
from airlock.evidence.advisories.format import Database
from airlock.evidence.advisories.keys import key, keys_of
from airlock.evidence.advisories.ranges import (
    Unplaceable,
    intervals_of_events,
    intervals_of_specifiers,
)
from airlock.evidence.advisories.records import Affected
from airlock.model import ProjectName
from tests.simulators.advisories import MAX_AGE, NOW, TODAY, between, compiled, exported, osv

numbers = st.one_of(st.integers(0, 3), st.integers(0, 10**12))
releases = st.lists(numbers, min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
words = st.sampled_from(["", "a1", "a2", "b1", "rc1", "rc10"])
posts = st.sampled_from(["", ".post0", ".post1", ".post20"])
devs = st.sampled_from(["", ".dev0", ".dev3"])
locals_ = st.sampled_from(["", "+1", "+2.a", "+a", "+a.1", "+ab", "+10", "+a.10.b", "+cu118"])
epochs = st.sampled_from(["", "", "", "1!", "300!"])
public = st.builds("{}{}{}{}{}".format, epochs, releases, words, posts, devs)
versions = st.builds("{}{}".format, public, locals_)
near = st.builds(
    "{}{}{}{}".format, st.sampled_from(["1", "1.0", "1.1", "2", "2.0.1", "3"]), words, posts, devs
)


@given(versions, versions)
def test_keys_sort_as_versions_do(one: str, other: str) -> None:
    assert (key(one) < key(other)) == (Version(one) < Version(other))
    assert (key(one) == key(other)) == (Version(one) == Version(other))


@given(versions)
def test_no_key_is_the_beginning_of_another(one: str) -> None:
    longer = key(one) + b"\x00"
    assert key(one) < longer
    assert not key(one + "0" if one[-1:].isdigit() else one + "1").startswith(longer)


def evaluated(version: str, events: Sequence[tuple[str, str]]) -> bool:
    """OSV's own algorithm, on versions of ``packaging``: the independent matcher."""
    asked = Version(version)
    limits = [text for name, text in events if name == "limit"]
    if limits and not any(text == "*" or asked < Version(text) for text in limits):
        return False
    lowest = Version("0.dev0")
    placed = [
        (lowest if (name, text) == ("introduced", "0") else Version(text), name)
        for name, text in events
        if name != "limit"
    ]
    affected = False
    for place, name in sorted(placed, key=lambda one: one[0]):
        if name == "introduced" and asked >= place:
            affected = True
        elif (name == "fixed" and asked >= place) or (name == "last_affected" and asked > place):
            affected = False
    return affected


events = st.lists(
    st.tuples(st.sampled_from(["introduced", "fixed", "last_affected"]), near),
    min_size=1,
    max_size=6,
).map(lambda found: [("introduced", "0"), *found])
limits = st.lists(st.tuples(st.just("limit"), st.one_of(near, st.just("*"))), max_size=2)


SAME_PLACE = [("introduced", "0"), ("last_affected", "1"), ("fixed", "1")]


@given(events, limits, near)
@example(SAME_PLACE, [], "1")
@example([*SAME_PLACE[:2], ("introduced", "1"), ("fixed", "1")], [], "1")
@settings(max_examples=200)
def test_a_range_of_events_is_what_osv_says(
    found: list[tuple[str, str]], bounds: list[tuple[str, str]], version: str
) -> None:
    intervals = intervals_of_events("ECOSYSTEM", [{name: text} for name, text in found + bounds])
    assert _affects(intervals, version) == evaluated(version, found + bounds)


def _affects(intervals: Any, version: str) -> bool:
    return Affected(project="example", intervals=tuple(intervals)).affects(keys_of(version))


semver = st.builds(
    "{}.{}.{}{}".format,
    *[st.integers(0, 3)] * 3,
    st.sampled_from(["", "-alpha", "-alpha.1", "-beta.2", "-rc.1", "+build.5", "-rc.2+b"]),
)


def _semver_key(text: str) -> tuple[Any, ...]:
    """Precedence by SemVer 2.0, clause 11."""
    release, _, early = text.partition("+")[0].partition("-")
    parts = [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in early.split(".") if early]
    return (*map(int, release.split(".")), not early, parts)


@given(st.lists(semver, min_size=2, max_size=4, unique=True), semver)
def test_a_range_of_semver_orders_as_semver_does(bounds: list[str], version: str) -> None:
    low, high = sorted(bounds, key=_semver_key)[:2]
    intervals = intervals_of_events("SEMVER", [{"introduced": low}, {"fixed": high}])
    asked = version.partition("+")[0]
    expected = _semver_key(low) <= _semver_key(asked) < _semver_key(high)
    assert _affects(intervals, asked.replace("-", "").replace(".", ".")) == expected


@pytest.mark.parametrize("version", ["1.0.0-1", "1.0.0-dev.1", "1.0.0-pre.1", "1.0", "nightly"])
def test_what_semver_orders_otherwise_is_not_placed(version: str) -> None:
    with pytest.raises(Unplaceable):
        intervals_of_events("SEMVER", [{"introduced": "0"}, {"fixed": version}])


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("GIT", [{"introduced": "0"}]),
        ("ECOSYSTEM", []),
        ("ECOSYSTEM", [{"fixed": "1.0"}]),
        ("ECOSYSTEM", [{"introduced": "0"}, {"fixed": "1.0-final-build"}]),
        ("ECOSYSTEM", [{"introduced": "0"}, {"ended": "1.0"}]),
        ("ECOSYSTEM", [{"introduced": "0"}, {"limit": "main"}]),
        ("CALENDAR", [{"introduced": "0"}]),
    ],
)
def test_what_cannot_be_evaluated_is_never_left_out(kind: str, found: Any) -> None:
    with pytest.raises(Unplaceable):
        intervals_of_events(kind, found)


bounded = st.builds("{}{}".format, st.sampled_from(["<", "<=", ">", ">=", "=="]), near)
compatible = st.sampled_from(["~=1.1", "~=2.0.1", "==1.*", "==2.0.*", "~=1.1.post1"])


@given(st.lists(st.one_of(bounded, compatible), min_size=1, max_size=3), near)
@settings(max_examples=200)
def test_specifiers_cover_all_that_packaging_lets_in(parts: list[str], version: str) -> None:
    text = ",".join(parts)
    covered = _affects(intervals_of_specifiers(text), version)
    if SpecifierSet(text).contains(version, prereleases=True):
        assert covered
    elif covered:
        # Only where PEP 440 leaves pre- and post-releases of a bound out of an open comparison.
        assert any(part[0] in "<>" and part[1] != "=" for part in parts), text


names = st.sampled_from(["example", "Example", "exa_mple", "other"])
records = st.lists(
    st.tuples(names, events, st.lists(near, max_size=3), st.booleans()), min_size=1, max_size=5
)


@given(records, names, near)
def test_a_database_matches_as_the_independent_matcher(
    found: list[Any], name: str, version: str
) -> None:
    made, expected = [], set()
    for number, (project, placed, listed, withdrawn) in enumerate(found):
        spread = {"type": "ECOSYSTEM", "events": [{kind: text} for kind, text in placed]}
        more = {"withdrawn": TODAY} if withdrawn else {}
        made.append(osv(f"PYSEC-{number}", project, spread, versions=listed, **more))
        about = ProjectName(project) == ProjectName(name) and not withdrawn
        is_listed = any(Version(one) == Version(version) for one in listed)
        if about and (is_listed or evaluated(version, placed)):
            expected.add(f"PYSEC-{number}")
    with tempfile.TemporaryDirectory() as folder:
        database = Database(compiled(Path(folder), exported(made)), "a test's")
    known = DatabaseAdvisories(database, MAX_AGE).known(ProjectName(name), version)
    assert {record for one in known.advisories for record in one.records} == expected
    assert known.blind == ()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    spread = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}
    made = [osv(f"PYSEC-{n}", f"example-{n}", spread) for n in range(20)]
    return compiled(tmp_path_factory.mktemp("database"), exported(made))


@given(data=st.data())
@settings(max_examples=150)
def test_a_damaged_database_is_never_read(whole: bytes, data: st.DataObject) -> None:
    damaged = bytearray(whole)
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=4)):
        damaged[place] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(whole) - 1)))
    found = bytes(damaged[:cut])
    if found == whole:
        return
    with pytest.raises(MalformedDocument):
        Database(found, "a damaged one")


def _broken(draw: Any, value: Any) -> Any:
    """Return a JSON value with one part of it replaced by something else."""
    if isinstance(value, dict) and value and draw(st.integers(0, 3)):
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: _broken(draw, value[name])}
    if isinstance(value, list) and value and draw(st.integers(0, 3)):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], _broken(draw, value[place]), *value[place + 1 :]]
    return draw(st.sampled_from([None, 7, "?", [], {}, [[]], {"events": "x"}, -1.5]))


@given(data=st.data())
@settings(max_examples=150)
def test_a_record_of_broken_shape_never_makes_its_project_clean(data: st.DataObject) -> None:
    record = osv("PYSEC-1", "example", between("0", "2.0"))
    ranges = record["affected"][0]["ranges"]
    place = data.draw(st.sampled_from(["affected", "ranges", "events"]))
    if place == "affected":
        record["affected"] = _broken(data.draw, record["affected"])
    elif place == "ranges":
        record["affected"][0]["ranges"] = _broken(data.draw, ranges)
    else:
        ranges[0]["events"] = _broken(data.draw, ranges[0]["events"])
    text = json.dumps(record["affected"])
    if not ('"name": "example"' in text and '"ecosystem": "PyPI"' in text):
        return  # it speaks of something else now, or of nothing
    others = [osv(f"PYSEC-9{n}", "other", between("0", "2.0")) for n in range(3)]
    with tempfile.TemporaryDirectory() as folder:
        database = Database(compiled(Path(folder), exported([record, *others])), "a test's")
    answers = DatabaseAdvisories(database, dt.timedelta(days=14))
    known = answers.known(ProjectName("example"), "1.0")
    assert answers.trouble(NOW) or known.blind or known.advisories


@given(st.binary(max_size=400))
@settings(max_examples=200)
def test_any_bytes_are_no_export_or_a_whole_one(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.raises(AirlockError):
        compiled(Path(folder), data)


@given(st.text(max_size=40))
def test_any_text_is_a_version_or_not_examined(whole: bytes, text: str) -> None:
    answers = DatabaseAdvisories(Database(whole, "a whole one"), MAX_AGE)
    try:
        Version(text)
    except ValueError:
        with pytest.raises(NotExamined):
            answers.known(ProjectName("example-1"), text)
    else:
        answers.known(ProjectName("example-1"), text)
