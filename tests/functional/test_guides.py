"""The guides, run: every command in a ``console`` block prints what the guide says."""

import datetime as dt
import hashlib
import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.conftest import Gate, airlock, run
from tests.functional.hosting import keep
from tests.sandboxes import require_sandbox
from tests.simulators import hostile
from tests.simulators.advisories import between, exported, fresh, osv
from tests.simulators.condas import make_conda
from tests.simulators.gnupg import Gnupg
from tests.simulators.repositories import commit, make_repository
from tests.simulators.sigstore_staging import SigningService, Workload
from tests.simulators.trusting import PASSPHRASE, Clock, begun, today
from tests.simulators.upstream import Upstream, make_sdist, make_wheel

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
_TOKEN = re.compile(r"airlock_[0-9a-f]{12}_\S+")
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
QUIET = {"anchor.py": "WEIGHT = 1\n"}
STARTS = {"anchor_init.pth": "import os; os.system('true')\n"}
WITHOUT_A_GATE = {"conda", "openpgp", "source-match"}
PLACE = "http://127.0.0.1:8470"


def commands(guide: Path) -> list[tuple[str, list[str]]]:
    """Return each command of a guide with the lines that it must print."""
    found = []
    for block in BLOCK.findall(guide.read_text()):
        for part in block.split("$ ")[1:]:
            command, *expected = part.strip("\n").splitlines()
            found.append((command, expected))
    return found


def _export() -> bytes:
    """Return what is publicly known in the guides."""
    now = fresh()
    vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
    return exported(
        [
            osv("PYSEC-2026-1", "anchor", between("0", "1.0.1"), aliases=["CVE-2026-1"])
            | {"severity": [{"type": "CVSS_V3", "score": vector}], "modified": now},
            osv("PYSEC-2026-2", "harbour", between("0", "0.9"), modified=now),
            osv("MAL-2026-1", "harbour", versions=["6.6"], modified=now),
        ]
    )


def _uploader(gate: Gate, folder: Path) -> dict[str, str]:
    """Make somebody who may upload, and something to upload; return what twine needs."""
    data = {"AIRLOCK_DATA": str(gate.data), **gate.environment}
    airlock("user", "add", "ada", "--admin", **data)
    allowed = ("--allow", "create", "--allow", "upload", "--on", "*", "--description", "releases")
    made = airlock("token", "create", "ada", *allowed, **data)
    token = re.search(r"airlock_\S+", made.stdout)
    assert token, made.stdout + made.stderr
    (folder / "dist").mkdir()
    for version in ("1.0", "1.1"):
        keep(folder / "dist", make_wheel("acme-tool", version))
    return {"TWINE_USERNAME": "__token__", "TWINE_PASSWORD": token[0], "AIRLOCK_TOKEN": token[0]}


def _signing(folder: Path) -> tuple[str | Path, ...]:
    """Hold a ceremony; return the options of a gate that signs."""
    trust, _ = begun(folder, Clock(today()))
    shutil.copy(trust.metadata.folder / "1.root.json", folder / "root.json")
    (folder / "secret").write_text(PASSPHRASE)
    return ("--trust", trust.folder)


def _prepare(guide: str, folder: Path) -> None:
    """Make what one guide alone needs."""
    if guide == "detonate":
        require_sandbox()
    if guide == "source-match":
        source = make_repository(folder / "anchor-source")
        for version in ("1.0", "1.0.1"):
            commit(source, QUIET, f"v{version}")
    if guide == "conda":
        _channel(folder)
    if guide == "openpgp":
        _signers(folder)


def _channel(folder: Path) -> None:
    """Make a package of conda, and the index of its channel."""
    files = {f"site-packages/{path}": text.encode() for path, text in QUIET.items()}
    package = make_conda(folder, files)
    name, version, build = package.stem.rsplit("-", 2)
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    entry = {"name": name, "version": version, "build": build, "sha256": digest}
    (folder / "repodata.json").write_text(json.dumps({"packages.conda": {package.name: entry}}))


