"""The memory of families, asked about what it was not made of."""

from collections import Counter
from pathlib import Path
from typing import Any

from evals.corpus import Sample
from evals.families import Held, cross_validate, table
from tests.simulators.packages import make_sdist
from tests.unit.fingerprints.test_building import code


def sample(folder: Path, project: str, text: str, **changes: Any) -> Sample:
    filename, data = make_sdist(project, "1.0", {f"{project}/__init__.py": text})
    path = folder / filename
    path.write_bytes(data)
    fields: dict[str, Any] = {"label": "malware", "cluster": project * 8} | changes
    return Sample(
        name=project,
        version="1.0",
        filename=filename,
        sha256=project * 8,
        path=str(path),
        **fields,
    )


def asked(tmp_path: Path, folds: int = 10) -> dict[str, Held]:
    samples = [
        sample(tmp_path, "alone", code("alone")),
        sample(tmp_path, "shared", code("shared")),
        sample(tmp_path, "variant", code("shared").replace("other", "another")),
        sample(tmp_path, "harbour", code("harbour"), label="benign", cluster=""),
        sample(tmp_path, "inherits", code("harbour")),
        sample(tmp_path, "lost", code("lost"), problem="the file is missing"),
    ]
    held = list(cross_validate(samples, [], folds=folds))
    assert Counter(one.sample.name for one in held).most_common(1)[0][1] == 1
    return {one.sample.name: one for one in held}


def test_knows_variants_of_what_it_was_made_of_and_nothing_else(tmp_path: Path) -> None:
    held = asked(tmp_path)
    assert {name for name, one in held.items() if one.grade.startswith("critical")} >= {
        "shared",
        "variant",
    }
    assert held["shared"].family == "family-variantv"
    assert held["alone"].grade == ""
    assert "lost" not in held


def test_harmless_code_that_it_was_not_shown_may_be_taken_for_somebodys(tmp_path: Path) -> None:
    """The measure has to show this: it is how a memory goes wrong."""
    held = asked(tmp_path)
    assert held["harbour"].grade
    assert held["inherits"].grade == ""
    told = "\n".join(table(list(held.values())))
    assert "benign held or refused    1.000" in told
    assert "harbour-1.0.tar.gz" in told


def test_what_belongs_together_is_held_out_together(tmp_path: Path) -> None:
    twins = [
        sample(tmp_path, name, code("twin"), cluster="the same one") for name in ("one", "two")
    ]
    held = list(cross_validate(twins, [], folds=10))
    assert [one.grade for one in held] == ["", ""]
