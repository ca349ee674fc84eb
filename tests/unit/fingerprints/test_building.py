"""From specimens to a memory: only what is theirs, and only of what can be told apart."""

import csv
from pathlib import Path

import pytest

from airlock.errors import MalformedDocument
from airlock.evidence.fingerprints.building import (
    LEAST,
    Built,
    KnownGood,
    Specimen,
    build,
)
from airlock.evidence.fingerprints.corpus import acceptable_name, build_memory, known_good
from airlock.evidence.fingerprints.grams import Prints
from airlock.evidence.fingerprints.memory import FileFingerprints, write_memory
from airlock.model import Sha256
from tests.simulators.packages import make_sdist, make_wheel

MANY = 40


def code(word: str, rows: int = MANY) -> str:
    """Return telling code that is like nothing but itself."""
    lines = [f"    one.{word}_{row}(exec, other.{word}_then_{row}())\n" for row in range(rows)]
    return f"import {word}\n\ndef do(one, other):\n{''.join(lines)}"


def of(*numbers: int, whole: int = 0) -> Prints:
    return Prints(frozenset(numbers), whole)


def built(*specimens: Specimen, good: KnownGood | None = None) -> Built:
    return build(specimens, good or KnownGood(), made_on="2026-11-23")


def grams_of(made: Built, family: str) -> int:
    at = made.memory.families.index(family)
    return int.from_bytes(made.memory.remembered[2 * at : 2 * at + 2], "little")


def test_what_is_known_good_is_not_remembered() -> None:
    good = KnownGood()
    good.add(of(*range(50), whole=7))
    specimen = Specimen("family-a", {"a.py": of(*range(80), whole=7)})
    made = built(specimen, good=good)
    assert grams_of(made, "family-a") == 30
    assert len(made.memory.wholes) == 8  # the test specimen's
    assert made.harmless == 1


def test_family_without_enough_of_its_own_is_weak_and_named() -> None:
    few = Specimen("family-a", {"a.py": of(*range(3), whole=7)})
    made = built(few)
    assert made.weak == ("family-a",)
    assert "family-a" not in made.memory.families


def test_family_with_little_of_its_own_is_known_by_whole_files() -> None:
    few = Specimen("family-a", {"a.py": of(*range(LEAST - 1), whole=7)})
    made = built(few)
    assert made.weak == ()
    assert grams_of(made, "family-a") == 0


def test_archives_of_a_family_add_up() -> None:
    one = Specimen("family-a", {"a.py": of(*range(8))})
    other = Specimen("family-a", {"a.py": of(*range(5, 16))})
    assert grams_of(built(one, other), "family-a") == 16


def test_of_what_may_be_a_copied_library_only_the_build_is_remembered() -> None:
    files = {f"a-1.0/lib/m{n}.py": of(*range(100 * n, 100 * n + 20)) for n in range(9)}
    setup = {"a-1.0/setup.py": of(*range(5000, 5030))}
    assert grams_of(built(Specimen("family-a", files | setup)), "family-a") == 30
    assert built(Specimen("family-a", files)).weak == ("family-a",)
    large = {"a-1.0/a.py": of(*range(3000))}
    assert built(Specimen("family-a", large)).weak == ("family-a",)
    assert grams_of(built(Specimen("family-a", large | setup)), "family-a") == 30


def test_much_code_is_remembered_by_a_choice_that_is_always_the_same() -> None:
    setup = {"setup.py": of(*range(10_000, 9_000, -1))}
    made = built(Specimen("family-a", setup))
    assert grams_of(made, "family-a") == 256
    assert write_memory(made.memory) == write_memory(built(Specimen("family-a", setup)).memory)


def listed(folder: Path, *archives: tuple[str, bytes], **more: str) -> Path:
    """Write archives under their digests, and a list of them."""
    path = folder / "list.csv"
    with path.open("w", newline="") as stream:
        rows = csv.DictWriter(stream, ["name", "version", "path", "sha256", "cluster", *more])
        rows.writeheader()
        for filename, data in archives:
            sha256 = str(Sha256.of(data))
            (folder / f"{sha256}.{filename.partition('.')[2][-6:]}").write_bytes(data)
            row = {"name": "x", "version": "1", "path": f"x/{filename}", "sha256": sha256}
            rows.writerow({**row, "cluster": sha256[:16], **more})
    return path


