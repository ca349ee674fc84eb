import datetime as dt
import gzip
from pathlib import Path

import pytest

from airlock.errors import ProjectNotFound, UpstreamUnavailable, UsageError
from airlock.sources.simple_index import SimpleIndex
from airlock.sources.transport import trusted
from tests.simulators.upstream import Fault, Upstream
from tests.unit.sources.asking import NOW, listing_of, quick

PAGE = "/simple/example/"


def test_listing_has_the_files_in_the_order_of_the_index(upstream: Upstream) -> None:
    listing = listing_of(upstream.url)
    names = [file.filename for file in listing.files]
    assert names == ["example-1.0-py3-none-any.whl", "example-1.0.tar.gz"]
    assert (listing.project, listing.source) == ("example", upstream.url)
    assert listing.fetched_at == NOW


def test_base_without_slash_is_the_same_index(upstream: Upstream) -> None:
    assert listing_of(upstream.url.rstrip("/")).source == upstream.url


def test_unknown_project(upstream: Upstream) -> None:
    with pytest.raises(ProjectNotFound, match="nothing-here"):
        listing_of(upstream.url, "nothing-here")
    assert upstream.count("*") == 1


def test_gone_project(upstream: Upstream) -> None:
    upstream.fault(PAGE, Fault.STATUS, 410)
    with pytest.raises(ProjectNotFound):
        listing_of(upstream.url)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_what_passes_is_tried_again(upstream: Upstream, status: int) -> None:
    upstream.fault(PAGE, Fault.STATUS, status, times=2)
    assert listing_of(upstream.url).files
    assert upstream.count(PAGE) == 3


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.TRUNCATE])
def test_what_breaks_off_is_tried_again(upstream: Upstream, fault: Fault) -> None:
    upstream.fault(PAGE, fault, times=2)
    assert listing_of(upstream.url).files
    assert upstream.count(PAGE) == 3


@pytest.mark.parametrize("fault", [Fault.STATUS, Fault.RESET, Fault.TRUNCATE, Fault.WRONG_BYTES])
def test_what_stays_is_an_error(upstream: Upstream, fault: Fault) -> None:
    upstream.raw(PAGE, b'{"name": "example", "files": []}')
    upstream.fault(PAGE, fault, 503 if fault is Fault.STATUS else None)
    with pytest.raises(UpstreamUnavailable):
        listing_of(upstream.url)
    assert upstream.count(PAGE) == (1 if fault is Fault.WRONG_BYTES else 3)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_what_does_not_pass_is_not_tried_again(upstream: Upstream, status: int) -> None:
    upstream.fault(PAGE, Fault.STATUS, status)
    with pytest.raises(UpstreamUnavailable, match=str(status)):
        listing_of(upstream.url)
    assert upstream.count(PAGE) == 1


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.HANG_BODY])
def test_silence_ends(upstream: Upstream, fault: Fault) -> None:
    upstream.fault(PAGE, fault)
    with pytest.raises(UpstreamUnavailable):
        listing_of(upstream.url, limits=quick(idle_seconds=0.05))
    assert upstream.count(PAGE) == 3


def test_page_that_trickles_ends(upstream: Upstream) -> None:
    upstream.fault(PAGE, Fault.SLOW, 20)
    with pytest.raises(UpstreamUnavailable, match="within"):
        listing_of(upstream.url, limits=quick(page_seconds=0.2))


def test_index_that_nobody_serves() -> None:
    with Upstream() as gone:
        url = gone.url
    with pytest.raises(UpstreamUnavailable, match="cannot be reached"):
        listing_of(url)


def test_wish_to_wait_is_told_to_the_caller(upstream: Upstream) -> None:
    upstream.fault(PAGE, Fault.STATUS, 503, headers={"Retry-After": "7"})
    with pytest.raises(UpstreamUnavailable) as caught:
        listing_of(upstream.url, limits=quick(tries=1))
    assert caught.value.retry_after == 7


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Mon, 23 Nov 2026 12:02:00 GMT", 120),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("soon", 0),
        ("-5", 0),
        ("²", 0),
    ],
)
def test_wish_to_wait_as_a_date(upstream: Upstream, text: str, seconds: float) -> None:
    headers = {"Retry-After": text.encode().decode("latin-1")}
    upstream.fault(PAGE, Fault.STATUS, 503, headers=headers)
    with pytest.raises(UpstreamUnavailable) as caught:
        listing_of(upstream.url, limits=quick(tries=1))
    assert caught.value.retry_after == seconds


def test_wish_to_wait_for_ever_is_not_obeyed(upstream: Upstream) -> None:
    upstream.fault(PAGE, Fault.STATUS, 503, times=1, headers={"Retry-After": "999999"})
    assert listing_of(upstream.url).files


def test_known_page_is_not_sent_again(upstream: Upstream) -> None:
    known = listing_of(upstream.url)
    later = NOW + dt.timedelta(hours=1)
    again = listing_of(upstream.url, known=known, now=later)
    assert again.fetched_at == later
    assert again.files == known.files
    assert upstream.asked[-1].headers["if-none-match"] == known.etag


def test_known_page_that_changed_is_read(upstream: Upstream) -> None:
    known = listing_of(upstream.url)
    upstream.remove("example-1.0.tar.gz")
    assert len(listing_of(upstream.url, known=known).files) == 1


