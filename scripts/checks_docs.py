"""Writes docs/reference/checks from the docstrings of the checks; with ``--check``, only compares.

The docstring of a check's module is its page. Exit code 1 says that the pages are stale.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from airlock.checks import Check, load_checks
from airlock.checks.registry import documentation

ROOT = Path(__file__).resolve().parent.parent
PAGES = Path("docs/reference/checks")
COMMAND = "python scripts/checks_docs.py"

INDEX = """\
# Checks

Each check asks one question of a release, of an artifact or of every file in it. Its page says what
it flags, what it spares and what it cannot see. How findings become a verdict is up to the policy.
"""


def main(arguments: list[str]) -> int:
    """Write or compare the pages; return 0 if they are up to date afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout to write into")
    asked = parser.parse_args(arguments)
    folder = asked.root / PAGES
    stale = _stale(folder, _pages(asked.root))
    if asked.check:
        for name in stale:
            print(f"{PAGES / name} is stale; run: {COMMAND}", file=sys.stderr)
        return 1 if stale else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in stale.items():
        _put(folder / name, text)
    return 0


def _stale(folder: Path, pages: dict[str, str]) -> dict[str, str | None]:
    """Return what the files that differ should hold; ``None`` for one that should not be there."""
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    stale: dict[str, str | None] = {name: None for name in there if name not in pages}
    return stale | {name: text for name, text in pages.items() if there.get(name) != text}


def _put(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink()
        print(f"removed {path.name}")
    else:
        path.write_text(text, encoding="utf-8")
        print(f"wrote {path.name}")


def _pages(root: Path) -> dict[str, str]:
    checks = load_checks().checks
    pages = {f"{check.id}.md": "\n".join(_page(check, root)) + "\n" for check in checks}
    return {"README.md": "\n".join(_index(checks)) + "\n"} | pages


def _index(checks: tuple[Check, ...]) -> Iterator[str]:
    yield _mark("the checks")
    yield INDEX
    yield "| check | version | what it flags |"
    yield "|---|---|---|"
    for check in checks:
        summary = documentation(check).partition("\n")[0]
        yield f"| [{check.id}]({check.id}.md) | {check.version} | {summary} |"


def _page(check: Check, root: Path) -> Iterator[str]:
    module = type(check).__module__
    yield _mark(f"src/{module.replace('.', '/')}.py")
    yield f"# {check.id}\n"
    yield documentation(check)
    yield f"\nVersion {check.version}. Asked {_asked(check)}. {_needs(check)}"
    for expects in ("flags", "spares"):
        names = _examples(root / "tests/checks" / check.id / expects)
        yield f"\nExamples that it {expects}: {', '.join(f'`{name}`' for name in names) or 'none'}."


def _mark(source: str) -> str:
    return f"<!-- Made from {source} by `{COMMAND}`; changes here are lost. -->\n"


def _asked(check: Check) -> str:
    of_what = {
        "release": "once per release",
        "artifact": "once per artifact",
        "member": "of every file of an artifact",
    }
    return next(text for method, text in of_what.items() if method in vars(type(check)))


def _needs(check: Check) -> str:
    if not check.needs:
        return "Needs nothing but the artifact."
    return f"Needs to know: {', '.join(sorted(check.needs))}; fails where nobody can say."


def _examples(folder: Path) -> list[str]:
    return sorted({path.name if path.is_dir() else path.stem for path in folder.glob("*")})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
