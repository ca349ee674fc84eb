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
