"""What the pages show, on a terminal: whatever somebody wrote, the terminal obeys nothing of it."""

import pytest
from click.testing import CliRunner

from airlock import accounts, assembly
from airlock.cli import airlock
from airlock.model.access import EVERYTHING, Action
from airlock.model.people import AccountName, Stamp
from tests.browser.attempts import UNSEEN
from tests.browser.conftest import Seeded
from tests.browser.writing import HOSTILE_VERDICT

COMMANDS = (
    "review list --decision any",
    "review show {sha256}",
    "review groups --decision any",
    "waive list",
    "log show {data}",
    "user list {data}",
    "token list {data}",
    "name owner list {data}",
    "watch alerts {data}",
    "watch letters {data}",
    "watch status {data}",
    "watch report {sha256} {data}",
)


@pytest.fixture(scope="module")
def token(seeded: Seeded) -> str:
    with assembly.existing_records(seeded.gate.data) as records:
        made = accounts.create_token(
            records.people, AccountName("bob"), Stamp("operator", seeded.gate.now),
            description="a terminal", actions=[Action.READ, Action.REVIEW], scopes=[EVERYTHING],
            days=1,
        )  # fmt: skip
    return made.text


@pytest.mark.parametrize("command", COMMANDS)
def test_terminal_obeys_nothing(seeded: Seeded, token: str, command: str) -> None:
    words = command.format(
        sha256=seeded.digests[HOSTILE_VERDICT], data=f"--data {seeded.gate.data}"
    )
    known = {"AIRLOCK_TOKEN": token}
    done = CliRunner().invoke(airlock, ["--server", seeded.gate.url, *words.split()], env=known)
    assert done.exit_code == 0, done.output
    assert not UNSEEN.search(done.output.replace("\n", "").replace("\t", ""))
