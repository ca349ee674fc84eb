"""Pages of the reference that are made from the code: written, or only compared."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def write_or_compare(page: str, text: str) -> int:
    """Write a page, or with ``--check`` only say whether it is stale; return the exit code.

    Args:
        page: its path in the checkout.
        text: what it has to say.
    """
    path = ROOT / page
    if "--check" not in sys.argv[1:]:
        path.write_text(text, encoding="utf-8")
        return 0
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{page} is out of date: make docs\n")
    return 1
