"""Every row of PEP 480's table of compromised keys, and how each is recovered from.

Three projects: flask is nobody's, quart was claimed recently, acme-tool was promoted.
"""

import asyncio
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import httpx
import pytest

from airlock.errors import NotSigned, NotVerified
from airlock.gate.guard.verified import Verified
from airlock.model import Sha256
from airlock.trust import operations, project_documents, roles
from airlock.trust.client import TrustClient
from airlock.trust.snapshots import Commit, Snapshots
from airlock.trust.transactions import TransactionLog
from airlock.trust.workspace import Workspace
from tests.drills.conftest import FILES, Ground, Note
from tests.simulators.developing import Team
from tests.simulators.mirror import Mirror
from tests.simulators.trusting import added, content_of, today
from tests.simulators.upstream_server import Answer

FLASK = "files/flask/flask-1.0.tar.gz"
QUART = "files/quart/quart-1.0.tar.gz"
ACME = "files/acme-tool/acme_tool-1.0.tar.gz"
HONEST = {**FILES, ACME: b"acme itself"}
EVIL = {path: body + b", and something else" for path, body in HONEST.items()}
EVERYTHING = roles.ONLINE


class Claims(Ground):
    """A repository with an unclaimed, a recently claimed and a promoted project.

    Args:
        folder: of it.
        first: one to copy, with its people; making keys under passphrases takes its time.
    """

    quart: Team
    acme: Team

    def __init__(self, folder: Path, first: "Claims | None" = None) -> None:
        if first is not None:
            shutil.copytree(first.workspace.folder, folder / "trust")
            self.folder, self.clock = folder, first.clock
            self.workspace = Workspace.open(folder / "trust", self.clock)
            self.holders, self.quart, self.acme = first.holders, first.quart, first.acme
            self.root = first.root
            self.mirror = Mirror(self.workspace, dict(HONEST))
            return
        super().__init__(folder)
        self.quart = Team("quart", folder / "quart", "quentin", "quirin")
        self.acme = Team("acme-tool", folder / "acme", "ada")
        self.acme.claim(self.workspace, {"acme_tool-1.0.tar.gz": HONEST[ACME]})
        operations.promote(self.workspace, None, ())
        self.holders.sign(self.workspace)
        self.workspace.install(reason="promotion")
        wanted = self.quart.keys(threshold=2)
        document = self.quart.next(
            self.workspace, {"quart-1.0.tar.gz": HONEST[QUART]}, wanted=wanted
        )
        self.workspace.developers.accept(self.quart.project, document, reason="release")
        self.mirror.targets = dict(HONEST)

    def thief(self, *stolen: str) -> Workspace:
        """Return the whole server, with the right keys for some roles only."""
        made = self.copy(f"thief-{'-'.join(stolen)}")
        kept = [one for one in made.keyring.listed() if set(one.roles) & set(stolen)]
        others = [made.keyring.made(role) for role in roles.ONLINE if role not in stolen]
        made.keyring.write([*kept, *others])
        return made

    def client(self, name: str) -> TrustClient:
        return TrustClient(self.mirror.url, self.root, self.folder / name)


@pytest.fixture(scope="session")
def _first(tmp_path_factory: pytest.TempPathFactory) -> Claims:
    made = Claims(tmp_path_factory.mktemp("claims"))
    # It is only copied.
    made.mirror.start()
    made.mirror.stop()
    return made


@pytest.fixture
def ground(_first: Claims, tmp_path: Path) -> Iterable[Claims]:
    made = Claims(tmp_path, _first)
    made.mirror.start()
    yield made
    made.mirror.stop()


def attack(ground: Claims, thief: Workspace, stolen: Iterable[str]) -> None:
    """Sign evil files in every way that the stolen keys allow, and offer them."""
    snapshots = Snapshots(
        thief.metadata, thief.keyring.signers, TransactionLog(thief.folder / "evil"), today
    )
    state = snapshots.state()
    bins, _, _ = thief.repository.applied(added(EVIL), state)
    recent, documents = None, {}
    if roles.RECENT in stolen:
        eve = [Team(name, ground.folder / f"eve-{name}", "eve") for name in ("flask", "quart")]
        eve.append(Team("acme-tool", ground.folder / "eve-acme", "eve"))
        recent = {one.project: one.keys() for one in eve}
        for one in eve[:2]:
            role = roles.project_role(one.project)
            version = state.text.versions.get(role, 0) + 1
            documents[f"{version}.{role}.json"] = one.signed(
                project_documents.drafted(
                    one.project,
                    one.keys(),
                    {
                        path: content_of(body)
                        for path, body in EVIL.items()
                        if roles.project_of(path) == one.project
                    },
                    version,
                    today() + project_documents.LIFE,
                )
            )
    snapshots.commit(state, Commit(reason="attack", bins=bins, documents=documents, recent=recent))
    ground.mirror.workspace = thief
    ground.mirror.targets = dict(EVIL)


