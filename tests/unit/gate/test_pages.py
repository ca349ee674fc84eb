"""The simple API as bytes (PEP 503, 592, 629, 691, 700, 792)."""

import datetime as dt
import html.parser
import json
from typing import Any

import msgspec
import pytest

from airlock.gate.index import pages
from airlock.gate.index.negotiation import Form
from airlock.model import ListedFile, ProjectListing, ProjectName, Sha256

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
UPLOADED = dt.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=dt.UTC)
HOSTILE = """"><script>alert('x')</script>&amp;"""


def listed(filename: str = "example-1.0.tar.gz", **changes: object) -> ListedFile:
    file = ListedFile(
        filename=filename,
        url=f"https://files.example/{filename}",
        sha256=Sha256.of(filename.encode()),
        size=123,
        upload_time=UPLOADED,
    )
    return msgspec.structs.replace(file, **changes)


def listing(*files: ListedFile, **changes: object) -> ProjectListing:
    made = ProjectListing(
        project=ProjectName("example"),
        source="https://index.example/simple/",
        files=files,
        fetched_at=NOW,
    )
    return msgspec.structs.replace(made, **changes)


def as_json(made: ProjectListing, *files: ListedFile) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(pages.project_page(made, files or made.files, Form.JSON))
    return document


class Page(html.parser.HTMLParser):
    """What a client reads in an HTML page."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.links: list[dict[str, str | None]] = []
        self.meta: dict[str | None, str | None] = {}
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(data.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "a":
            self.links.append(dict(attrs))
        elif tag == "meta":
            self.meta[dict(attrs).get("name")] = dict(attrs).get("content")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def as_html(made: ProjectListing) -> Page:
    return Page(pages.project_page(made, made.files, Form.LEGACY))


def test_json_says_everything_that_upstream_said() -> None:
    file = listed(requires_python=">=3.9", yanked="broken")
    document = as_json(listing(file, last_serial=7))

    assert document == {
        "meta": {"api-version": "1.5", "_last-serial": 7},
        "name": "example",
        "namespaces": None,
        "versions": ["1.0"],
        "files": [
            {
                "filename": "example-1.0.tar.gz",
                "url": f"../../files/{file.sha256}/example-1.0.tar.gz",
                "hashes": {"sha256": str(file.sha256)},
                "yanked": "broken",
                "requires-python": ">=3.9",
                "size": 123,
                "upload-time": "2026-01-02T03:04:05.000006Z",
            }
        ],
    }


def test_json_leaves_out_what_nobody_knows() -> None:
    document = as_json(listing(listed(size=None, upload_time=None)))
    assert set(document["files"][0]) == {"filename", "url", "hashes", "yanked"}


def test_only_the_files_that_are_given_are_listed() -> None:
    kept, left = listed("example-1.0.tar.gz"), listed("example-2.0.tar.gz")
    document = as_json(listing(kept, left), kept)
    assert [file["filename"] for file in document["files"]] == [kept.filename]
    assert document["versions"] == ["1.0"]


@pytest.mark.parametrize(("yanked", "told"), [(None, False), ("", True), ("why", "why")])
def test_yanked_files_are_marked(yanked: str | None, told: object) -> None:
    made = listing(listed(yanked=yanked))
    assert as_json(made)["files"][0]["yanked"] == told
    assert as_html(made).links[0].get("data-yanked") == yanked


def test_page_without_sizes_claims_only_the_version_before_them() -> None:
    made = listing(listed(), listed("example-2.0.tar.gz", size=None))
    assert as_json(made)["meta"]["api-version"] == "1.0"
    assert as_html(made).meta["pypi:repository-version"] == "1.0"
    assert as_html(listing(listed())).meta["pypi:repository-version"] == "1.4"


def test_times_are_in_utc_whatever_their_zone() -> None:
    zone = dt.timezone(dt.timedelta(hours=5, minutes=30))
    file = listed(upload_time=dt.datetime(2026, 1, 1, 4, tzinfo=zone))
    assert as_json(listing(file))["files"][0]["upload-time"] == "2025-12-31T22:30:00.000000Z"


def test_status_of_a_project_is_passed_on() -> None:
    made = listing(listed(), status="quarantined", status_reason=HOSTILE)
    assert as_json(made)["project-status"] == {"status": "quarantined", "reason": HOSTILE}
    page = as_html(made)
    assert page.meta["pypi:project-status"] == "quarantined"
    assert page.meta["pypi:project-status-reason"] == HOSTILE


def test_active_project_says_nothing_of_its_status() -> None:
    made = listing(listed(), status_reason="unused")
    assert "project-status" not in as_json(made)
    assert "pypi:project-status" not in as_html(made).meta
    assert as_json(listing(listed(), status="archived"))["project-status"] == {"status": "archived"}


def test_html_names_digest_and_python() -> None:
    file = listed(requires_python=">=3.9,<4")
    (link,) = as_html(listing(file)).links
    assert link == {
        "href": f"../../files/{file.sha256}/{file.filename}#sha256={file.sha256}",
        "data-requires-python": ">=3.9,<4",
    }
    page = pages.project_page(listing(file), [file], Form.LEGACY)
    assert b'data-requires-python="&gt;=3.9,&lt;4"' in page


def test_nothing_that_upstream_says_becomes_markup() -> None:
    file = listed(filename=f"example-1.0{HOSTILE}.zip", requires_python=HOSTILE, yanked=HOSTILE)
    page = as_html(listing(file, status=HOSTILE, status_reason=HOSTILE))

    assert "script" not in page.tags
    (link,) = page.links
    assert link["data-yanked"] == link["data-requires-python"] == HOSTILE
    assert file.filename in page.texts
    assert page.meta["pypi:project-status"] == HOSTILE


def test_file_names_are_quoted_in_urls() -> None:
    file = listed(filename="example-1.0+local %2F?#.zip")
    assert pages.file_url(file).endswith("/example-1.0%2Blocal%20%252F%3F%23.zip")


def test_root_page_lists_projects_in_both_forms() -> None:
    projects = [ProjectName("Anchor"), ProjectName("har_bour")]
    document = json.loads(pages.root_page(projects, Form.JSON, {projects[0]: 7}))
    page = Page(pages.root_page(projects, Form.HTML, {}))

    assert document["projects"] == [
        {"name": "anchor", "_last-serial": 7},
        {"name": "har-bour", "_last-serial": 0},
    ]
    assert document["meta"]["_last-serial"] == 7
    assert document["meta"]["api-version"] == "1.5"
    assert [link["href"] for link in page.links] == ["anchor/", "har-bour/"]


def test_empty_pages_are_pages() -> None:
    made = listing()
    assert as_json(made)["files"] == []
    assert as_json(made)["versions"] == []
    assert as_html(made).links == []
    assert json.loads(pages.root_page([], Form.JSON, {}))["projects"] == []
