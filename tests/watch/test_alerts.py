"""What people are told: e-mail to a real server, feeds, OSV records, reports to a registry."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import msgspec
import pytest

from airlock.errors import UsageError
from airlock.gate.watch.alerting import Mailing
from airlock.gate.watch.settings import MailSettings
from airlock.model import Decision, Severity
from airlock.model.watching import Claim, alert_of
from airlock.report.alerts import atom, registry_report
from airlock.report.newest_alerts import newest_alerts
from airlock.report.osv_malware import osv_records
from airlock.store import Records, open_records
from airlock.store.works import Result
from tests.hunting.test_hunts import attested, workflow
from tests.simulators.smtp import Smtp
from tests.unit.store.examples import NOW, verdict
from tests.unit.store.test_works import claimed, work

OSV = json.loads(Path(__file__).with_name("osv.schema.json").read_text())
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with open_records(f"sqlite:///{tmp_path}/airlock.db") as opened:
        yield opened


@pytest.fixture(scope="module")
def _server() -> Iterator[Smtp]:
    with Smtp() as started:
        yield started


@pytest.fixture
def server(_server: Smtp) -> Smtp:
    _server.taken.clear()
    _server.refusing = False
    return _server


def judged(records: Records, number: int, decision: Decision, message: str = "runs it") -> Claim:
    records.works.add([work(number)], 1, NOW)
    claim = claimed(records)
    result = Result(1, verdict(number, decision, message=message))
    assert records.works.settle(claim, result, NOW)
    return claim


def mailing(server: Smtp, records: Records, lowest: Severity = Severity.HIGH) -> Mailing:
    settings = MailSettings(
        server=server.url, sender="airlock@mail.example", to=("ada@mail.example",), lowest=lowest
    )
    return Mailing(settings, records.log, records.works, lambda: NOW)


def test_what_is_held_or_refused_is_mailed_once(server: Smtp, records: Records) -> None:
    judged(records, 1, Decision.ADMIT)
    judged(records, 2, Decision.REFUSE, "evil\r\nBcc: eve@mail.example\x1b[2J")
    judged(records, 3, Decision.HOLD)
    sender = mailing(server, records)
    assert (sender.send_all(), sender.send_all()) == (2, 0)
    (message,) = server.taken
    assert message["To"] == "ada@mail.example"
    assert message["Bcc"] is None
    assert message["Subject"].startswith("[airlock] high: example 3.0 and 1 more") or message[
        "Subject"
    ].startswith("[airlock] high: example 2.0 and 1 more")
    text = message.get_content()
    assert "example-2.0.tar.gz" in text
    assert "\x1b" not in text
    judged(records, 4, Decision.REFUSE)
    assert sender.send_all() == 1
    assert len({one["Message-ID"] for one in server.taken}) == 2


def test_mail_that_is_not_taken_is_sent_again_under_its_id(server: Smtp, records: Records) -> None:
    judged(records, 1, Decision.REFUSE)
    server.refusing = True
    sender = mailing(server, records)
    assert sender.send_all() == 0
    server.refusing = False
    assert sender.send_all() == 1
    assert [one["Message-ID"] for one in server.taken] == ["<alerts-0-2@mail.example>"]


def test_only_what_is_severe_enough_and_came_since(server: Smtp, records: Records) -> None:
    judged(records, 1, Decision.REFUSE)
    sender = mailing(server, records, Severity.CRITICAL)
    sender.begin()
    judged(records, 2, Decision.REFUSE)
    assert (sender.send_all(), server.taken) == (0, [])


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://"])
def test_what_is_no_mail_server(url: str, records: Records) -> None:
    settings = MailSettings(server=url, sender="a@mail.example", to=())
    with pytest.raises(UsageError):
        Mailing(settings, records.log, records.works, lambda: NOW)


def test_feed_has_what_is_as_severe_or_worse(records: Records) -> None:
    for number in (1, 2):
        judged(records, number, Decision.REFUSE, "a \x00 <b> & 'c' \u202e")
    found = newest_alerts(records.log, Severity.MEDIUM, 10)
    feed = ET.fromstring(atom(found, Severity.MEDIUM, "https://gate.example/a.atom", NOW))
    entries = feed.findall("a:entry", ATOM)
    assert len(entries) == 2
    assert len({entry.findtext("a:id", namespaces=ATOM) for entry in entries}) == 2
    assert feed.findtext("a:updated", namespaces=ATOM) == "2026-11-23T12:30:15Z"
    assert not newest_alerts(records.log, Severity.CRITICAL, 10)
    empty = ET.fromstring(atom([], Severity.CRITICAL, "urn:x", NOW))
    assert empty.findtext("a:updated", namespaces=ATOM)


def test_osv_records_are_valid_and_of_refusals_only() -> None:
    bad = [verdict(1, Decision.REFUSE), verdict(2, Decision.REFUSE)]
    document = json.loads(osv_records([*bad, verdict(3, Decision.HOLD)], NOW))
    jsonschema.validate(document, OSV)
    (affected,) = document["affected"]
    assert affected["versions"] == ["1.0", "2.0"]
    artifacts = affected["database_specific"]["artifacts"]
    assert {one["sha256"] for one in artifacts} == {str(one.artifact.sha256) for one in bad}
    assert "`setup.py:3`: decodes text and runs it" in document["details"]
    with pytest.raises(UsageError, match="refused"):
        osv_records([verdict(3, Decision.HOLD)], NOW)


def test_records_of_several_projects_are_several() -> None:
    one, other = verdict(1, Decision.REFUSE), verdict(2, Decision.REFUSE)
    release = msgspec.structs.replace(other.artifact.release, project="other")
    artifact = msgspec.structs.replace(other.artifact, release=release)
    both = json.loads(osv_records([one, msgspec.structs.replace(other, artifact=artifact)], NOW))
    assert [entry["affected"][0]["package"]["name"] for entry in both] == ["example", "other"]


def test_report_names_file_line_and_reason() -> None:
    told = registry_report(verdict(1, Decision.REFUSE, message="sends\x1b secrets"))
    assert "setup.py, line 3: sends\\x1b secrets" in told
    assert "exec(b64decode" in told
    assert "example-1.0.tar.gz" in told
    assert "Signed by" not in told


def test_report_names_who_signed() -> None:
    judged = verdict(1, Decision.REFUSE)
    signed = attested(workflow("eve/tool"))
    told = registry_report(msgspec.structs.replace(judged, outcomes=(*judged.outcomes, signed)))
    assert "Signed by: eve/tool, Release.yml, by https://" in told


def test_admission_is_no_alert() -> None:
    assert alert_of(verdict(1)) is None
    assert alert_of(verdict(1, Decision.HOLD)) is not None
