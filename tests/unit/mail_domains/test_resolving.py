"""Domains of mail: what the list says, and what a resolver answers."""

from pathlib import Path

import pytest
from disposable_email_domains import blocklist

from airlock.errors import NotExamined, UsageError
from airlock.evidence.mail_domains.listed import COMMON, ListedMailDomains
from airlock.evidence.mail_domains.resolving import ResolvingMailDomains, resolver
from tests.checks.packing import pack_sdist
from tests.functional.conftest import airlock, free_port
from tests.simulators.mail_domains import NameServer

ZONES = {
    "acme.example": "acme.example. 60 IN MX 10 mail.acme.example.",
    "bare.example": "bare.example. 60 IN A 192.0.2.1",
    "six.example": "six.example. 60 IN AAAA 2001:db8::1",
    "null.example": "null.example. 60 IN MX 0 .",
    "empty.example": "empty.example. 60 IN TXT x",
}


@pytest.mark.parametrize(
    ("domain", "receives"),
    [
        ("acme.example", True),
        ("bare.example", True),
        ("six.example", True),
        ("null.example", False),
        ("empty.example", False),
        ("gone.example", False),
    ],
)
def test_who_takes_mail(domain: str, *, receives: bool) -> None:
    with NameServer(ZONES) as server:
        known = ResolvingMailDomains("127.0.0.1", server.port)
        assert known.receives(domain) is receives
        first = len(server.asked)
        assert known.receives(domain) is receives
        assert len(server.asked) == first


def test_no_answer_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with NameServer(ZONES, failing=["odd.example"]) as server:
        known = ResolvingMailDomains("127.0.0.1", server.port)
        with pytest.raises(NotExamined, match="SERVFAIL"):
            known.receives("odd.example")
    monkeypatch.setattr("airlock.evidence.mail_domains.resolving._SECONDS", 0.2)
    with pytest.raises(NotExamined, match="does not answer"):
        ResolvingMailDomains("127.0.0.1", free_port()).receives("acme.example")


def test_the_list() -> None:
    known, listed = ListedMailDomains(), min(blocklist)
    assert known.is_throw_away(listed)
    assert known.is_throw_away(f"mail.{listed}")
    assert not known.is_throw_away("airlock.example")
    with pytest.raises(NotExamined, match="AIRLOCK_RESOLVER"):
        known.receives("acme.example")


def test_what_is_not_looked_up_is_not_on_the_list() -> None:
    assert blocklist.isdisjoint(COMMON)


@pytest.mark.parametrize(
    "text", ["192.0.2.53", "192.0.2.53:5353", "[2001:db8::53]:53", "2001:db8::53"]
)
def test_spellings_of_a_resolver(text: str) -> None:
    assert resolver(text).unresolved == ""


@pytest.mark.parametrize("text", ["dns.example", "192.0.2.53:x", "192.0.2.53:99999999", "[", ""])
def test_what_is_no_resolver(text: str) -> None:
    with pytest.raises(UsageError, match="AIRLOCK_RESOLVER"):
        resolver(text)


def test_the_resolver_of_the_system(tmp_path: Path) -> None:
    settings = tmp_path / "resolv.conf"
    settings.write_text("# one\nsearch example\nnameserver 192.0.2.53\n")
    assert resolver("system", settings).unresolved == ""
    settings.write_text("search example\n")
    with pytest.raises(UsageError, match="names no resolver"):
        resolver("system", settings)


def test_a_scan_asks_only_the_resolver_that_is_named(tmp_path: Path) -> None:
    metadata = "Metadata-Version: 2.1\nName: anchor\nVersion: 1.0\nAuthor-email: ada@gone.example\n"
    path = pack_sdist(tmp_path, {"PKG-INFO": metadata.encode()}, filename="anchor-1.0.tar.gz")
    quiet = airlock("scan", path, "--format", "json")
    assert "no resolver was named" in quiet.stdout
    with NameServer(ZONES) as server:
        place = f"127.0.0.1:{server.port}"
        told = airlock("scan", path, "--format", "json", AIRLOCK_RESOLVER=place)
        assert "No mail is received at gone.example." in told.stdout
        assert server.asked == [("gone.example", "MX")]
    wrong = airlock("scan", path, AIRLOCK_RESOLVER="dns.example")
    assert wrong.returncode == 2
    assert "is no resolver" in wrong.stderr
