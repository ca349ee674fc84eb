"""``airlock audit`` as its users call it."""

import json
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import jsonschema
import pytest

from tests.functional.conftest import airlock
from tests.functional.test_cli import HEAVY, loaded
from tests.simulators.advisories import between, exported, fresh, osv

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "reference" / "audit.schema.json").read_text()
)
HIGH = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
PINS = "bad==1.0\ngood==1.0 ; python_version > '3'\n"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("database")
    now = fresh()
    records = [
        osv("PYSEC-1", "bad", between("0", "2.0"), aliases=["CVE-1"], vector=HIGH, modified=now),
        osv("MAL-2026-1", "hostile", modified=now),
    ]
    (folder / "export.zip").write_bytes(exported(records))
    done = airlock("db", "update", folder / "export.zip", AIRLOCK_DB=str(folder / "db"))
    assert done.returncode == 0, done.stderr
    return folder / "db"


class Project:
    def __init__(self, folder: Path, database: Path) -> None:
        self.folder = folder
        self.database = database
        self.write("requirements.txt", PINS)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    def audit(self, *arguments: str | Path) -> CompletedProcess[str]:
        done = airlock("audit", *arguments, "--offline", AIRLOCK_DB=str(self.database))
        assert "Traceback" not in done.stderr
        return done

    def document(self, *arguments: str | Path) -> dict[str, Any]:
        done = self.audit(*arguments, "--format", "json")
        found: dict[str, Any] = json.loads(done.stdout)
        jsonschema.validate(found, SCHEMA)
        return found


@pytest.fixture
def project(tmp_path: Path, database: Path) -> Project:
    return Project(tmp_path, database)


def test_a_person_reads_what_is_wrong_and_the_cure(project: Project) -> None:
    done = project.audit(project.folder / "requirements.txt")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith("vulnerable   bad 1.0")
    assert "PYSEC-1 CVE-1  high 7.5  fixed in 2.0" in done.stdout
    assert "upgrade to 2.0" in done.stdout
    assert "2 dependencies: 1 vulnerable (1 vulnerability), 1 clean." in lines
    assert lines[-1].startswith("2 of 2 audited, database of ")


def test_a_doubtful_name_is_held_whatever_is_known_of_its_versions(project: Project) -> None:
    path = project.write("requirements.txt", "acqusition==1.0\nreqeusts==2.0\ngood==1.0\n")
    done = project.audit(path)
    assert done.returncode == 3
    assert "name: hold" in done.stdout
    assert "looks like the popular project requests" in done.stdout
    assert "2 of a doubtful name" in done.stdout
    first, second, good = project.document(path)["targets"]
    assert (first["status"], first["decision"]) == ("clean", "hold")
    assert "name-lookalike" in {one["check"] for one in second["findings"]}
    assert good["decision"] == "admit"
    assert "Doubtful names" in project.audit(path, "--format", "markdown").stdout
    assert "airlock-doubtful-name" in project.audit(path, "--format", "sarif").stdout


def test_json_has_the_shape_of_its_schema(project: Project) -> None:
    found = project.document(project.folder)
    bad, good = found["targets"]
    assert (bad["status"], bad["decision"], bad["line"]) == ("vulnerable", "refuse", 1)
    assert (good["status"], good["decision"]) == ("clean", "admit")
    assert bad["findings"][0]["severity"] == "high"
    assert found["decision"] == "refuse"
    assert len(found["database"]["sha256"]) == 64


def test_what_is_clean_exits_with_0(project: Project) -> None:
    assert project.audit(project.write("requirements-ok.txt", "bad==2.0\n")).returncode == 0


def test_what_pins_nothing_is_unauditable(project: Project) -> None:
    done = project.audit(project.write("requirements-open.txt", "good>=1\n"))
    assert done.returncode == 3
    assert "0 of 1 audited" in done.stdout


def test_without_a_database_it_says_so_and_nothing_is_clean(project: Project) -> None:
    project.database = project.folder / "nowhere"
    done = project.audit(project.folder / "requirements.txt")
    assert done.returncode == 3
    assert done.stdout.splitlines()[-1].startswith("0 of 2 audited, no advisory database")
    assert "airlock db update" in done.stdout
    assert project.document(project.folder)["database"] is None


def test_a_damaged_database_calls_nothing_clean(project: Project, database: Path) -> None:
    data = bytearray((database / "advisories.db").read_bytes())
    data[len(data) // 2] ^= 1
    project.database = project.folder / "db"
    project.database.mkdir()
    (project.database / "advisories.db").write_bytes(data)
    done = project.audit(project.write("requirements-ok.txt", "good==1.0\n"))
    assert done.returncode == 3
    assert "damaged" in done.stdout


def test_the_projects_own_ignores_are_obeyed_and_the_useless_ones_told(project: Project) -> None:
    project.write(
        "pyproject.toml",
        """\
[[tool.airlock.audit.ignore]]
id = "CVE-1"
package = "Bad"
reason = "we never parse it"
expires = 2027-06-01

[[tool.airlock.audit.ignore]]
id = "CVE-2"
reason = "once was"
until-fixed = true
""",
    )
    arguments = (project.folder / "requirements.txt", "--project", project.folder)
    done = project.audit(*arguments, "--verbose")
    assert done.returncode == 0, done.stdout
    assert "ignored PYSEC-1: we never parse it" in done.stdout
    assert "the ignore of CVE-2 covers nothing here" in done.stdout
    ignored = project.document(*arguments)["targets"][0]["ignored"]
    assert ignored[0]["until"] == "2027-06-01"
    assert project.audit(project.folder / "requirements.txt").returncode == 1, "not from afar"


@pytest.mark.parametrize("table", ['id = "CVE-1"\nreason = "r"', 'ID = "CVE-1"'])
def test_an_ignore_that_cannot_be_obeyed_is_wrong_usage(project: Project, table: str) -> None:
    project.write("pyproject.toml", f"[[tool.airlock.audit.ignore]]\n{table}\n")
    done = project.audit(project.folder / "requirements.txt", "--project", project.folder)
    assert done.returncode == 2
    assert "pyproject.toml" in done.stderr


def test_a_policy_tolerates_and_bounds_the_age(project: Project) -> None:
    policy = project.write(
        "policy.toml", '[policy]\nname = "t"\n[policy.advisories]\nfail = "critical"\n'
    )
    done = project.audit(project.folder / "requirements.txt", "--policy", policy)
    assert done.returncode == 0
    assert "tolerated by the policy" in done.stdout
    hostile = project.write("requirements-hostile.txt", "hostile==0.1\n")
    done = project.audit(hostile, "--policy", policy)
    assert done.returncode == 1
    assert "MAL-2026-1" in done.stdout
    assert "remove it" in done.stdout


@pytest.mark.parametrize("form", ["sarif", "cyclonedx", "openvex", "markdown"])
def test_every_format_tells_the_vulnerability(project: Project, form: str) -> None:
    out = project.folder / "report"
    done = project.audit(project.folder / "requirements.txt", "--format", form, "-o", out)
    assert done.returncode == 1
    assert "PYSEC-1" in out.read_text().replace("\\", "")


def test_without_a_target_the_environment_is_audited(project: Project) -> None:
    found = project.document()
    assert any(target["name"] == "pytest" for target in found["targets"])


def test_it_loads_neither_server_nor_client(project: Project) -> None:
    requirements = project.write("requirements-ok.txt", "bad==2.0\n")
    modules = loaded("audit", requirements, "--max-age", "36500", AIRLOCK_DB=str(project.database))
    assert not modules & (HEAVY | {"yara_x", "rapidfuzz", "cvss", "yaml", "cyclonedx"})
