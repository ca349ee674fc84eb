"""Sentences of the specifications of the simple API, asked of how we read it."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from airlock.errors import AirlockError, UpstreamUnavailable
from airlock.model import ListedFile, ProjectName
from airlock.sources.page import Page
from airlock.sources.page_html import read_html
from airlock.sources.page_json import read_json
from tests.simulators.upstream import Fault, Upstream, make_sdist, make_wheel
from tests.unit.sources.asking import listing_of

URL = "https://index.example/simple/example/"
EXAMPLE = ProjectName("example")
DIGEST = "ab" * 32
WHEEL = "example-1.0-py3-none-any.whl"


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        upstream.add(*make_wheel("example", "1.0"), requires_python=">=3.8", yanked="a <bug>")
        upstream.add(*make_sdist("example", "1.0"))
        yield upstream


def of_json(*files: Mapping[str, object], **document: object) -> Page:
    whole = {"meta": {"api-version": "1.0"}, "name": "example", "files": files, **document}
    return read_json(json.dumps(whole).encode(), URL, EXAMPLE)


def of_html(body: str, charset: str | None = None) -> Page:
    return read_html(body.encode(), URL, EXAMPLE, charset)


def entry(**fields: object) -> dict[str, object]:
    return {"filename": WHEEL, "url": f"https://files.example/{WHEEL}", "hashes": {}, **fields}


def only(page: Page) -> ListedFile:
    (file,) = page.files
    assert page.malformed == 0
    return file


class TestBothForms:
    def test_json_is_asked_for_and_html_is_taken(self, upstream: Upstream) -> None:
        listing_of(upstream.url)
        accepted = upstream.asked[0].headers["accept"]
        assert accepted.startswith("application/vnd.pypi.simple.v1+json,")
        assert "text/html" in accepted

    def test_html_says_what_json_says_but_for_size_and_time(self, upstream: Upstream) -> None:
        upstream.status("example", "archived", "no <time>")
        upstream.fault("/files/*", Fault.NO_SIZE)
        upstream.fault("/files/*", Fault.NO_UPLOAD_TIME)
        as_json = listing_of(upstream.url)
        upstream.fault("/simple/*", Fault.HTML_ONLY)
        as_html = listing_of(upstream.url)
        assert as_html.files == as_json.files
        assert as_json.files[0].yanked == "a <bug>"
        assert as_json.files[0].requires_python == ">=3.8"
        assert as_json.files[0].metadata_sha256
        expected = ("archived", "no <time>")
        assert (as_html.status, as_html.status_reason) == expected
        assert (as_json.status, as_json.status_reason) == expected

    @pytest.mark.parametrize("form", [None, Fault.HTML_ONLY])
    def test_relative_urls(self, upstream: Upstream, form: Fault | None) -> None:
        upstream.relative = True
        if form:
            upstream.fault("/simple/*", form)
        assert listing_of(upstream.url).files[0].url == upstream.file_url(WHEEL)

    @pytest.mark.parametrize("form", [None, Fault.HTML_ONLY])
    @pytest.mark.parametrize("version", ["2.0", "10.1", "0.9", "one", "", "1", "-1.0"])
    def test_pep_629_other_major_version(
        self, upstream: Upstream, form: Fault | None, version: str
    ) -> None:
        upstream.api_version = version
        if form:
            upstream.fault("/simple/*", form)
        with pytest.raises(UpstreamUnavailable, match="simple API"):
            listing_of(upstream.url)

    @pytest.mark.parametrize("form", [None, Fault.HTML_ONLY])
    @pytest.mark.parametrize("version", ["1.0", "1.999"])
    def test_pep_629_newer_minor_version(
        self, upstream: Upstream, form: Fault | None, version: str
    ) -> None:
        upstream.api_version = version
        if form:
            upstream.fault("/simple/*", form)
        assert listing_of(upstream.url).files


class TestJson:
    def test_pep_700_size_and_time(self) -> None:
        file = only(of_json(entry(**{"size": 7, "upload-time": "2026-01-02T03:04:05.678901Z"})))
        assert file.size == 7
        assert file.upload_time == dt.datetime(2026, 1, 2, 3, 4, 5, 678901, dt.UTC)

    @pytest.mark.parametrize("text", ["2026-01-02T05:04:05+02:00", "2026-01-02T03:04:05"])
    def test_times_of_older_indexes_are_in_utc(self, text: str) -> None:
        time = only(of_json(entry(**{"upload-time": text}))).upload_time
        assert time == dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
        assert time is not None
        assert time.tzinfo is dt.UTC

    @pytest.mark.parametrize(
        ("yanked", "reason"),
        [(False, None), (None, None), (True, ""), ("", ""), ("broken", "broken")],
    )
    def test_pep_592_yanked(self, yanked: object, reason: str | None) -> None:
        assert only(of_json(entry(yanked=yanked))).yanked == reason

    @pytest.mark.parametrize("key", ["core-metadata", "dist-info-metadata"])
    def test_pep_714_metadata(self, key: str) -> None:
        assert only(of_json(entry(**{key: {"sha256": DIGEST}}))).metadata_sha256 == DIGEST
        assert only(of_json(entry(**{key: True}))).metadata_sha256 is None

    def test_pep_714_prefers_the_new_name(self) -> None:
        both = {"core-metadata": {"sha256": DIGEST}, "dist-info-metadata": {"sha256": "0" * 64}}
        assert only(of_json(entry(**both))).metadata_sha256 == DIGEST

    def test_digest_in_capitals_is_the_same(self) -> None:
        assert only(of_json(entry(hashes={"sha256": DIGEST.upper()}))).sha256 == DIGEST

    def test_other_algorithms_are_no_sha256(self) -> None:
        assert only(of_json(entry(hashes={"md5": "00", "blake2b": "x"}))).sha256 is None

    def test_unknown_keys_are_ignored(self) -> None:
        assert only(of_json(entry(novelty=[1]), novelty={})).filename == WHEEL

    @pytest.mark.parametrize(
        ("serial", "expected"),
        [(12, 12), ("12", 12), (None, None), ("x", None), (-1, None), (2**70, None), (0, 0)],
    )
    def test_last_serial(self, serial: object, expected: int | None) -> None:
        meta = {"api-version": "1.0", "_last-serial": serial}
        assert of_json(meta=meta).last_serial == expected

    def test_page_without_a_version_is_of_the_first(self) -> None:
        assert of_json(entry(), meta={}).files

    @pytest.mark.parametrize(
        "fields",
        [
            {"hashes": {"sha256": "abc"}},
            {"hashes": {"sha256": 7}},
            {"hashes": None},
            {"size": -1},
            {"size": "7"},
            {"upload-time": "yesterday"},
            {"upload-time": 1},
            {"upload-time": "0001-01-01T00:00:00+23:59"},
            {"url": "file:///etc/hostname"},
            {"url": "http://files.example/downgraded"},
            {"url": "//["},
            {"url": "https://files.example:99999/x"},
            {"url": None},
            {"filename": None},
            {"filename": "../example-1.0.tar.gz"},
            {"filename": "example-1.0.whl"},
            {"filename": "example.tar.gz"},
            {"filename": "other-1.0.tar.gz"},
            {"requires-python": ">=3\n"},
            {"yanked": 3},
        ],
    )
    def test_an_entry_that_makes_no_sense_costs_itself(self, fields: dict[str, object]) -> None:
        page = of_json(entry(**fields), entry())
        assert [file.filename for file in page.files] == [WHEEL]
        assert page.malformed == 1

    @pytest.mark.parametrize("bad", [None, 1, "x", [], {}])
    def test_an_entry_that_is_none_costs_itself(self, bad: object) -> None:
        body = {"name": "example", "files": [bad, entry()]}
        page = read_json(json.dumps(body).encode(), URL, EXAMPLE)
        assert (len(page.files), page.malformed) == (1, 1)

    @pytest.mark.parametrize(
        "name", ["example-1.0.egg", "example-1.0.win32.exe", "example-1.0.rpm", "example-1.0.asc"]
    )
    def test_what_is_not_installed_is_left_out_and_not_counted(self, name: str) -> None:
        page = of_json(entry(filename=name))
        assert (page.files, page.malformed) == ((), 0)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"{",
            b"\xff\xfe",
            b'{"name": "example"}',
            b'{"name": "other", "files": []}',
            b'{"name": "example", "files": [{"filename": "\\ud800"}]}',
            b'{"name": "-", "files": []}',
            b'{"name": "example", "files": {}}',
            b'{"name": "example", "files": [], "meta": 1}',
            b'{"name": "example", "files": [], "project-status": "quarantined"}',
            b'{"name": "example", "files": ' + b"[" * 100_000,
            b'{"name": "example", "files": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}",
        ],
    )
    def test_what_is_no_page_of_the_project(self, body: bytes) -> None:
        with pytest.raises(UpstreamUnavailable):
            read_json(body, URL, EXAMPLE)

    def test_name_is_compared_normalised(self) -> None:
        body = b'{"name": "Ex.Am_Ple", "files": []}'
        assert read_json(body, URL, ProjectName("ex-am-ple")).files == ()


class TestHtml:
    def test_attributes_are_unescaped(self) -> None:
        body = f'<a href="{WHEEL}" data-requires-python="&gt;=3.8" data-yanked="a &amp; b">x</a>'
        file = only(of_html(body))
        assert (file.requires_python, file.yanked) == (">=3.8", "a & b")

    def test_attributes_that_are_not_escaped(self) -> None:
        body = f"<A HREF='{WHEEL}' data-requires-python='>=3.8'>{WHEEL}</A>"
        assert only(of_html(body)).requires_python == ">=3.8"

    def test_yanked_without_a_reason(self) -> None:
        assert only(of_html(f"<a href={WHEEL} data-yanked>x</a>")).yanked == ""

    @pytest.mark.parametrize(
        ("fragment", "digest"),
        [
            (f"#sha256={DIGEST}", DIGEST),
            (f"#egg=example&sha256={DIGEST}", DIGEST),
            (f"#SHA256={DIGEST.upper()}", DIGEST),
            ("#md5=00", None),
            ("#", None),
            ("", None),
        ],
    )
    def test_digest_in_the_fragment(self, fragment: str, digest: str | None) -> None:
        file = only(of_html(f'<a href="../f/{WHEEL}{fragment}">{WHEEL}</a>'))
        assert file.sha256 == digest
        assert file.url == f"https://index.example/simple/f/{WHEEL}"

    @pytest.mark.parametrize("name", ["data-core-metadata", "data-dist-info-metadata"])
    def test_pep_658_metadata(self, name: str) -> None:
        said = only(of_html(f'<a href="{WHEEL}" {name}="sha256={DIGEST}">x</a>'))
        assert said.metadata_sha256 == DIGEST
        assert only(of_html(f'<a href="{WHEEL}" {name}="true">x</a>')).metadata_sha256 is None

    def test_base(self) -> None:
        base = '<base href="https://files.example/a/"><base href="https://wrong.example/">'
        file = only(of_html(f'<html><head>{base}</head><a href="{WHEEL}">x</a>'))
        assert file.url == f"https://files.example/a/{WHEEL}"

    def test_base_that_may_not_be_followed_is_none(self) -> None:
        file = only(of_html(f'<base href="file:///srv/"><a href="{WHEEL}">x</a>'))
        assert file.url == URL + WHEEL

    def test_query_of_a_signed_url_is_kept(self) -> None:
        file = only(of_html(f'<a href="https://files.example/{WHEEL}?key=a&amp;b=2">x</a>'))
        assert file.filename == WHEEL
        assert file.url.endswith("?key=a&b=2")

    def test_name_is_that_of_the_url(self) -> None:
        body = '<a href="example-1.0%2Blocal.tar.gz">example-2.0.tar.gz</a>'
        assert only(of_html(body)).filename == "example-1.0+local.tar.gz"

    @pytest.mark.parametrize(
        "anchor",
        [
            f'<a href="{WHEEL}#sha256=abc">x</a>',
            f'<a href="http://files.example/{WHEEL}">x</a>',
            f'<a href="file:///{WHEEL}">x</a>',
            f'<a href="//[/{WHEEL}">x</a>',
            '<a href="other-1.0.tar.gz">x</a>',
            '<a href="..%2Fexample-1.0.tar.gz">x</a>',
            '<a href="example.whl">x</a>',
        ],
    )
    def test_a_link_that_makes_no_sense_costs_itself(self, anchor: str) -> None:
        page = of_html(f'{anchor}<a href="{WHEEL}">x</a>')
        assert [file.filename for file in page.files] == [WHEEL]
        assert page.malformed == 1

    def test_other_links_are_not_counted(self) -> None:
        page = of_html('<a>x</a><a href="../">up</a><a href="mailto:x@y.example">m</a>')
        assert (page.files, page.malformed) == ((), 0)

    @pytest.mark.parametrize("charset", ["latin-1", "no-such", "base64", "utf-16-\x00", None])
    def test_charset(self, charset: str | None) -> None:
        assert only(of_html(f'<a href="{WHEEL}">x</a>', charset)).filename == WHEEL

    def test_byte_order_mark(self) -> None:
        assert only(of_html(f'\ufeff<a href="{WHEEL}">x</a>')).filename == WHEEL


NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON_VALUES: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=20),
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=8), some),
    max_leaves=8,
)
ENTRY_KEYS = ("filename", "url", "hashes", "size", "upload-time", "yanked", "core-metadata")
ENTRIES = st.dictionaries(st.sampled_from(ENTRY_KEYS), JSON_VALUES).map(lambda some: entry(**some))


@settings(deadline=None)
@given(st.lists(ENTRIES | JSON_VALUES, max_size=4), JSON_VALUES)
def test_a_good_entry_survives_any_company(bad: list[object], serial: object) -> None:
    files = [*bad, entry(filename="example-7.zip")]
    meta = {"api-version": "1.1"}
    body = json.dumps({"name": "example", "files": files, "meta": meta, "novelty": serial})
    page = read_json(body.encode(), URL, EXAMPLE)
    assert page.files[-1].filename == "example-7.zip"
    assert len(page.files) + page.malformed <= len(files)


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(alphabet="<a href=\"'>x/#:[]&;!-?", max_size=200))
@example("<![:")
def test_only_our_errors_leave_the_readers(data: bytes | str) -> None:
    body = data.encode() if isinstance(data, str) else data
    for read in (read_json, read_html):
        try:
            read(body, URL, EXAMPLE)
        except AirlockError as error:
            assert isinstance(error, UpstreamUnavailable)  # noqa: PT017 (both ends are allowed)
