"""Any verdict whatsoever comes back from the store as it was."""

import datetime as dt
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airlock.errors import MalformedDocument
from airlock.model import (
    Artifact,
    ArtifactKind,
    ArtifactName,
    Confidence,
    Decision,
    Finding,
    ListedFile,
    Outcome,
    PolicyVersion,
    ProjectName,
    Reason,
    Release,
    Severity,
    Sha256,
    Status,
    Verdict,
)
from airlock.model.wire import decode, encode
from airlock.store import Standing, Store, open_store

# Of everything that UTF-8 can write: NUL, escapes, quotes, right-to-left marks, emoji.
_text = st.text(max_size=30)
_optional = st.none() | _text
_sizes = st.integers(0, 2**63 - 1)
_times = st.datetimes(timezones=st.just(dt.UTC))
_digests = st.binary(max_size=8).map(Sha256.of)
_projects = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?", fullmatch=True)
_names = _projects.map(ProjectName)

_listed = st.builds(
    ListedFile,
    filename=_text,
    url=_text,
    sha256=st.none() | _digests,
    size=st.none() | _sizes,
    upload_time=st.none() | _times,
    requires_python=_optional,
    yanked=_optional,
    metadata_sha256=st.none() | _digests,
)
_releases = st.builds(
    Release, project=_names, version=_text, source=_optional, listed=st.none() | _listed
)
_artifacts = st.builds(
    Artifact,
    sha256=_digests,
    size=_sizes,
    name=st.builds(
        ArtifactName,
        filename=_text,
        project=_names,
        version=_text,
        kind=st.sampled_from(ArtifactKind),
    ),
    release=_releases,
)
_findings = st.builds(
    Finding,
    check=_text,
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
    message=_text,
    path=_text,
    line=_sizes,
    evidence=_text,
)
_outcomes = st.builds(
    Outcome,
    check=_text,
    version=_sizes,
    status=st.sampled_from(Status),
    reason=_text,
    findings=st.lists(_findings, max_size=3).map(tuple),
)
_reasons = st.builds(
    Reason, decision=st.sampled_from(Decision), rule=_text, message=_text, check=_text
)
_verdicts = st.builds(
    Verdict,
    artifact=_artifacts,
    decision=st.sampled_from(Decision),
    score=st.floats(0, 1),
    reasons=st.lists(_reasons, max_size=3).map(tuple),
    outcomes=st.lists(_outcomes, max_size=3).map(tuple),
    policy=st.builds(PolicyVersion, name=_text, version=_text),
    checks_version=_text,
    decided_at=_times,
    seconds=st.floats(0, 1e9),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that fills up."""
    folder = tmp_path_factory.mktemp("store")
    with open_store(f"sqlite:///{folder}/airlock.db") as opened:
        yield opened


@given(_verdicts)
def test_document_comes_back(verdict: Verdict) -> None:
    assert decode(encode(verdict), Verdict) == verdict


@given(_verdicts)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_store_gives_it_back(store: Store, verdict: Verdict) -> None:
    digest = verdict.artifact.sha256
    before = len(store.verdicts(digest))
    store.append_verdict(verdict)
    assert store.latest_verdict(digest) == verdict
    assert len(store.verdicts(digest)) == before + 1
    standing = store.latest_verdicts([digest])[digest]
    assert standing.headline == verdict.headline.replace("\0", "\ufffd")
    assert (standing.decision, standing.score) == (verdict.decision, verdict.score)
    assert standing.decided_at == verdict.decided_at
    assert isinstance(standing, Standing)


@given(_verdicts, st.data())
def test_damaged_document_is_our_error_or_another_verdict(
    verdict: Verdict, data: st.DataObject
) -> None:
    document = bytearray(encode(verdict))
    place = data.draw(st.integers(0, len(document) - 1))
    document[place] = data.draw(st.integers(0, 255))
    try:
        found = decode(bytes(document), Verdict)
    except MalformedDocument:
        return
    assert isinstance(found, Verdict)


@given(
    st.recursive(
        st.none() | st.integers() | _text, lambda v: st.lists(v) | st.dictionaries(_text, v)
    )
)
def test_other_documents_are_our_error(value: object) -> None:
    with pytest.raises(MalformedDocument):
        decode(encode(value), Verdict)
