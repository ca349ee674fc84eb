"""Whether progress is shown: on a terminal, unless the user does not want it."""

import contextlib
import sys
from collections.abc import Iterator

from airlock.scanning import Progress, Silent


@contextlib.contextmanager
def progress(*, hidden: bool) -> Iterator[Progress]:
    """Show progress on standard error while the block runs."""
    if hidden or not sys.stderr.isatty():
        yield Silent()
        return
    from airlock.cli.progress import TerminalProgress

    shown = TerminalProgress()
    try:
        yield shown
    finally:
        shown.close()


class _Steps:
    """Shows one line that says what is being done."""

    def __init__(self) -> None:
        from rich.console import Console

        self._status = Console(stderr=True).status("")

    def fetching(self, count: int) -> None:
        """Take note that so many files more are wanted."""

    def fetched(self, name: str) -> None:
        """Take note that a file has arrived or failed."""

    def step(self, name: str, what: str) -> None:
        """Show what begins."""
        from rich.markup import escape

        from airlock.report import printable

        self._status.update(escape(f"{printable(name)}: {printable(what)}"))
        self._status.start()

    def close(self) -> None:
        """Take the line off the terminal."""
        self._status.stop()


class _NoSteps(Silent):
    """Steps that nobody wants to see."""

    def step(self, name: str, what: str) -> None:
        """Do nothing."""


@contextlib.contextmanager
def steps(*, hidden: bool) -> "Iterator[_Steps | _NoSteps]":
    """Show on standard error what is being done, while the block runs."""
    if hidden or not sys.stderr.isatty():
        yield _NoSteps()
        return
    shown = _Steps()
    try:
        yield shown
    finally:
        shown.close()


def json_text(document: object) -> str:
    """Return a document as indented JSON that does no harm to a terminal."""
    import msgspec

    from airlock.report import printable

    text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    return printable(text, keep_lines=True)
