"""What holds for every name, file name and value on the wire."""

import contextlib
import datetime as dt
import string

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from airlock.errors import AirlockError, InvalidFilename, InvalidName
from airlock.model import ArtifactKind, ArtifactName, Decision, Outcome, ProjectName, Sha256, wire
from airlock.model.waiver import Waiver
from tests.property import strategies as some

ALNUM = string.ascii_letters + string.digits
words = st.lists(st.text(ALNUM, min_size=1, max_size=8), min_size=1, max_size=4)
separators = st.text("-_.", min_size=1, max_size=3)
versions = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,2}((a|b|rc)[0-9])?", fullmatch=True)


def spelled(parts: list[str], data: st.DataObject) -> str:
    """Return the words in some case, with some separators between them."""
    text = parts[0]
    for part in parts[1:]:
        text += data.draw(separators) + part
    cases = data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
    return "".join(
        char.upper() if upper else char.lower() for char, upper in zip(text, cases, strict=True)
    )


@given(words, st.data())
def test_every_spelling_of_a_name_is_the_same_value(parts: list[str], data: st.DataObject) -> None:
    name = ProjectName("-".join(parts))
    assert ProjectName(spelled(parts, data)) == name
    assert hash(ProjectName(spelled(parts, data))) == hash(name)
    assert name == str(canonicalize_name(spelled(parts, data)))


@given(st.text(max_size=40))
def test_a_text_is_a_normalised_name_or_none(text: str) -> None:
    try:
        name = ProjectName(text)
    except InvalidName:
        return
    assert name == str(canonicalize_name(text))
    assert str(ProjectName(str(name))) == name
    assert set(name) <= set(string.ascii_lowercase + string.digits + "-")


@given(st.text(max_size=70))
def test_a_text_is_a_digest_or_none(text: str) -> None:
    with contextlib.suppress(InvalidName):
        assert len(bytes.fromhex(Sha256(text))) == 32


@given(words, versions, st.sampled_from(ArtifactName.SDIST_SUFFIXES), st.data())
def test_an_sdist_is_taken_apart_as_it_was_put_together(
    parts: list[str], version: str, suffix: str, data: st.DataObject
) -> None:
    name = ArtifactName.parse(f"{spelled(parts, data)}-{version}{suffix}")
    assert name.project == "-".join(parts).lower()
    assert (name.version, name.kind) == (version, ArtifactKind.SDIST)


@given(words, versions, st.sampled_from(["", "-1", "-2build"]), st.data())
def test_a_wheel_is_taken_apart_as_it_was_put_together(
    parts: list[str], version: str, build: str, data: st.DataObject
) -> None:
    stem = spelled(parts, data).replace("-", "_")
    name = ArtifactName.parse(f"{stem}-{version}{build}-py3-none-any.whl")
    assert name.project == "-".join(parts).lower()
    assert (name.version, name.kind) == (version, ArtifactKind.WHEEL)


@given(
    st.text(max_size=30),
    st.sampled_from(["", ".whl", "-py3-none-any.whl", *ArtifactName.SDIST_SUFFIXES]),
)
def test_a_file_name_is_harmless_or_refused(text: str, suffix: str) -> None:
    try:
        name = ArtifactName.parse(text + suffix)
    except InvalidFilename:
        return
    assert name.filename == text + suffix
    assert name.filename.isprintable()
    assert not set(name.filename) & set("/\\")
    assert name.filename not in {"", ".", ".."}


@given(some.outcomes, st.text(), st.text(), st.integers(0, 2**63 - 1))
def test_outcomes_come_back_as_they_were(
    outcome: Outcome, reason: str, evidence: str, line: int
) -> None:
    findings = tuple(
        msgspec.structs.replace(finding, evidence=evidence, line=line)
        for finding in outcome.findings
    )
    outcome = msgspec.structs.replace(outcome, reason=reason, findings=findings)
    assert wire.decode(wire.encode(outcome), Outcome) == outcome


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_whatever_is_read_raises_only_our_errors(data: bytes | str) -> None:
    with contextlib.suppress(AirlockError):
        wire.decode(data, Outcome)


@given(st.text(max_size=70), st.integers(-2, 2))
def test_a_waiver_is_sound_or_cannot_be_made(waiver_id: str, days: int) -> None:
    now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    with contextlib.suppress(AirlockError):
        made = Waiver(
            id=waiver_id,
            decision=Decision.ADMIT,
            reason="an example",
            by="Ada",
            created_at=now,
            expires_at=now + dt.timedelta(days=days),
            project=ProjectName("example"),
        )
        assert made.active(now)
        assert not made.active(made.expires_at)
