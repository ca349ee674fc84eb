"""``airlock audit`` of every format, with VEX, imports and upgrades, as its users call it."""

import json
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.functional.conftest import airlock
from tests.simulators.advisories import between, exported, fresh, osv
from tests.simulators.dependency_files import DIGEST, FILES
from tests.simulators.packages import make_wheel
from tests.simulators.upstream import Upstream
from tests.unit.report.sarif import places, run_of

HIGH = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"
Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("database")
    records = [
        osv("PYSEC-1", "flask", between("0", "2.3.2"), aliases=["CVE-1"], vector=HIGH),
        osv("MAL-1", "hostile"),
    ]
    records = [record | {"modified": fresh()} for record in records]
    (folder / "export.zip").write_bytes(exported(records))
    done = airlock("db", "update", folder / "export.zip", AIRLOCK_DB=str(folder / "db"))
    assert done.returncode == 0, done.stderr
    return folder / "db"


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        for version in ("2.0.1", "2.3.2"):
            upstream.add(*make_wheel("flask", version, requires=["idna>=3"]))
        upstream.add(*make_wheel("idna", "3.7"))
        yield upstream


class Project:
    def __init__(self, folder: Path, database: Path, upstream: Upstream) -> None:
        self.folder = folder
        self._settings = {
            "AIRLOCK_DB": str(database),
            "UV_CACHE_DIR": str(folder / "uv"),
            "AIRLOCK_UPSTREAM": upstream.url,
        }

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def audit(self, *arguments: str | Path) -> Done:
        done = airlock("audit", *arguments, **self._settings)
        assert "Traceback" not in done.stderr
        return done

    def targets(self, *arguments: str | Path) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.audit(*arguments, "--format", "json").stdout)[
            "targets"
        ]
        return found


@pytest.fixture
def project(tmp_path: Path, database: Path, upstream: Upstream) -> Project:
    return Project(tmp_path, database, upstream)


def test_every_format_leads_to_the_line(project: Project) -> None:
    paths = [project.write(name, text) for name, text in FILES.items()]
    done = project.audit(*paths, "--offline", "--format", "sarif")
    assert done.returncode == 1, done.stdout + done.stderr
    found = places(run_of(done.stdout))
    assert [rule for rule, _, _ in found] == ["PYSEC-1"] * len(FILES)
    for (_, uri, line), (name, text) in zip(found, FILES.items(), strict=True):
        assert uri.endswith(name)
        near = text.splitlines()[max(line - 2, 0) : line + 1]
        assert any("flask" in one for one in near), name


def test_an_environment_by_its_interpreter(project: Project) -> None:
    venv.create(project.folder / "env", with_pip=False)
    (site,) = (project.folder / "env").glob("lib/python3*/site-packages")
    record = site / "Flask-2.0.1.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: Flask\nVersion: 2.0.1\n")
    done = project.audit("--env", project.folder / "env/bin/python")
    assert done.returncode == 1
    assert "flask 2.0.1" in done.stdout


def test_a_wheel_and_what_it_brings_along(project: Project) -> None:
    sbom = {"app-1.0.dist-info/sboms/app.spdx": FILES["app.spdx"], "app.py": ""}
    name, data = make_wheel("app", "1.0", sbom)
    path = project.folder / name
    path.write_bytes(data)
    done = project.audit(path)
    assert done.returncode == 1
    assert "app-1.0.dist-info/sboms/app.spdx" in done.stdout


def test_open_requirements_are_resolved_by_metadata(project: Project) -> None:
    path = project.write("requirements.txt", "# first\nflask<2.1\n")
    found = project.targets(path)
    assert [(one["name"], one["version"], one["status"]) for one in found] == [
        ("flask", "2.0.1", "vulnerable"),
        ("idna", "3.7", "clean"),
    ]
    assert [one["line"] for one in found] == [2, 2]
    assert project.audit(path, "--offline").returncode == 3


def test_what_has_no_certain_version_is_never_clean(project: Project) -> None:
    done = project.audit(project.write("requirements.txt", "idna==3.7\n-e .\n"))
    assert done.returncode == 3
    assert "1 of 2 audited" in done.stdout


def test_a_file_that_cannot_be_read_is_an_error_with_its_cure(project: Project) -> None:
    done = project.audit(project.write("uv.lock", "version = 9\n"))
    assert done.returncode == 2
    assert "uv.lock" in done.stderr
    assert "uv lock" in done.stderr
    assert not done.stdout


VEX: dict[str, Any] = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "urn:x",
    "author": "team",
    "timestamp": "2026-01-01T00:00:00Z",
    "version": 1,
    "statements": [
        {
            "vulnerability": {"name": "CVE-1"},
            "products": [{"@id": "pkg:pypi/flask"}],
            "status": "not_affected",
            "justification": "vulnerable_code_not_in_execute_path",
        }
    ],
}


