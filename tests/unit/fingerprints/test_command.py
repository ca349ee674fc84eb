"""``airlock fingerprints``, as its user runs it."""

from pathlib import Path

from tests.functional.conftest import airlock
from tests.simulators.packages import make_sdist
from tests.unit.fingerprints.test_building import code, listed


def test_status_tells_what_the_supplied_memory_holds() -> None:
    done = airlock("fingerprints", "status")
    assert done.returncode == 0, done.stderr
    assert "families.bin" in done.stdout
    assert "The test specimen is known." in done.stdout


def test_built_memory_recognises_what_it_was_built_of(tmp_path: Path) -> None:
    filename, data = make_sdist("evil-pkg", "1.0", {"evil_pkg/__init__.py": code("evil")})
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    memory = tmp_path / "families.bin"
    done = airlock(
        "fingerprints",
        "build",
        *("--corpus", listed(corpus, (filename, data), family="drain")),
        *("--folder", corpus),
        *("--output", memory),
    )
    assert done.returncode == 0, done.stderr
    assert "2 families of 1 archives" in done.stdout

    (tmp_path / filename).write_bytes(data)
    asked = airlock("scan", tmp_path / filename, AIRLOCK_FAMILIES=str(memory))
    assert "known malicious campaign drain" in asked.stdout
    assert asked.returncode == 1
    assert "campaign" not in airlock("scan", tmp_path / filename).stdout


def test_memory_that_cannot_be_read_is_never_clean(tmp_path: Path) -> None:
    broken = tmp_path / "families.bin"
    broken.write_bytes(b"nothing")
    status = airlock("fingerprints", "status", "--families", broken)
    assert (status.returncode, "no memory of families" in status.stderr) == (4, True)

    filename, data = make_sdist("harbour", "1.0", {"harbour/__init__.py": code("harbour")})
    (tmp_path / filename).write_bytes(data)
    asked = airlock("scan", tmp_path / filename, AIRLOCK_FAMILIES=str(broken))
    assert asked.returncode == 3
    assert "not fully examined (code-known-family)" in asked.stdout
