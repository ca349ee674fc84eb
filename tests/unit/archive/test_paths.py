"""What a path is called after it was settled, and what was wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airlock.archive import Limits
from airlock.archive.notes import Notes
from airlock.archive.paths import PathJudge
from airlock.model import Severity

HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW


def settled(raw: str) -> tuple[str, dict[str, Severity]]:
    notes = Notes()
    path = PathJudge(notes, Limits()).settle(raw)
    return path, {anomaly.code: anomaly.severity for anomaly in notes.anomalies()}


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("pkg-1.0/setup.py", "pkg-1.0/setup.py"),
        ("./pkg-1.0/setup.py", "pkg-1.0/setup.py"),
        ("pkg//a.py", "pkg/a.py"),
        ("pkg/", "pkg"),
        ("./", ""),
        ("pkg/.github/a b (1).yml", "pkg/.github/a b (1).yml"),
        ("pkg/grüße/日本語.txt", "pkg/grüße/日本語.txt"),
        ("pkg/C++/a~b,c=d@e#f$g&h'i[j]{k}.txt", "pkg/C++/a~b,c=d@e#f$g&h'i[j]{k}.txt"),
    ],
)
def test_ordinary_paths_are_unremarkable(raw: str, path: str) -> None:
    assert settled(raw) == (path, {})


@pytest.mark.parametrize(
    ("raw", "path", "code", "severity"),
    [
        ("../evil.py", "evil.py", "path-escape", HIGH),
        ("pkg/../../evil.py", "evil.py", "path-escape", HIGH),
        ("pkg/a/../b.py", "pkg/b.py", "path-dot-dot", MEDIUM),
        ("/etc/evil", "etc/evil", "path-absolute", HIGH),
        ("C:evil.py", "evil.py", "path-drive", HIGH),
        ("pkg\\evil.py", "pkg/evil.py", "path-backslash", MEDIUM),
        ("setup.py\0.txt", "setup.py", "path-nul", HIGH),
        ("pkg/\x1b[2Jevil", "pkg/%1B[2Jevil", "path-control", MEDIUM),
        ("pkg/a\nb", "pkg/a%0Ab", "path-control", MEDIUM),
        ("pkg/Icon\r", "pkg/Icon%0D", "path-control", LOW),
        ("pkg/\u202eyp.exe", "pkg/%E2%80%AEyp.exe", "path-bidi", MEDIUM),
        ("pkg/a\u200bb.py", "pkg/a\u200bb.py", "path-invisible", LOW),
        ("pkg/\udce9.txt", "pkg/%E9.txt", "path-encoding", LOW),
        ("pkg/\ud800.txt", "pkg/%ED%A0%80.txt", "path-encoding", LOW),
        ("pkg/evil.py.", "pkg/evil.py.", "path-trailing", LOW),
        ("a.zip!/b.py", "a.zip%21/b.py", "path-nested-mark", LOW),
    ],
)
def test_a_bad_path_is_made_harmless(raw: str, path: str, code: str, severity: Severity) -> None:
    assert settled(raw) == (path, {code: severity})


@pytest.mark.parametrize("raw", ["C:\\x\\evil", "C:/x/evil", "./C:x/evil", "C:D:x/evil"])
def test_no_spelling_of_a_drive_is_kept(raw: str) -> None:
    path, found = settled(raw)
    assert path == "x/evil"
    assert found["path-drive"] is HIGH


def test_a_drive_hides_no_way_out() -> None:
    assert settled("C:../evil") == ("evil", {"path-drive": HIGH, "path-escape": HIGH})


@pytest.mark.parametrize(
    ("raw", "code"), [("a" * 2000, "path-too-long"), ("a/" * 100 + "b.py", "path-too-deep")]
)
def test_too_long_paths_are_cut_and_stay_different(raw: str, code: str) -> None:
    path, found = settled(raw)
    other, _ = settled(f"{raw}x")
    assert found == {code: MEDIUM}
    assert len(path) < 400
    assert path != other


@given(st.text(st.characters(codec=None, categories=None), max_size=60) | st.text("./\\!C:\0 a"))
def test_no_path_is_ever_harmful(raw: str) -> None:
    path, _ = settled(raw)
    parts = path.split("/")
    assert not path or not {"", ".", ".."} & set(parts)
    assert not set(path) & set("\\\0\n\r\x1b\x7f\u202e")
    assert "!/" not in path
    assert path.encode() is not None
    assert settled(path)[0] == path
