"""pip and uv, unmodified, in front of a real gate."""

from collections.abc import Callable

import pytest

from tests.functional.conftest import Gate, Installer, airlock
from tests.simulators import hostile
from tests.simulators.upstream import Upstream, make_sdist, make_wheel

SPELLINGS = ("evil-pkg", "Evil_Pkg", "EVIL.PKG", "evil--pkg")


def test_installs_a_project_with_its_dependencies(
    gate: Gate, upstream: Upstream, installer: Installer
) -> None:
    upstream.add(*make_wheel("harbour", "1.0", requires=["anchor>=1"]))
    upstream.add(*make_wheel("anchor", "1.2"))

    done = installer.install(gate.simple, "harbour")

    assert done.returncode == 0, done.stderr
    assert {"harbour-1.0.dist-info", "anchor-1.2.dist-info"} <= installer.installed()


def test_second_installation_comes_from_the_cache(
    own_gate: Gate, upstream: Upstream, installer: Installer
) -> None:
    upstream.add(*make_wheel("harbour", "1.0"))
    installer.install(own_gate.simple, "harbour")
    upstream.forget()

    done = installer.install(own_gate.simple, "harbour")

    assert done.returncode == 0, done.stderr
    assert upstream.count("*") == 0


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("decode-exec", hostile.DECODE_EXEC),
        ("download-run", hostile.DOWNLOAD_RUN),
    ],
)
def test_harmful_sdist_is_refused_and_never_runs(
    gate: Gate, upstream: Upstream, installer: Installer, kind: str, payload: str
) -> None:
    name = f"evil-{kind}-{installer.name}"
    upstream.add(*make_sdist(name, "1.0", setup_py=payload))

    done = installer.install(gate.simple, name)

    assert done.returncode != 0
    assert "Airlock refuse" in done.stdout + done.stderr
    assert installer.installed() == set()


def test_harmful_wheel_is_refused(gate: Gate, upstream: Upstream, installer: Installer) -> None:
    files = {"evil_pkg/__init__.py": hostile.EXFILTRATE, "evil_pkg.pth": hostile.STARTUP_PTH}
    name = f"evil-wheel-{installer.name}"
    upstream.add(*make_wheel(name, "1.0", files))

    done = installer.install(gate.simple, name)

    assert done.returncode != 0
    assert "Airlock refuse" in done.stdout + done.stderr


def test_every_spelling_of_a_refused_project_is_refused(
    gate: Gate, upstream: Upstream, installer: Installer
) -> None:
    upstream.add(*make_sdist("evil-pkg", "1.0", setup_py=hostile.DECODE_EXEC))

    for spelling in SPELLINGS:
        assert installer.install(gate.simple, spelling).returncode != 0
        assert installer.installed() == set()


def test_direct_url_of_a_refused_file_is_refused(
    gate: Gate, upstream: Upstream, installer: Installer
) -> None:
    name = f"evil-direct-{installer.name}"
    filename, data = make_sdist(name, "1.0", setup_py=hostile.DECODE_EXEC)
    upstream.add(filename, data)
    gate.listed(name)

    done = installer.install(gate.simple, f"{name} @ {gate.url}{gate.file_path(filename)}")

    assert done.returncode != 0
    assert "Airlock refuse" in done.stdout + done.stderr
    assert installer.installed() == set()


def test_once_judged_the_newest_admitted_version_is_installed(
    gate: Gate, upstream: Upstream, installer: Installer
) -> None:
    upstream.add(*make_wheel("harbour", "1.0"))
    bad = make_sdist("harbour", "2.0", setup_py=hostile.DECODE_EXEC)
    upstream.add(*bad)
    gate.listed("harbour")
    assert gate.file(bad[0]).status_code == 403

    done = installer.install(gate.simple, "harbour")

    assert done.returncode == 0, done.stderr
    assert "harbour-1.0.dist-info" in installer.installed()


def test_scan_and_gate_agree(gate: Gate, upstream: Upstream) -> None:
    bad = make_sdist("evil-pkg", "1.0", setup_py=hostile.DECODE_EXEC)
    upstream.add(*bad)
    gate.listed("evil-pkg")

    scanned = airlock("scan", "Evil_Pkg==1.0", "--index", upstream.url)

    assert scanned.returncode == 1, scanned.stderr
    assert gate.file(bad[0]).status_code == 403


def test_denied_project_is_refused_under_every_spelling(
    start_gate: Callable[..., Gate], upstream: Upstream, installer: Installer
) -> None:
    upstream.add(*make_wheel("evil-pkg", "1.0"))
    policy = installer.folder / "policy.toml"
    policy.write_text('[policy]\nname = "test"\ndeny = ["Evil.Pkg"]\n')
    gate = start_gate("--policy", policy)

    for spelling in SPELLINGS:
        assert installer.install(gate.simple, spelling).returncode != 0
        assert installer.installed() == set()
