"""The documentation: whole, its links lead somewhere, and what it generates is up to date."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
_VARIABLE = re.compile(r"\bAIRLOCK_[A-Z_]*[A-Z]\b")


def links(page: Path) -> set[Path]:
    """Return the files that a page links to."""
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    places = (place for place in _LINK.findall(text) if "://" not in place)
    return {(page.parent / place).resolve() for place in places}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    assert not [place for place in links(page) if not place.exists()]


def test_every_page_can_be_reached_from_the_first() -> None:
    reached: set[Path] = set()
    waiting = {ROOT / "README.md", DOCS / "README.md"}
    while waiting:
        page = waiting.pop()
        reached.add(page)
        waiting |= {one for one in links(page) if one.suffix == ".md"} - reached
    assert not {page.resolve() for page in PAGES} - reached - {ROOT / "CONTRIBUTING.md"}


def test_every_variable_that_is_read_is_documented() -> None:
    sources = (ROOT / "src").rglob("*.py")
    read = {name for one in sources for name in _VARIABLE.findall(one.read_text(encoding="utf-8"))}
    reference = (DOCS / "reference" / name for name in ("commands.md", "variables.md"))
    told = {
        name for one in reference for name in _VARIABLE.findall(one.read_text(encoding="utf-8"))
    }
    assert not read - told


def test_the_reference_of_the_commands_is_up_to_date_and_no_option_is_silent() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "commands_docs.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