def test_builds_from_a_list_and_knows_what_it_was_built_of(tmp_path: Path) -> None:
    evil = make_sdist("evil-pkg", "1.0", {"evil_pkg/__init__.py": code("evil")})
    made = build_memory(listed(tmp_path, evil), tmp_path, [], made_on="2026-11-23")
    assert (made.unread, made.weak, made.memory.specimens) == ((), (), 1)
    assert f"family-{Sha256.of(evil[1])[:8]}" in made.memory.families


def test_harmless_folders_are_taken_out(tmp_path: Path) -> None:
    evil = make_wheel("evil-pkg", "1.0", {"evil_pkg.py": code("shared") + code("own", 20)})
    good = tmp_path / "good"
    good.mkdir()
    filename, data = make_wheel("harbour", "1.0", {"harbour.py": code("shared")})
    (good / filename).write_bytes(data)
    (good / "broken-1.0.tar.gz").write_bytes(b"no archive")
    (good / "notes.txt").write_text("not code")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    path = listed(corpus, evil)
    label = f"family-{Sha256.of(evil[1])[:8]}"
    before = grams_of(build_memory(path, corpus, [], made_on="x"), label)
    made = build_memory(path, corpus, [good], made_on="x")
    assert 0 < grams_of(made, label) < before
    assert made.harmless >= 1


def test_python_files_of_a_folder_are_known_good_but_not_what_is_installed_there(
    tmp_path: Path,
) -> None:
    (tmp_path / "site-packages").mkdir()
    (tmp_path / "site-packages" / "other.py").write_text(code("other"))
    (tmp_path / "module.py").write_text(code("module"))
    found = [one for one in known_good(tmp_path) if isinstance(one, Prints)]
    assert len(found) == 1
    assert found[0].grams


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    evil = make_sdist("evil-pkg", "1.0", {"evil_pkg/__init__.py": code("evil")})
    path = listed(tmp_path, evil, ("gone-1.0.tar.gz", b"gone"))
    (tmp_path / f"{Sha256.of(b'gone')}.tar.gz").write_bytes(b"another file")
    made = build_memory(path, tmp_path, [], made_on="x")
    assert [one.name for one in made.unread] == ["gone-1.0.tar.gz"]
    assert made.memory.specimens == 1


def test_label_of_the_list_is_taken_if_it_is_one(tmp_path: Path) -> None:
    evil = make_sdist("evil-pkg", "1.0", {"evil_pkg/__init__.py": code("evil")})
    made = build_memory(listed(tmp_path, evil, family="drain"), tmp_path, [], made_on="x")
    assert "drain" in made.memory.families
    bad = build_memory(listed(tmp_path, evil, family="A Person"), tmp_path, [], made_on="x")
    assert "no label" in bad.unread[0].reason


@pytest.mark.parametrize("text", ["name,version\nx,1\n", "sha256,name\n\n,x\n", "\xff\xfe"])
def test_list_that_is_none_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(MalformedDocument, match=r"list\.csv"):
        build_memory(path, tmp_path, [], made_on="x")


@pytest.mark.parametrize(
    ("filename", "made"),
    [
        ("flask-1.0.tar.gz", "flask-1.0.tar.gz"),
        ("pip install flask-1.0.tar.gz", "flask-1.0.tar.gz"),
        ("nothing.zip", "flask-1.0.zip"),
        ("x.whl", None),
    ],
)
def test_names_that_no_index_could_have_are_replaced(filename: str, made: str | None) -> None:
    if made is None:
        with pytest.raises(Exception, match="PEP 427"):
            acceptable_name(filename, "flask", "1.0")
    else:
        assert acceptable_name(filename, "flask", "pip install flask-1.0") == made


def test_variant_of_a_family_is_known(tmp_path: Path) -> None:
    evil = make_sdist("evil-pkg", "1.0", {"evil_pkg/__init__.py": code("evil")})
    made = build_memory(listed(tmp_path, evil), tmp_path, [], made_on="x")
    path = tmp_path / "families.bin"
    path.write_bytes(write_memory(made.memory))
    from airlock.evidence.fingerprints.grams import prints

    variant = code("evil").replace("one", "victim").replace("other", "place")
    (found, *_) = FileFingerprints(path).likenesses(prints(variant.encode()).grams, ())
    assert found.share > 0.9
