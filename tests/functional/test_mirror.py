"""Bringing in before anybody asks, and carrying to a gate without a network: real commands."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.functional.conftest import Gate, Installer, airlock
from tests.simulators import hostile
from tests.simulators.upstream import Upstream, make_sdist, make_wheel


def mirror(
    upstream: Upstream, data: Path, *arguments: str | Path
) -> subprocess.CompletedProcess[str]:
    return airlock("mirror", *arguments, "--data", data, "--index", upstream.url)


def test_what_was_mirrored_is_served_offline(
    start_gate: Callable[..., Gate], upstream: Upstream, installer: Installer, tmp_path: Path
) -> None:
    upstream.add(*make_wheel("harbour", "1.0", requires=["anchor>=1", "quay; extra == 'more'"]))
    upstream.add(*make_wheel("anchor", "1.2"))
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("# what we need\nHarbour==1.0\n")
    gate = start_gate("--offline")
    gate.stop()

    done = mirror(upstream, gate.data, "-r", wanted)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 files are in" in done.stdout
    upstream.forget()
    gate.start()
    installed = installer.install(gate.simple, "harbour")
    assert installed.returncode == 0, installed.stderr
    assert {"harbour-1.0.dist-info", "anchor-1.2.dist-info"} <= installer.installed()
    assert upstream.asked == []


def test_older_release_takes_the_place_of_a_refused_one(upstream: Upstream, tmp_path: Path) -> None:
    upstream.add(*make_wheel("harbour", "1.0"))
    upstream.add(*make_sdist("harbour", "2.0", setup_py=hostile.DECODE_EXEC))
    upstream.add(*make_sdist("evil-pkg", "1.0", setup_py=hostile.DECODE_EXEC))

    fine, bad, missing = (
        mirror(upstream, tmp_path / "data", name) for name in ("harbour", "evil-pkg", "nothing")
    )

    assert (fine.returncode, "harbour-1.0-py3-none-any.whl: admit" in fine.stdout) == (0, True)
    assert "harbour-2.0.tar.gz: refuse" in fine.stdout
    assert bad.returncode == 1
    assert missing.returncode == 4


def test_folder_carries_what_is_served_and_nothing_else(
    start_gate: Callable[..., Gate], upstream: Upstream, installer: Installer, tmp_path: Path
) -> None:
    upstream.add(*make_wheel("harbour", "1.0", requires=["anchor"]))
    upstream.add(*make_wheel("anchor", "1.0"))
    upstream.add(*make_sdist("evil-pkg", "1.0", setup_py=hostile.DECODE_EXEC))
    here, folder = tmp_path / "here", tmp_path / "usb"
    for name in ("harbour", "evil-pkg"):
        mirror(upstream, here, name)

    out = airlock("export", folder, "--data", here, "--index", upstream.url)
    assert out.returncode == 0, out.stderr
    assert sorted(path.name for path in folder.glob("files/*/*")) == [
        "anchor-1.0-py3-none-any.whl",
        "harbour-1.0-py3-none-any.whl",
    ]
    direct = installer.install((folder / "simple").as_uri() + "/", "harbour")
    assert direct.returncode == 0, direct.stderr

    gate = start_gate("--offline")
    gate.stop()
    upstream.forget()
    taken = airlock("import", folder, "--data", gate.data, "--index", upstream.url)
    assert taken.returncode == 0, taken.stdout + taken.stderr
    assert "2 files are in" in taken.stdout
    gate.start()
    installed = installer.install(gate.simple, "harbour")
    assert installed.returncode == 0, installed.stderr
    assert upstream.asked == []


def test_what_somebody_changed_on_the_way_is_not_taken_in(
    upstream: Upstream, tmp_path: Path
) -> None:
    upstream.add(*make_wheel("harbour", "1.0"))
    here, folder = tmp_path / "here", tmp_path / "usb"
    mirror(upstream, here, "harbour")
    airlock("export", folder, "--data", here, "--index", upstream.url)
    (file,) = folder.glob("files/*/*")
    file.write_bytes(file.read_bytes() + b"x")

    taken = airlock("import", folder, "--data", tmp_path / "there", "--index", upstream.url)

    assert taken.returncode == 4
    assert "0 files are in" in taken.stdout


def test_verdicts_do_not_travel(upstream: Upstream, tmp_path: Path) -> None:
    """A folder that says a bad file was served elsewhere does not get it in here."""
    filename, data = make_sdist("harbour", "1.0", setup_py=hostile.DECODE_EXEC)
    upstream.add(filename, data)
    here, folder = tmp_path / "here", tmp_path / "usb"
    mirror(upstream, here, "harbour")
    airlock("waive", "add", "harbour", "--reason", "x", "--by", "Ada", "--data", here)
    airlock("export", folder, "--data", here, "--index", upstream.url)
    assert list(folder.glob("files/*/*"))

    taken = airlock("import", folder, "--data", tmp_path / "there", "--index", upstream.url)

    assert taken.returncode == 1
    assert "refuse" in taken.stdout


def test_folder_that_is_none_is_told(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = airlock("import", empty, "--data", tmp_path / "data")
    assert (done.returncode, "airlock export makes" in done.stderr) == (2, True)
    (empty / "airlock.json").write_text(json.dumps({"form": 1, "projects": "?"}))
    done = airlock("import", empty, "--data", tmp_path / "data")
    assert (done.returncode, "Traceback" in done.stderr) == (4, False)
    full = airlock("export", empty, "--data", tmp_path / "data")
    assert full.returncode == 2
