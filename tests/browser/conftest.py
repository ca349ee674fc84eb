"""One browser for the tests of a module: Debian's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from airlock.gate.settings import MailSettings
from tests.browser.seeding import advisories, seed
from tests.browser.writing import write_all
from tests.functional.conftest import airlock
from tests.simulators.clocked_gate import ClockedGate
from tests.simulators.upstream import Upstream

PHONE = (390, 844)
DESK = (1280, 900)
_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
POLICY = """\
[policy]
name = "harbour's own"
[policy.review]
two-persons = ["project"]
"""
OpenPage = Callable[..., Page]


class Seeded(NamedTuple):
    """A gate with something on every page, and the digests of its files by name."""

    gate: ClockedGate
    digests: dict[str, str]
    session: str = ""
    """The cookie of somebody who may do everything."""
    pending: str = ""
    """The cookie of somebody who has yet to show their second factor."""

    def verdict(self, filename: str, rest: str = "") -> str:
        return f"/verdicts/{self.digests[filename]}{rest}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; where it is not installed, tests with it are skipped, but not on CI.

    For one module, not for the session: as long as Playwright is there, asyncio takes its loop for
    running, and tests of other modules that begin one of their own would fail.
    """
    program = shutil.which("chromium")
    if program is None:
        message = "Chromium is not installed (scripts/debian-packages)"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=list(_SWITCHES))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    folder = tmp_path_factory.mktemp("seeded")
    with furnished(folder) as made:
        yield made


@contextmanager
def furnished(folder: Path) -> Iterator[Seeded]:
    """Run a gate in front of an index, with something in every place."""
    (folder / "policy.toml").write_text(POLICY)
    (folder / "export.zip").write_bytes(advisories())
    done = airlock("db", "update", folder / "export.zip", AIRLOCK_DB=str(folder / "db"))
    assert done.returncode == 0, done.stdout + done.stderr
    with Upstream() as upstream, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRLOCK_DB", str(folder / "db"))
        # Nobody listens there: what is sent waits.
        mail = MailSettings(
            server="smtp://127.0.0.1:9", sender="gate@mail.example", link="https://gate.example"
        )
        policy = folder / "policy.toml"
        with ClockedGate(folder, upstream.url, policy_file=policy, mail=mail) as gate:
            digests = seed(gate, upstream)
            session, pending = write_all(gate, upstream.url, digests)
            yield Seeded(gate, digests, session, pending)


@pytest.fixture
def open_page(browser: Browser, seeded: Seeded) -> Iterator[OpenPage]:
    """Return what opens a page of the seeded gate in a window as new."""
    contexts = []

    def opened(path: str, size: tuple[int, int] = DESK, **options: object) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            base_url=seeded.gate.url,
            # Colours that are on their way from one theme to another have no contrast of their own.
            reduced_motion="reduce",
            **options,  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
