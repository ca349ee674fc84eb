"""Releases that their developers signed: sent whole, and verified by whoever installs them."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from tuf.ngclient import Updater

from airlock import assembly
from airlock.assembly import KeyPlace, Server, SigningRequest
from airlock.cli import airlock as command
from airlock.errors import AirlockError, Refused, UsageError
from airlock.model import ProjectName
from airlock.store import open_store
from airlock.trust import verification
from airlock.trust.fetching import BoundedFetcher
from airlock.trust.workspace import Workspace
from tests.functional.conftest import Gate, airlock
from tests.functional.guarding import Guard
from tests.functional.hosting import TOKEN, keep, send, twine
from tests.simulators import hostile
from tests.simulators.developing import Team
from tests.simulators.packages import make_sdist, make_wheel
from tests.simulators.trusting import PASSPHRASE, Clock, begun, today
from tests.simulators.upstream import Upstream


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return begun(tmp_path_factory.mktemp("trust"), Clock(today()))[0]


@pytest.fixture(scope="module")
def _module_gate(
    _shared_upstream: Upstream, trust: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gate]:
    folder = tmp_path_factory.mktemp("developers-gate")
    (folder / "token").write_text(TOKEN)
    options = ("--admin-token-file", folder / "token", "--trust", trust.folder)
    gate = Gate(_shared_upstream, folder, *options, "--listing-age", "0")
    gate.start()
    yield gate
    assert gate.stop() == 0


@pytest.fixture
def gate(_module_gate: Gate, upstream: Upstream) -> Gate:
    assert _module_gate.upstream is upstream
    return _module_gate


class Developer:
    """Somebody with a key, who signs and sends."""

    def __init__(self, gate: Gate, trust: Workspace, folder: Path) -> None:
        self.folder = folder
        self.holders = Team("any", folder / "keys", "dora").holders
        self.secret = folder / "secret"
        self.secret.write_text(PASSPHRASE)
        self.server = Server(
            url=gate.simple,
            root=trust.metadata.folder / "1.root.json",
            data_folder=folder / "cache",
        )
        place = str(self.holders.folder / "dora")
        self.key = KeyPlace(place=place, public=None, passphrase=lambda _name: PASSPHRASE)

    def sign(self, *files: Path, **wanted: object) -> Path:
        request = SigningRequest(files=files, **wanted)  # type: ignore[arg-type]
        signed = assembly.sign_release(request, self.key, self.server)
        assert signed.lacking == {}
        return signed.path

    def send(self, document: Path, *files: Path) -> int | None:
        return assembly.upload_release(files, document, self.server.url, TOKEN).snapshot


@pytest.fixture
def developer(gate: Gate, trust: Workspace, tmp_path: Path) -> Developer:
    return Developer(gate, trust, tmp_path)


def test_release_is_signed_sent_and_installed(
    gate: Gate, trust: Workspace, developer: Developer, tmp_path: Path
) -> None:
    wheel = keep(tmp_path, make_wheel("acme-walk", "1.0"))
    sdist = keep(tmp_path, make_sdist("acme-walk", "1.0"))
    known = {
        "AIRLOCK_UPSTREAM": gate.simple,
        "AIRLOCK_ROOT": str(developer.server.root),
        "AIRLOCK_KEY": str(developer.holders.folder / "dora"),
        "AIRLOCK_DATA": str(tmp_path / "data"),
        "AIRLOCK_TOKEN": TOKEN,
    }

    signed = airlock("sign", wheel, sdist, "--passphrase-file", developer.secret, **known)
    assert signed.returncode == 0, signed.stderr
    sent = airlock("upload", wheel, sdist, tmp_path / "acme-walk.airlock.json", **known)

    assert sent.returncode == 0, sent.stderr
    assert "Signed and published" in sent.stdout
    assert sorted(gate.listed("acme-walk")) == sorted([wheel.name, sdist.name])
    guard = Guard(tmp_path, developer.server.root)
    done = guard(gate.simple, "uv", "acme-walk")
    assert done.returncode == 0, done.stderr
    assert "acme_walk-1.0.dist-info" in guard.installed()
    _python_tuf_agrees(gate, trust, tmp_path, wheel)
    assert verification.examine(trust.metadata, today()).problems == ()

    late = keep(tmp_path, make_wheel("acme-walk", "1.1"))
    refused = twine(gate, late)
    assert refused.returncode != 0
    assert "airlock sign" in refused.stdout + refused.stderr
    assert late.name not in gate.listed("acme-walk")
    # What is nobody's goes on as before.
    assert twine(gate, keep(tmp_path, make_wheel("acme-plain", "1.0"))).returncode == 0


def _python_tuf_agrees(gate: Gate, trust: Workspace, folder: Path, wheel: Path) -> None:
    (folder / "theirs").mkdir()
    fetcher = BoundedFetcher()
    updater = Updater(
        str(folder / "theirs"),
        f"{gate.url}/tuf/metadata/",
        str(folder / "theirs"),
        f"{gate.url}/tuf/targets/",
        fetcher=fetcher,
        bootstrap=trust.metadata.get("1.root.json"),
    )
    found = updater.get_targetinfo(f"files/acme-walk/{wheel.name}")
    assert found is not None
    assert Path(updater.download_target(found)).read_bytes() == wheel.read_bytes()
    assert (folder / "theirs" / "project-acme-walk.json").exists()
    fetcher.close()


def test_all_or_nothing(gate: Gate, developer: Developer, trust: Workspace, tmp_path: Path) -> None:
    wheel = keep(tmp_path, make_wheel("acme-whole", "1.0"))
    evil = keep(tmp_path, make_sdist("acme-whole", "1.0", setup_py=hostile.DECODE_EXEC))
    document = developer.sign(wheel, evil)

    with pytest.raises(Refused, match="Airlock refuse"):
        developer.send(document, wheel, evil)
    with pytest.raises(UsageError, match="has no"):
        developer.send(document, wheel)

    assert gate.get("/simple/acme-whole/").status_code == 404
    assert trust.developers.standing(ProjectName("acme-whole")) is None
    assert developer.send(developer.sign(wheel), wheel)
    assert gate.listed("acme-whole") == [wheel.name]


def test_what_is_sent_is_what_was_signed(gate: Gate, developer: Developer, tmp_path: Path) -> None:
    wheel = keep(tmp_path, make_wheel("acme-exact", "1.0"))
    document = developer.sign(wheel)
    keep(tmp_path, make_wheel("acme-exact", "1.0", {"other.py": "x = 1\n"}))

    with pytest.raises(Refused, match="not what was signed"):
        developer.send(document, wheel)
    assert gate.get("/simple/acme-exact/").status_code == 404


def test_claim_of_what_is_hosted_covers_all_of_it(
    gate: Gate, developer: Developer, tmp_path: Path
) -> None:
    before = make_wheel("acme-old", "0.9")
    assert send(gate, before, "acme-old", version="0.9").status_code == 200
    wheel = keep(tmp_path, make_wheel("acme-old", "1.0"))
    with pytest.raises(UsageError, match="would disappear"):
        developer.sign(wheel)

    document = developer.sign(wheel, adopt=True)
    assert developer.send(document, wheel)

    assert len(gate.listed("acme-old")) == 2
    # Sent again, it is not the next document any more.
    with pytest.raises(Refused, match="number 1, not 2"):
        developer.send(document, wheel)
    gone = developer.sign(
        project=ProjectName("acme-old"),
        withdrawn=(before[0],),
        output=tmp_path / "acme-old.airlock.json",
    )
    assert developer.send(gone)
    assert gate.listed("acme-old") == [wheel.name]


def test_only_who_may_upload_begins(gate: Gate, developer: Developer, tmp_path: Path) -> None:
    wheel = keep(tmp_path, make_wheel("acme-mine", "1.0"))
    document = developer.sign(wheel)

    with pytest.raises(Refused):
        assembly.upload_release([wheel], document, gate.simple, None)
    with pytest.raises(Refused):
        assembly.upload_release([wheel], document, gate.simple, "airlock_wrong")
    assert gate.get(f"/api/signed/acme-mine/{'0' * 32}").status_code in {404, 405}


class Journey:
    """A claimed project that was carried out, and who carries it in."""

    project = ProjectName("acme-far")

    def __init__(self, out: Path, index: str, root: Path, folder: Path) -> None:
        self.folder = folder
        self.usb = folder / "usb"
        shutil.copytree(out, self.usb)
        self.root = root
        self.data = folder / "data"
        self._index = index

    @property
    def document(self) -> Path:
        return self.usb / "trust" / f"project-{self.project}.json"

    def take_in(self, *more: str | Path, root: Path | None = None) -> tuple[int, str]:
        words = ["import", str(self.usb), "--data", str(self.data), "--index", self._index]
        rooted = ["--root", str(root)] if root else []
        done = CliRunner().invoke(command, [*words, *rooted, *map(str, more)])
        if isinstance(done.exception, AirlockError):
            return done.exception.exit_code, f"{done.output}{done.exception}"
        return done.exit_code, done.output


@pytest.fixture(scope="module")
def carried_out(
    _module_gate: Gate, trust: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("carried")
    developer = Developer(_module_gate, trust, folder)
    wheel = keep(folder, make_wheel(Journey.project, "1.0"))
    assert developer.send(developer.sign(wheel), wheel)
    usb = folder / "usb"
    words = ["--data", str(_module_gate.data), "--index", _module_gate.upstream.url]
    out = CliRunner().invoke(command, ["export", str(usb), *words, "--trust", str(trust.folder)])
    assert out.exit_code == 0, out.output
    # Without what other tests have uploaded.
    manifest = usb / "airlock.json"
    told = json.loads(manifest.read_text())
    told["projects"] = [one for one in told["projects"] if one["project"] == Journey.project]
    manifest.write_text(json.dumps(told))
    return usb


@pytest.fixture
def journey(carried_out: Path, _module_gate: Gate, trust: Workspace, tmp_path: Path) -> Journey:
    root = trust.metadata.folder / "1.root.json"
    return Journey(carried_out, _module_gate.upstream.url, root, tmp_path)


def test_what_developers_signed_is_carried(journey: Journey) -> None:
    inside = begun(journey.folder / "inside", Clock(today()))[0]

    code, told = journey.take_in("--trust", inside.folder, root=journey.root)

    assert (code, "1 files are in" in told) == (0, True), told
    assert inside.developers.document(journey.project) == journey.document.read_bytes()
    assert verification.examine(inside.metadata, today()).problems == ()
    code, told = journey.take_in("--trust", inside.folder, root=journey.root)
    assert code == 0, told
    # Who carries cannot take the claim away again.
    shutil.rmtree(journey.usb / "trust")
    manifest = journey.usb / "airlock.json"
    manifest.write_text(manifest.read_text().replace('"claimed"', '"nothing"'))
    code, told = journey.take_in("--trust", inside.folder)
    assert (code, "is claimed here" in told) == (1, True), told


def _no_root(journey: Journey) -> Path | None:
    assert journey.document.exists()
    return None


def _another_root(journey: Journey) -> Path:
    return begun(journey.folder / "other", Clock(today()))[0].metadata.folder / "1.root.json"


def _changed_document(journey: Journey) -> Path:
    data = journey.document.read_bytes().replace(b'"length":', b'"length":1', 1)
    journey.document.write_bytes(data)
    return journey.root


def _lost_document(journey: Journey) -> Path:
    journey.document.unlink()
    return journey.root


def _lost_trust(journey: Journey) -> Path:
    shutil.rmtree(journey.usb / "trust")
    return journey.root


def _other_bytes(journey: Journey) -> Path:
    (file,) = journey.usb.glob("files/*/acme_far-*.whl")
    file.write_bytes(make_wheel(journey.project, "1.0", {"other.py": "x = 1\n"})[1])
    return journey.root


@pytest.mark.parametrize(
    ("tampered", "expected"),
    [
        (_no_root, "--root names the root"),
        (_another_root, "does not show who signs"),
        (_changed_document, "does not show who signs"),
        (_lost_document, "is not what the developers of"),
        (_lost_trust, "does not show who signs"),
        (_other_bytes, "is not what the developers of"),
    ],
)
def test_what_developers_did_not_sign_is_refused(
    journey: Journey, tampered: Callable[[Journey], Path | None], expected: str
) -> None:
    code, told = journey.take_in(root=tampered(journey))

    assert (code, expected in told.replace("\n", " ")) == (1, True), told
    with open_store(f"sqlite:///{journey.data}/airlock.db") as store:
        assert store.hosted_projects() == ()