@pytest.mark.parametrize(
    ("stolen", "reached"),
    [
        ("timestamp", ""),
        ("snapshot", ""),
        ("bin", ""),
        ("recently-claimed", ""),
        ("timestamp snapshot", ""),
        ("timestamp bin recently-claimed", ""),
        ("timestamp snapshot bin", "flask"),
        ("timestamp snapshot recently-claimed", "flask quart"),
        ("timestamp snapshot bin recently-claimed", "flask quart"),
    ],
)
def test_stolen_online_keys_reach_what_the_pep_says_and_no_more(
    ground: Claims, note: Note, stolen: str, reached: str
) -> None:
    attack(ground, ground.thief(*stolen.split()), stolen.split())

    got, said = list[str](), ""
    for path in HONEST:
        with ground.client(f"client-{path.rpartition('/')[2]}") as client:
            try:
                assert client.fetch(path).read_bytes() == EVIL[path]
                got.append(path.split("/")[1])
            except NotVerified as error:
                said = said or str(error)

    assert got == reached.split()
    note(f"stolen {stolen}: reaches {reached or 'nothing'}", said or "accepted until it is noticed")


def test_timestamp_alone_freezes_for_a_day(ground: Claims, note: Note) -> None:
    thief = ground.thief("timestamp")
    with ground.client("steady") as client:
        client.refresh()
        frozen = thief.metadata.get("timestamp.json") or b""
        ground.workspace.repository.publish(added({FLASK: b"a fix"}), reason="release")
        ground.mirror.changed["metadata/timestamp.json"] = Answer(body=frozen)
        client.refresh()
        assert client.fetch(FLASK).read_bytes() == HONEST[FLASK]
    # What the frozen snapshot names lives a day; drill_freeze shows that it is refused then.
    note("stolen timestamp: freeze", "yesterday's files, for a day at most")


def test_online_keys_are_recovered_and_projects_claim_again(ground: Claims, note: Note) -> None:
    right = operations.logged_paths(ground.workspace)
    with ground.client("steady") as client:
        client.refresh()
        attack(ground, ground.thief(*EVERYTHING), EVERYTHING)
        client.refresh()
        assert client.fetch(QUART).read_bytes() == EVIL[QUART]
        assert client.target(ACME) is not None

        workspace = ground.workspace
        operations.rotate(workspace, {}, [], online=EVERYTHING, compromised=True)
        ground.holders.sign(workspace)
        workspace.install(reason="stolen")
        operations.recover(workspace, "stolen", right=right, clear_recent=True)
        workspace.repository.publish(added({QUART: HONEST[QUART]}), reason="door")
        ground.mirror.workspace, ground.mirror.targets = workspace, dict(HONEST)
        client.refresh()
        assert [client.fetch(path).read_bytes() for path in HONEST] == list(HONEST.values())
        note("  recovery: rotate, recover, claims cleared", "everything verifies again")

        _claim_again(ground)
        client.refresh()
        claim = client.claim(ground.quart.project)
        assert claim is not None
        assert claim.keys.threshold == 2
        assert client.fetch(QUART).read_bytes() == HONEST[QUART]
        note("  quart claims again", "its developers' keys count")


def _claim_again(ground: Claims) -> None:
    files = {"quart-1.0.tar.gz": HONEST[QUART]}
    document = ground.quart.next(ground.workspace, files, wanted=ground.quart.keys(threshold=2))
    ground.workspace.developers.accept(ground.quart.project, document, reason="again")


def _forged(ground: Claims, team: Team, *by: str) -> None:
    """Sign an evil file with some developers' keys, and get it past the server, too."""
    workspace = ground.workspace
    snapshots = Snapshots(
        workspace.metadata, workspace.keyring.signers, TransactionLog(ground.folder / "x"), today
    )
    files = {f"{team.project}-6.6.tar.gz": b"evil"}
    document = team.next(workspace, files, *by)
    version = project_documents.read(document, team.project).version
    name = f"{version}.{roles.project_role(team.project)}.json"
    snapshots.commit(snapshots.state(), Commit(reason="x", documents={name: document}))


def test_one_of_two_developers_keys_is_nothing(ground: Claims, note: Note) -> None:
    _forged(ground, ground.quart, "quentin")

    with ground.client("new") as client, pytest.raises(NotVerified) as raised:
        client.fetch("files/quart/quart-6.6.tar.gz")

    note("one of two keys of a project, and the whole server", raised.value)


