"""``python -m evals``: real archives, real processes, and stand-ins for the peers."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from airlock.errors import MalformedDocument
from airlock.model import Sha256
from evals.corpus import read_corpus
from evals.peers import GuardDog, Hexora
from tests.simulators import hostile
from tests.simulators.packages import make_sdist, make_wheel

ROOT = Path(__file__).parents[3]
HARBOUR = make_wheel("harbour", "1.0")
EVIL = make_sdist("evil-pkg", "1.0", setup_py=hostile.DECODE_EXEC)
EVIL_TOO = make_sdist("evil-pkg", "1.1", setup_py=hostile.DECODE_EXEC)


def corpus(folder: Path, *, label: str, archives: list[tuple[str, bytes]]) -> Path:
    """Write a list and its files: malware under its digests, benign releases under their names."""
    folder.mkdir()
    columns = {
        "malware": ["name", "version", "path", "sha256", "size", "cluster", "added"],
        "benign": ["name", "version", "filename", "kind", "sha256", "size"],
    }[label]
    with (folder / "list.csv").open("w", newline="") as stream:
        rows = csv.DictWriter(stream, columns, extrasaction="ignore")
        rows.writeheader()
        for filename, data in archives:
            sha256 = str(Sha256.of(data))
            stored = f"{sha256}.tar.gz" if label == "malware" else filename
            (folder / stored).write_bytes(data)
            project = filename.partition("-")[0]
            row = {"name": project, "version": "1.0", "path": f"{project}/1.0/{filename}"}
            more = {"cluster": "same", "added": "2025-01-01", "kind": "wheel"}
            rows.writerow(
                {**row, **more, "filename": filename, "sha256": sha256, "size": len(data)}
            )
    return folder / "list.csv"


def evals(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "evals", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def run(tmp_path: Path, *arguments: str) -> tuple[str, dict[str, Any]]:
    malware = corpus(tmp_path / "malware", label="malware", archives=[EVIL, EVIL_TOO])
    benign = corpus(tmp_path / "benign", label="benign", archives=[HARBOUR])
    out = tmp_path / "report.json"
    done = evals(
        *("--malware", malware, "--malware-folder", malware.parent),
        *("--benign", benign, "--benign-folder", benign.parent),
        "--out",
        out,
        *arguments,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, json.loads(out.read_text())


def test_examines_counts_and_costs(tmp_path: Path) -> None:
    printed, report = run(tmp_path)
    assert "3 archives evaluated, 0 not" in printed
    assert {r["filename"]: r["decision"] for r in report["records"]} == {
        "evil_pkg-1.0.tar.gz": "refuse",
        "evil_pkg-1.1.tar.gz": "refuse",
        "harbour-1.0-py3-none-any.whl": "admit",
    }
    assert report["figures"]["groups"]["all"]["caught"]["total"] == 1
    assert report["figures"]["archives"]["all"]["caught"]["total"] == 2
    assert all(record["cpu_seconds"] > 0 for record in report["records"])
    again = tmp_path / "report.json"
    compared = evals("compare", again, again)
    assert "3 archives in both" in compared.stdout
    assert "Worse: 0" in compared.stdout


def test_report_holds_no_code_of_malware(tmp_path: Path) -> None:
    _, report = run(tmp_path)
    evil = [record for record in report["records"] if record["label"] == "malware"]
    assert all(record["findings"] for record in evil)
    assert all(not finding["evidence"] for record in evil for finding in record["findings"])


def test_check_that_is_left_out_is_not_counted(tmp_path: Path) -> None:
    _, whole = run(tmp_path)
    (tmp_path / "again").mkdir()
    printed, report = run(tmp_path / "again", "--without", "code-decode-exec")
    assert "Not counted: code-decode-exec." in printed
    checks = {f["check"] for record in report["records"] for f in record["findings"]}
    assert "code-decode-exec" not in checks
    evil = [r for r in report["records"] if r["label"] == "malware"]
    before = [r for r in whole["records"] if r["label"] == "malware"]
    expected = [record["without"]["code-decode-exec"] for record in before]
    assert [record["decision"] for record in evil] == expected


def test_unknown_check_and_half_a_corpus_are_wrong_usage(tmp_path: Path) -> None:
    benign = corpus(tmp_path / "benign", label="benign", archives=[HARBOUR])
    asked = ("--benign", benign, "--benign-folder", benign.parent)
    assert evals(*asked, "--without", "code-none").returncode == 2
    assert evals("--benign", benign).returncode == 2
    assert evals().returncode == 2


def test_lost_and_changed_files_are_told(tmp_path: Path) -> None:
    listed = corpus(tmp_path / "malware", label="malware", archives=[EVIL, EVIL_TOO])
    (tmp_path / "malware" / f"{Sha256.of(EVIL[1])}.tar.gz").unlink()
    (tmp_path / "malware" / f"{Sha256.of(EVIL_TOO[1])}.tar.gz").write_bytes(b"changed")
    problems = [sample.problem for sample in read_corpus("malware", listed, listed.parent)]
    assert problems == ["the file is missing", "the file has another SHA-256"]


def test_list_that_is_none_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("a,b\n1,2\n")
    with pytest.raises(MalformedDocument, match="no list"):
        read_corpus("malware", tmp_path / "list.csv", tmp_path)


def tool(folder: Path, body: str) -> Path:
    """Write a program that stands in for a peer."""
    path = folder / "tool"
    path.write_text(f"#!{sys.executable}\nimport sys\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("body", "flagged", "error"),
    [
        ("print('note'); print('{\"risk_score\": {\"score\": 5.5}}')", [True, False], ""),
        ('print(\'{"risk_score": {"score": 0}, "errors": {}}\')', [False, False], ""),
        ('print(\'{"errors": {"a": "too large"}}\')', [], "too large"),
        ("sys.exit('no sandbox')", [], "no sandbox"),
        ("print('{]')", [], "DecodeError"),
    ],
)
def test_guarddog_is_understood(tmp_path: Path, body: str, flagged: list[bool], error: str) -> None:
    answer = GuardDog(tool(tmp_path, body)).ask(Path("x-1.tar.gz"), "x-1.tar.gz")
    assert list(answer.flagged.values()) == flagged
    assert error in answer.error
    assert bool(answer.error) is bool(error)


HEXORA = """
print("  = Confidence: VeryHigh\\n    Machine learning based score for file: 0.71")
print("\\x1b[1m  = Confidence: Low\\n    Machine learning based score for file: 0.02")
"""


@pytest.mark.parametrize(
    ("body", "flagged", "error"),
    [
        (HEXORA, {"score>=0.7": True, "score>=0.8": False, "rules>=high": True}, ""),
        ("", {"score>=0.7": False, "score>=0.8": False, "rules>=high": False}, ""),
        ("sys.exit('No Python files found')", dict.fromkeys(Hexora.thresholds, False), ""),
        ("sys.exit('invalid gzip header')", {}, "gzip"),
    ],
)
def test_hexora_is_understood(
    tmp_path: Path, body: str, flagged: dict[str, bool], error: str
) -> None:
    answer = Hexora(tool(tmp_path, body)).ask(Path("x-1.tar.gz"), "x-1.tar.gz")
    assert answer.flagged == flagged
    assert error in answer.error


def test_hexora_is_given_wheels_under_a_name_that_it_reads(tmp_path: Path) -> None:
    wheel = tmp_path / HARBOUR[0]
    wheel.write_bytes(HARBOUR[1])
    body = "sys.exit(0 if sys.argv[-1].endswith('.zip') else 'not a zip')"
    assert Hexora(tool(tmp_path, body)).ask(wheel, wheel.name).error == ""


def test_peer_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    answer = GuardDog(tmp_path / "missing").ask(Path("x-1.tar.gz"), "x-1.tar.gz")
    assert answer.error
    assert answer.flagged == {}