def _signers(folder: Path) -> None:
    """Give two people keys, and pin one of them."""
    filename, built = make_wheel("acme-tool", "1.0")
    (folder / "dist").mkdir()
    (folder / "dist" / filename).write_bytes(built)
    with Gnupg() as gpg:
        for name in ("ada", "ben"):
            gpg.make_key(name)
            (folder / f"{name}.asc").write_bytes(gpg.export(name))
            (folder / f"{name}.secret.asc").write_bytes(gpg.export(name, secret=True))
        (folder / "signed.toml").write_text(
            '[policy]\nname = "signed"\n[[policy.openpgp]]\nprojects = ["acme-*"]\n'
            f'certificates = ["ada.asc"]\nfingerprints = ["{gpg.fingerprint("ada")}"]\n'
        )


def _lantern(gate: Gate, folder: Path) -> dict[str, str]:
    """Offer attested releases, the last one by somebody else; return by which root they verify."""
    service = SigningService()
    for version, owner, days in (
        ("1.0", "acme", 60),
        ("1.1", "acme", 30),
        ("1.2", "lantern-team", 1),
    ):
        filename, data = make_wheel("lantern", version)
        signer = Workload(repository=f"{owner}/lantern", owner_id=str(len(owner)))
        given = [service.attest(signer, filename, data)]
        publisher = {**signer.publisher, "environment": "release"}
        uploaded = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
        provenance = service.provenance(given, publisher)
        gate.upstream.add(filename, data, upload_time=uploaded, provenance=provenance)
    return {"AIRLOCK_TRUSTED_ROOT": str(service.trusted_root(folder))}


@pytest.fixture
def gate_for(
    start_gate: Callable[..., Gate], upstream: Upstream, tmp_path: Path
) -> Callable[[str], Gate]:
    """Start the gate that a guide speaks of; some speak of none, but of its upstream."""

    def gate(guide: str) -> Gate:
        if guide in WITHOUT_A_GATE:
            return Gate(upstream, tmp_path)
        return start_gate(*(_signing(tmp_path) if guide == "developer-signatures" else ()))

    return gate


@pytest.mark.parametrize("guide", sorted(GUIDES.glob("*.md")), ids=lambda path: path.stem)
def test_guide(
    guide: Path,
    gate_for: Callable[[str], Gate],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own_gate = gate_for(guide.stem)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "requirements.txt").write_text("anchor==1.0\nharbour==1.0\n")
    (tmp_path / "export.zip").write_bytes(_export())
    own_gate.upstream.add(*make_wheel("harbour", "1.0"))
    for name in ("acme-internal", "reqeusts"):
        own_gate.upstream.add(*make_wheel(name, "99.0"))
    for version, tree in (("0.9", {}), ("1.0", QUIET), ("1.0.1", QUIET | STARTS)):
        own_gate.upstream.add(*make_wheel("anchor", version, tree))
    own_gate.upstream.add(*make_sdist("evil-pkg", "1.0", setup_py=hostile.DECODE_EXEC))
    shown = commands(guide)
    assert shown
    uploader: dict[str, str] = {}
    if any(command.startswith("twine ") for command, _ in shown):
        uploader = _uploader(own_gate, tmp_path)
    _prepare(guide.stem, tmp_path)
    trusted = _lantern(own_gate, tmp_path) if guide.stem == "provenance" else {}

    for number, (command, expected) in enumerate(shown):
        program, *arguments = shlex.split(command.replace(PLACE, own_gate.url))
        if program in {"pip", "uv"}:
            arguments += ["--target", str(tmp_path / str(number)), "--no-build-isolation"]
        if program == "pip":
            arguments.append("--no-cache-dir")
        if arguments[0] == "run":
            arguments += ["--target", str(tmp_path / str(number))]
        done = run(
            Path(sys.executable).parent / program,
            *arguments,
            AIRLOCK_UPSTREAM=own_gate.upstream.url,
            AIRLOCK_DATA=str(own_gate.data),
            **own_gate.environment,
            **uploader,
            **trusted,
            PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        )
        for line in expected:
            assert line.strip() in done.stdout + done.stderr, command + done.stdout + done.stderr
        made = _TOKEN.fullmatch(done.stdout.strip())
        if made:
            # The guides say so in words: a token is in the environment from then on.
            uploader["AIRLOCK_TOKEN"] = made[0]