def test_developers_key_is_recovered_from(ground: Claims, note: Note) -> None:
    evil = "acme_tool-6.6.tar.gz"
    ground.acme.claim(ground.workspace, {evil: b"evil"})
    ground.mirror.targets[f"files/acme-tool/{evil}"] = b"evil"
    with ground.client("steady") as client:
        assert client.fetch(f"files/acme-tool/{evil}").read_bytes() == b"evil"
        note("all keys of a project, and its account", "accepted until it is noticed")

        fresh = Team("acme-tool", ground.folder / "fresh", "alma")
        developers = ground.workspace.developers
        developers.replace(fresh.project, fresh.keys(), "stolen")
        document = fresh.next(ground.workspace, {}, wanted=fresh.keys(), withdrawn=(evil,))
        assert developers.accept(fresh.project, document, reason="recovery") is None
        operations.promote(ground.workspace, None, ())
        ground.holders.sign(ground.workspace)
        ground.workspace.install(reason="recovery")
        client.refresh()
        with pytest.raises(NotSigned) as gone:
            client.fetch(f"files/acme-tool/{evil}")
        assert client.fetch(ACME).read_bytes() == HONEST[ACME]
        note("  recovery: the last good state under a new key", gone.value)


def test_claimed_threshold_without_the_online_keys(ground: Claims, note: Note) -> None:
    thief = ground.thief()
    eve = Team("acme-tool", ground.folder / "eve", "eve")
    thief.developers.replace(eve.project, eve.keys(), "attack")
    document = eve.next(thief, {}, wanted=eve.keys())
    thief.developers.accept(eve.project, document, reason="attack")
    operations.promote(thief, None, ())
    ground.holders.sign(thief)
    thief.install(reason="attack")
    ground.mirror.workspace = thief

    with ground.client("new") as client, pytest.raises(NotVerified) as raised:
        client.fetch(ACME)
    note("all keys of claimed, no online key", raised.value)


# --- extraneous dependencies


def asked(ground: Claims, client: TrustClient, path: str) -> httpx.Response:
    """Ask the guard, in front of the mirror, for a path."""

    async def ask() -> httpx.Response:
        guard = Verified(ground.mirror.url.replace("/tuf/", "/simple/"), client, today)
        transport = httpx.ASGITransport(guard.app("http://guard.invalid"))
        async with httpx.AsyncClient(transport=transport, base_url="http://guard.invalid") as one:
            page = await one.get(
                "/simple/acme-tool/", headers={"accept": "application/vnd.pypi.simple.v1+json"}
            )
            return page if not path else await one.get(path)

    return asyncio.run(ask())


def test_extraneous_dependencies(ground: Claims, note: Note) -> None:
    wheel, evil = "acme_tool-2.0-py3-none-any.whl", b"Requires-Dist: evil\n"
    honest = b"Metadata-Version: 2.1\nName: acme-tool\nVersion: 2.0\n"
    ground.acme.claim(ground.workspace, {wheel: b"wheel", f"{wheel}.metadata": honest})
    # All online keys: the page, which they sign, announces other metadata, and one file more.
    thief = ground.thief(*EVERYTHING)
    listed = {wheel: Sha256.of(b"wheel"), "acme_tool-3.0-py3-none-any.whl": Sha256.of(b"evil")}
    files = ",".join(
        f'{{"filename":"{name}","url":"/f/{name}","hashes":{{"sha256":"{digest}"}},'
        f'"core-metadata":{{"sha256":"{Sha256.of(evil)}"}}}}'
        for name, digest in listed.items()
    )
    page = (
        f'{{"meta":{{"api-version":"1.1"}},"name":"acme-tool","files":[{files}],"versions":[]}}'
    ).encode()
    path = "simple/acme-tool/index.json"
    thief.repository.publish(added({path: page}), reason="attack")
    ground.mirror.workspace = thief
    ground.mirror.targets[path] = page
    digest = listed[wheel]
    ground.mirror.changed["/simple/acme-tool/"] = Answer(body=page)

    def told(change: Callable[[], object], path: str) -> httpx.Response:
        change()
        with ground.client(f"client-{len(list(ground.folder.iterdir()))}") as client:
            return asked(ground, client, path)

    shown = told(lambda: None, "").json()["files"]
    assert [one["filename"] for one in shown] == [wheel]
    assert shown[0]["core-metadata"] == {"sha256": Sha256.of(honest)}
    metadata = f"/files/{digest}/{wheel}.metadata"
    spoil = Answer(body=evil)
    refused = told(lambda: ground.mirror.changed.update({metadata: spoil}), metadata)
    assert refused.status_code == 403
    note("extraneous dependencies, with all online keys", refused.text.strip())
    right = told(lambda: ground.mirror.changed.update({metadata: Answer(body=honest)}), metadata)
    assert right.content == honest
