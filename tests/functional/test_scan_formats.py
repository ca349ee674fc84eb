"""``airlock scan`` in the formats of code hosts and for people who were not there."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.functional.conftest import airlock
from tests.simulators import hostile
from tests.simulators.packages import make_sdist, make_wheel
from tests.unit.report.sarif import places, run_of

HARMLESS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "div", "h1"),
    *("h2", "ul", "li", "b", "p", "span", "code", "pre", "details", "summary", "table", "tr"),
    *("th", "td", "thead", "tbody", "h3", "strong", "figure", "svg", "path", "rect"),
}
MARKUP = "<img src=https://x.example/a.png onerror=alert(1)></pre><script>alert(1)</script>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    for name, data in (
        make_wheel("harbour", "1.0", {"harbour.py": "def depth(): return 9\n"}),
        make_sdist("evil-pkg", "1.0", setup_py=f"{hostile.DECODE_EXEC}\n# {MARKUP}\n"),
        ("broken-1.0-py3-none-any.whl", MARKUP.encode()),
    ):
        (folder / name).write_bytes(data)
    return folder


class Page(HTMLParser):
    """What a browser would make of a page, as far as it matters."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.policy = ""
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        given = dict(attrs)
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""

    def handle_data(self, data: str) -> None:
        self.text += data


def test_sarif(folder: Path) -> None:
    done = airlock("scan", folder, "not-there.whl", "--format", "sarif")
    assert done.returncode == 1
    run = run_of(done.stdout)
    found = places(run)
    assert ("code-decode-exec", "evil_pkg-1.0.tar.gz/evil_pkg-1.0/setup.py", 4) in found
    assert ("airlock-unexamined", "not-there.whl", 1) in found
    assert not any("harbour" in where for _, where, _ in found)
    said = run["invocations"][0]
    assert said["executionSuccessful"] is False
    assert any("broken-1.0" in one["message"]["text"] for one in said["toolExecutionNotifications"])


def test_sarif_of_something_clean_is_a_success(folder: Path) -> None:
    done = airlock("scan", folder / "harbour-1.0-py3-none-any.whl", "--format", "sarif")
    assert done.returncode == 0
    run = run_of(done.stdout)
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is True


def test_html_tells_everything_and_loads_nothing(folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "report.html"
    done = airlock("scan", folder, "not-there.whl", "--format", "html", "-o", output)
    assert done.returncode == 1
    page = Page(output.read_text())
    assert page.tags <= HARMLESS
    assert not page.attributes & {"src", "href", "srcset", "action", "onerror", "onload"}
    assert page.policy.startswith("default-src 'none'")
    for said in (
        "refused",
        "evil_pkg-1.0.tar.gz",
        "A hidden payload is decoded",
        "os.system",
        "not-there.whl",
        "there is no file or folder",
        "harbour-1.0-py3-none-any.whl",
        "code-decode-exec",
    ):
        assert said in page.text
    # The worst first.
    assert page.text.index("evil_pkg-1.0.t") < page.text.index("harbour-1.0")


def test_text_of_packages_stays_text(tmp_path: Path) -> None:
    name, data = make_sdist("evil-pkg", "1.0", setup_py=hostile.DECODE_EXEC)
    payload = f'exec(__import__("base64").b64decode({_encoded()!r}))\n'
    name, data = make_sdist("evil-pkg", "1.0", setup_py=payload)
    (tmp_path / name).write_bytes(data)
    done = airlock("scan", tmp_path / name, "--format", "html")
    page = Page(done.stdout)
    assert MARKUP in page.text
    assert page.tags <= HARMLESS
    sarif = json.loads(airlock("scan", tmp_path / name, "--format", "sarif").stdout)
    assert MARKUP[:20] in json.dumps(sarif)


def _encoded() -> bytes:
    import base64

    return base64.b64encode(f"import os\nos.system('true')  # {MARKUP}\n".encode())