def test_page_known_from_another_index_is_not_taken(upstream: Upstream) -> None:
    known = listing_of(upstream.url)
    with Upstream() as other:
        other.raw(PAGE, b'{"name": "example", "files": []}')
        assert listing_of(other.url, known=known).files == ()
        assert "if-none-match" not in other.asked[0].headers


def test_nothing_new_about_a_page_that_is_not_known(upstream: Upstream) -> None:
    upstream.fault(PAGE, Fault.STATUS, 304)
    with pytest.raises(UpstreamUnavailable):
        listing_of(upstream.url)


def test_page_over_the_limit(upstream: Upstream) -> None:
    with pytest.raises(UpstreamUnavailable, match="limit"):
        listing_of(upstream.url, limits=quick(page_bytes=100))


def test_limit_is_of_the_page_unpacked(upstream: Upstream) -> None:
    packed = gzip.compress(b" " * 2_000_000)
    upstream.raw(PAGE, packed, Content_Encoding="gzip")
    with pytest.raises(UpstreamUnavailable, match="limit"):
        listing_of(upstream.url, limits=quick(page_bytes=1_000_000))


def test_packed_page(upstream: Upstream) -> None:
    packed = gzip.compress(b'{"name": "example", "files": []}')
    upstream.raw(PAGE, packed, Content_Encoding="gzip")
    assert listing_of(upstream.url).files == ()


def test_page_that_claims_to_be_packed(upstream: Upstream) -> None:
    upstream.raw(PAGE, b'{"name": "example", "files": []}', Content_Encoding="gzip")
    with pytest.raises(UpstreamUnavailable, match="sensible"):
        listing_of(upstream.url)


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "image/png", "nonsense"])
def test_something_that_is_no_page(upstream: Upstream, kind: str) -> None:
    upstream.raw(PAGE, b"hello", kind)
    with pytest.raises(UpstreamUnavailable, match="no page of an index"):
        listing_of(upstream.url)


def test_redirect_is_followed(upstream: Upstream) -> None:
    upstream.fault("/simple/old/", Fault.REDIRECT, f"{upstream.root}/simple/example/")
    upstream.fault("/simple/example/", Fault.REDIRECT, "/moved/example/")
    body = (
        b'{"name": "old", "files": [{"filename": "old-1.zip", "url": "o/old-1.zip", "hashes": {}}]}'
    )
    upstream.raw("/moved/example/", body)
    (file,) = listing_of(upstream.url, "old").files
    assert file.url == f"{upstream.root}/moved/example/o/old-1.zip"


def test_redirect_in_a_circle(upstream: Upstream) -> None:
    upstream.fault(PAGE, Fault.REDIRECT)
    with pytest.raises(UpstreamUnavailable, match="redirects"):
        listing_of(upstream.url)


@pytest.mark.parametrize(
    "target", ["file:///etc/hostname", "ftp://127.0.0.1/", "//[", "http://", "http://x:99999/"]
)
def test_redirect_to_what_is_no_place(upstream: Upstream, target: str) -> None:
    upstream.fault(PAGE, Fault.REDIRECT, target)
    with pytest.raises(UpstreamUnavailable):
        listing_of(upstream.url)


def test_environment_names_a_proxy(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", upstream.root)
    assert listing_of("http://index.invalid/simple/").source == "http://index.invalid/simple/"


def test_proxy_that_is_none(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "nonsense://proxy.invalid")
    with pytest.raises(UsageError, match="proxy"):
        listing_of(upstream.url)


@pytest.mark.parametrize("variable", ["PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_certificates_that_are_none(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    bundle = tmp_path / "bundle.pem"
    bundle.write_text("nothing")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv(variable, str(bundle))
    with pytest.raises(UsageError, match="certificates"):
        SimpleIndex("https://index.invalid/simple/")


@pytest.mark.parametrize(
    "url", ["", "index", "ftp://x/", "file:///srv/simple", "https://", "http://[/"]
)
def test_url_of_no_index(url: str) -> None:
    with pytest.raises(UsageError, match="URL of an index"):
        SimpleIndex(url)


@pytest.mark.parametrize(
    "own", ["http://localhost:{}/simple", "http://0.0.0.0:{}/", "http://[::1]:{}"]
)
def test_gate_is_not_its_own_upstream(upstream: Upstream, own: str) -> None:
    port = upstream.root.rpartition(":")[2]
    with pytest.raises(UsageError, match="this gate itself"):
        SimpleIndex(upstream.url, own=[own.format(port)])


@pytest.mark.parametrize(
    "own", ["http://127.0.0.1:1/simple/", "https://gate.example/", "http://192.0.2.1/simple/"]
)
def test_gate_beside_its_upstream(upstream: Upstream, own: str) -> None:
    assert SimpleIndex(upstream.url, own=[own]).url == upstream.url


@pytest.mark.parametrize("own", ["https://GATE.example./simple", "https://gate.example:443/"])
def test_gate_is_known_by_its_name(own: str) -> None:
    with pytest.raises(UsageError, match="this gate itself"):
        SimpleIndex("https://gate.example/simple/", own=[own])


def test_two_indexes_of_one_host() -> None:
    url = "https://company.example/mirror/simple/"
    assert SimpleIndex(url, own=["https://company.example/airlock/simple/"]).url == url


def test_authorities_are_trusted_if_nobody_names_any() -> None:
    assert trusted(None).cert_store_stats()["x509_ca"] > 0
