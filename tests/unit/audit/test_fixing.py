"""Upgrades in the files that people write, with an index on loopback to ask for versions."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from airlock.assembly import index as index_maker
from airlock.audit.editing import unified_diff, write_edits
from airlock.audit.fixing import plan_fix
from airlock.errors import UsageError
from airlock.model import Decision, Dependency
from airlock.model.audit import Audit, Audited, AuditStatus
from airlock.model.fixing import FixPlan
from airlock.sources.dependencies import read_dependencies
from tests.simulators.dependency_files import FILES
from tests.simulators.upstream import Fault, Upstream, make_sdist, make_wheel
from tests.unit.report import audits

A = "a" * 64


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        upstream.add(*make_wheel("flask", "2.0.1"))
        upstream.add(*make_wheel("flask", "2.3.2"))
        upstream.add(*make_sdist("flask", "2.3.2"))
        upstream.add(*make_wheel("flask", "3.0"))
        yield upstream


Planner = Callable[..., FixPlan]


@pytest.fixture
def plan(tmp_path: Path, upstream: Upstream) -> Planner:
    """Plan the upgrade of flask in files."""

    def planned(upgrade: str = "2.3.2", *, origin: str = "", **files: str) -> FixPlan:
        for name, text in files.items():
            (tmp_path / name.replace("_", ".")).write_bytes(text.encode())
        path = tmp_path / (origin or next(iter(files))).replace("_", ".")
        (inventory,) = read_dependencies(path)
        audit = Audit(
            audited=tuple(audited(one, upgrade) for one in inventory.dependencies),
            database=audits.DATABASE,
            policy=audits.POLICY,
            origins=(str(path),),
            made_at=audits.NOW,
        )
        return plan_fix(audit, index_maker(upstream.url))

    return planned


def audited(dependency: Dependency, upgrade: str) -> Audited:
    """Return flask as vulnerable, everything else as clean."""
    if dependency.name != "flask":
        return Audited(dependency=dependency, status=AuditStatus.CLEAN, decision=Decision.ADMIT)
    if dependency.version is None:
        # As a resolver would find it.
        dependency = msgspec.structs.replace(dependency, version="2.0.1", unauditable="")
    return Audited(
        dependency=dependency,
        status=AuditStatus.VULNERABLE,
        decision=Decision.REFUSE,
        advisories=(audits.advisory(),),
        upgrade=upgrade,
    )


def digests(upstream: Upstream) -> list[str]:
    files = [make_wheel("flask", "2.3.2"), make_sdist("flask", "2.3.2")]
    return sorted(hashlib.sha256(data).hexdigest() for _, data in files)


def test_a_pin_with_hashes(tmp_path: Path, plan: Planner, upstream: Upstream) -> None:
    text = f"# why\r\nflask==2.0.1 \\\r\n    --hash=sha256:{A}\r\nidna==3.7\r\n"
    path = tmp_path / "requirements.txt"
    found = plan(requirements_txt=text)
    assert path.read_bytes() == text.encode()
    path.chmod(0o640)

    write_edits(found.edits)

    one, two = digests(upstream)
    assert path.read_bytes().decode() == (
        f"# why\r\nflask==2.3.2 \\\r\n    --hash=sha256:{one} \\\r\n    --hash=sha256:{two}\r\n"
        "idna==3.7\r\n"
    )
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(path.parent.iterdir()) == [path]
    assert "-flask==2.0.1" in unified_diff(found.edits)
    assert "+flask==2.3.2" in unified_diff(found.edits)


def test_a_round_trip_leaves_nothing_to_do(tmp_path: Path, plan: Planner) -> None:
    write_edits(plan(requirements_txt="flask==2.0.1\n").edits)
    (inventory,) = read_dependencies(tmp_path / "requirements.txt")
    (again,) = inventory.dependencies
    assert again.version == "2.3.2"


def test_a_constraint_is_where_the_version_stands(tmp_path: Path, plan: Planner) -> None:
    found = plan(
        origin="requirements_txt",
        limits_txt="flask==2.0.1\n",
        requirements_txt="-c limits.txt\nflask\n",
    )
    assert [edit.path.name for edit in found.edits] == ["limits.txt"]
    write_edits(found.edits)
    assert (tmp_path / "limits.txt").read_text() == "flask==2.3.2\n"


def test_a_link_is_followed(tmp_path: Path, plan: Planner) -> None:
    real = tmp_path / "real.txt"
    real.write_text("flask==2.0.1\n")
    link = tmp_path / "requirements.txt"
    link.symlink_to(real)
    write_edits(plan(origin="requirements_txt", other_txt="x==1\n").edits)
    assert link.is_symlink()
    assert real.read_text() == "flask==2.3.2\n"


def test_pyproject(tmp_path: Path, plan: Planner) -> None:
    write_edits(plan(pyproject_toml='[project]\ndependencies = ["flask>=2"]  # why\n').edits)
    text = (tmp_path / "pyproject.toml").read_text()
    assert text == '[project]\ndependencies = ["flask>=2.3.2"]  # why\n'


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("uv.lock", "uv lock --upgrade-package flask"),
        ("poetry.lock", "poetry update flask"),
        ("pdm.lock", "pdm update flask"),
        ("Pipfile.lock", "pipenv upgrade flask"),
        ("pylock.toml", "not edited"),
        ("bom.json", "not edited"),
    ],
)
def test_what_a_tool_writes_is_left_to_it(plan: Planner, name: str, command: str) -> None:
    found = plan(**{name: FILES[name]})
    assert not found.edits
    assert command in found.unmended[0].reason


@pytest.mark.parametrize(
    ("upgrade", "reason"),
    [
        ("2.4", "does not offer 2.4"),
        ("", "no version without"),
    ],
)
def test_only_what_is_offered_is_written(plan: Planner, upgrade: str, reason: str) -> None:
    found = plan(upgrade, requirements_txt="flask==2.0.1\n")
    assert not found.edits
    assert reason in found.unmended[0].reason


def test_a_yanked_version_is_not_written(plan: Planner, upstream: Upstream) -> None:
    upstream.add(*make_wheel("flask", "2.9"), yanked="broken")
    assert "yanked 2.9" in plan("2.9", requirements_txt="flask==2.0.1\n").unmended[0].reason


def test_without_an_answer_of_the_index_nothing_is_written(
    plan: Planner, upstream: Upstream
) -> None:
    upstream.fault("/simple/*", Fault.STATUS, 403)
    found = plan(requirements_txt="flask==2.0.1\n")
    assert not found.edits
    assert "403" in found.unmended[0].reason


def test_a_range_that_excludes_it_is_left(plan: Planner) -> None:
    found = plan(requirements_txt="flask<2.1\n")
    assert "excludes 2.3.2" in found.unmended[0].reason


def test_a_file_that_changed_meanwhile_is_left(tmp_path: Path, plan: Planner) -> None:
    found = plan(requirements_txt="flask==2.0.1\n")
    (tmp_path / "requirements.txt").write_text("flask==2.0.1\nidna\n")
    with pytest.raises(UsageError, match="changed meanwhile"):
        write_edits(found.edits)
    assert (tmp_path / "requirements.txt").read_text() == "flask==2.0.1\nidna\n"
