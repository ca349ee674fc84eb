"""Ways around the sources: what leaks, what falls through, what is seen by pip and not by us."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from airlock.errors import AirlockError, InvalidRequirement, UpstreamUnavailable
from airlock.model import ListedFile
from airlock.sources.requirements import read_requirements
from airlock.sources.simple_index import SimpleIndex
from airlock.sources.urls import followed, index_url, without_credentials
from tests.simulators.upstream import Fault, Upstream, make_wheel
from tests.unit.sources.asking import fetch, listing_of, quick

# Which requirements pip itself sees in a file.
PIPS_VIEW = """
import sys
from pip._internal.network.session import PipSession
from pip._internal.req.req_file import parse_requirements
for found in parse_requirements(sys.argv[1], session=PipSession()):
    print(found.requirement.partition(";")[0])
"""
SECRET = "s3cr3t%2Fword"
FILE = "/files/example-1.0-py3-none-any.whl"


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        upstream.add(*make_wheel("example", "1.0"))
        upstream.credentials = ("user@example", "s3cr3t/word")
        yield upstream


@pytest.fixture
def url(upstream: Upstream) -> str:
    return upstream.url.replace("http://", f"http://user%40example:{SECRET}@")


def test_credentials_of_the_url_are_sent(upstream: Upstream, url: str, tmp_path: Path) -> None:
    listing = listing_of(url)
    assert listing.source == upstream.url
    fetch(url, listing.files[0], tmp_path / "x.whl")


def test_without_credentials_nobody_enters(upstream: Upstream) -> None:
    with pytest.raises(UpstreamUnavailable) as caught:
        listing_of(upstream.url)
    assert "credentials" in caught.value.hint


@pytest.mark.parametrize("fault", [*Fault])
def test_no_error_shows_the_credentials(
    upstream: Upstream, url: str, fault: Fault, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = listing_of(url).files[0]
    upstream.fault("*", fault)
    limits = quick(idle_seconds=0.05, page_seconds=0.2, file_seconds=0.2, tries=1)
    said = [str(file)]
    asks: tuple[Callable[[], str], ...] = (
        lambda: repr(listing_of(url, limits=limits)),
        lambda: repr(fetch(url, file, tmp_path / "x.whl", limits)),
    )
    for ask in asks:
        try:
            said.append(ask())
        except AirlockError as error:
            said += [str(error), error.hint, repr(error.__cause__)]
    said.append(caplog.text)
    assert len(said) > 2
    assert not [text for text in said if "s3cr3t" in text]


def test_showing_credentials_shows_none() -> None:
    _, credentials = index_url("https://user:s3cr3t@index.example/simple/")
    assert credentials
    assert "s3cr3t" not in f"{credentials} {credentials!r}"


@pytest.mark.parametrize("way", ["listed", "redirect"])
def test_credentials_go_to_no_other_place(
    upstream: Upstream, url: str, way: str, tmp_path: Path
) -> None:
    with Upstream() as other:
        digest = other.add(*make_wheel("example", "1.0"))
        file = listing_of(url).files[0]
        if way == "redirect":
            upstream.fault(FILE, Fault.REDIRECT, other.root + FILE)
        else:
            file = msgspec.structs.replace(file, url=other.root + FILE)
        assert fetch(url, file, tmp_path / "x.whl") == digest
        assert "authorization" not in other.asked[0].headers


def test_netrc_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login user password s3cr3t\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    with Upstream() as open_index:
        open_index.add(*make_wheel("example", "1.0"))
        listing_of(open_index.url)
        assert "authorization" not in open_index.asked[0].headers


def test_credentials_that_a_page_gives_are_not_taken(upstream: Upstream, url: str) -> None:
    planted = f"http://planted:secret@127.0.0.1:1{FILE}"
    body = {
        "name": "example",
        "files": [{"filename": Path(FILE).name, "url": planted, "hashes": {}}],
    }
    upstream.raw("/simple/example/", msgspec.json.encode(body))
    (file,) = listing_of(url).files
    assert file.url == f"http://127.0.0.1:1{FILE}"


@pytest.mark.parametrize("target", ["http://index.example/", "//index.example/", "HTTP://x/"])
def test_nothing_leads_from_https_to_http(target: str) -> None:
    if target.startswith("//"):
        assert followed("https://files.example/", target).startswith("https://")
        return
    with pytest.raises(UpstreamUnavailable, match="https to http"):
        followed("https://files.example/a", target)


def test_file_on_the_disk_is_not_an_upstream(upstream: Upstream, tmp_path: Path) -> None:
    local = ListedFile(filename="x-1.whl", url="file:///etc/hostname")
    with pytest.raises(UpstreamUnavailable, match="follows"):
        fetch(upstream.url, local, tmp_path / "x.whl")


def test_every_spelling_of_a_name_asks_for_one_page(upstream: Upstream, url: str) -> None:
    for spelling in ("Example", "EXAMPLE", "example"):
        listing_of(url, spelling)
    assert {asked.path for asked in upstream.asked} == {"/simple/example/"}


def test_file_of_another_project_is_not_on_the_page(upstream: Upstream, url: str) -> None:
    filename, data = make_wheel("evil", "1.0")
    upstream.add(filename, data, project="example")
    listing = listing_of(url)
    assert [file.filename for file in listing.files] == ["example-1.0-py3-none-any.whl"]
    assert listing.malformed == 1


def test_logs_hold_no_credentials(
    upstream: Upstream, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    filename, data = make_wheel("evil", "1.0")
    upstream.add(filename, data, project="example")
    caplog.set_level(0)
    listing_of(url)
    assert "malformed" in caplog.text
    assert "s3cr3t" not in caplog.text


def test_time_of_upload_that_nobody_says_stays_unknown(upstream: Upstream, url: str) -> None:
    upstream.fault(FILE, Fault.NO_UPLOAD_TIME)
    assert listing_of(url).files[0].upload_time is None


def test_requirements_show_no_credentials(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    lines = [
        "-i https://user:s3cr3t@index.example/simple",
        "--extra-index-url=https://s3cr3t@index.example/simple",
        "-fhttps://user:s3cr3t@index.example",
        "example @ https://user:s3cr3t@files.example/example-1.0.zip",
        "git+https://s3cr3t@git.example/a.git",
        "-e git+ssh://git:s3cr3t@git.example/a.git#egg=a",
        "-r https://user:s3cr3t@index.example/r.txt",
    ]
    path.write_text("\n".join(lines))
    found = read_requirements(path)
    assert len(found) == len(lines)
    assert "s3cr3t" not in repr(found)
    path.write_text("example=1; x == 'https://user:s3cr3t@index.example/'")
    with pytest.raises(InvalidRequirement) as caught:
        read_requirements(path)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\x0ctwo\n", "one two"),
        ("one\u2028two\n", "one two"),
        ("one\\\n# a comment\ntwo\n", "one two"),
        ("o\\\nne\ntwo # \\\n", "one two"),
        ("one # \\\ntwo\nthree", "one three"),
        ("\\one\\\n\ntwo\n", "one two"),
        ("#\\\none\ntwo\n", "one two"),
        ("one;python_version>'3'\ntwo\n", "one two"),
        ("one#two\n", None),
        ("one\t#two\n", "one"),
    ],
)
def test_no_line_is_seen_by_pip_alone(text: str, expected: str | None, tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text(text, encoding="utf-8")
    if expected is None:
        with pytest.raises(InvalidRequirement):
            read_requirements(path)
        return
    ours = [str(line.project) for line in read_requirements(path) if line.applies]
    command = [sys.executable, "-c", PIPS_VIEW, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.split() == ours == expected.split()


def test_index_named_by_a_requirements_file_is_not_asked(tmp_path: Path) -> None:
    path = tmp_path / "requirements.txt"
    path.write_text("--index-url https://evil.example/simple\nexample\n")
    option, requirement = read_requirements(path)
    assert (option.applies, requirement.applies) == (False, True)


def test_credentials_in_any_text() -> None:
    text = "GET https://u:p@a.example/x and git+ssh://git@b.example, mail c@d.example"
    clean = "GET https://a.example/x and git+ssh://b.example, mail c@d.example"
    assert without_credentials(text) == clean


def test_index_is_named_without_credentials() -> None:
    assert "s3cr3t" not in SimpleIndex("https://u:s3cr3t@index.example/simple").url