def test_vex_takes_out_what_does_not_affect(project: Project) -> None:
    vex = project.write("app.openvex.json", json.dumps(VEX))
    path = project.write("requirements.txt", "flask==2.0.1\n")
    done = project.audit(path, "--vex", vex)
    assert done.returncode == 0, done.stdout
    assert "not affected: vulnerable code not in execute path" in done.stdout
    run = run_of(project.audit(path, "--vex", vex, "--format", "sarif").stdout)
    assert run["results"][0]["suppressions"]
    assert project.audit(path).returncode == 1


def test_vex_does_not_help_malware(project: Project) -> None:
    statement = VEX["statements"][0] | {
        "vulnerability": {"name": "MAL-1"},
        "products": [{"@id": "pkg:pypi/hostile"}],
    }
    vex = project.write("app.openvex.json", json.dumps(VEX | {"statements": [statement]}))
    done = project.audit(project.write("requirements.txt", "hostile==1\n"), "--vex", vex)
    assert done.returncode == 1
    assert "MAL-1" in done.stdout


def test_a_vex_that_is_broken_is_an_error(project: Project) -> None:
    path = project.write("requirements.txt", "flask==2.0.1\n")
    done = project.audit(path, "--vex", project.write("x.json", "{}"))
    assert done.returncode == 2
    assert "x.json" in done.stderr


def installed(project: Project) -> None:
    record = project.folder / ".venv/lib/python3.11/site-packages/flask-2.0.1.dist-info"
    project.write(".venv/pyvenv.cfg", "home = /usr/bin\n")
    project.write(str(record / "METADATA"), "Metadata-Version: 2.1\nName: Flask\nVersion: 2.0.1\n")
    project.write(str(record / "RECORD"), "flask/__init__.py,,\n")


POLICY = '[policy]\nname = "t"\n[policy.advisories]\nfail-unimported = false\n'


@pytest.mark.parametrize(
    ("code", "told", "code_by_policy"),
    [
        ("import json\nimport flask\n", "imported at app.py:2", 1),
        ("import json\n", "nothing of it is imported", 0),
        ("APPS = ['flask']\n", "not known: a string at app.py:1", 1),
    ],
)
def test_imports_are_told_and_count_in_the_policy(
    project: Project, code: str, told: str, code_by_policy: int
) -> None:
    installed(project)
    project.write("app.py", code)
    path = project.write("requirements.txt", "flask==2.0.1\n")
    policy = project.write("policy.toml", POLICY)
    done = project.audit(path, "--verbose")
    assert done.returncode == 1
    assert told in done.stdout
    assert project.audit(path, "--policy", policy).returncode == code_by_policy


def test_imports_of_the_project_that_an_environment_is_for(project: Project) -> None:
    installed(project)
    project.write("src/app.py", "import flask\n")
    environment = project.folder / ".venv"
    done = project.audit("--env", environment, "--project", project.folder)
    assert "imported at src/app.py:1" in done.stdout


PINNED = (
    "# why\r\nFlask==2.0.1 ; python_version > '3' \\\r\n"
    f"    --hash=sha256:{DIGEST}\r\nidna==3.7\r\n"
)


def test_fix_upgrades_and_audits_again(project: Project, upstream: Upstream) -> None:
    path = project.write("requirements.txt", PINNED)
    pyproject = project.write("pyproject.toml", '[project]\ndependencies = ["flask>=2"]  # why\n')
    done = project.audit(path, pyproject, "--fix")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "upgraded flask 2.0.1 to 2.3.2" in done.stderr
    text = path.read_bytes().decode()
    (digest,) = [line.split("sha256:")[1].strip() for line in text.splitlines() if "--hash" in line]
    assert text == PINNED.replace("2.0.1", "2.3.2").replace(DIGEST, digest)
    assert digest != DIGEST
    again = project.audit(path, pyproject, "--fix")
    assert (again.returncode, again.stderr) == (0, "")
    assert path.read_bytes().decode() == text


def test_dry_run_prints_a_patch_and_writes_nothing(project: Project) -> None:
    path = project.write("requirements.txt", "flask==2.0.1\n")
    done = project.audit(path, "--fix", "--dry-run")
    assert done.returncode == 1
    assert path.read_text() == "flask==2.0.1\n"
    assert "-flask==2.0.1\n+flask==2.3.2\n" in done.stdout
    assert "would be upgraded flask 2.0.1 to 2.3.2" in done.stderr
    patched = subprocess.run(
        ["git", "apply", "--unsafe-paths", "--directory=/", "-p1", "-"],
        input=done.stdout,
        text=True,
        capture_output=True,
        cwd=project.folder,
        check=False,
    )
    assert patched.returncode == 0, patched.stderr


def test_fix_says_why_it_leaves_something(project: Project) -> None:
    done = project.audit(project.write("uv.lock", FILES["uv.lock"]), "--fix")
    assert done.returncode == 1
    assert "uv lock --upgrade-package flask" in done.stderr


@pytest.mark.parametrize("options", [["--dry-run"], ["--fix", "--offline"]])
def test_options_that_do_not_go_together(project: Project, options: list[str]) -> None:
    path = project.write("requirements.txt", "flask==2.0.1\n")
    assert project.audit(path, *options).returncode == 2
