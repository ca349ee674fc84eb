"""Writes edited files: all of a file or nothing of it.

- A file is replaced at once, through a link at what it points to, and keeps its mode.
- One that somebody has changed meanwhile is left alone.
"""

import contextlib
import difflib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from airlock.errors import StoreError, UsageError
from airlock.model.fixing import Edit


def write_edits(edits: Iterable[Edit]) -> None:
    """Write every edit.

    Raises:
        UsageError: if a file was changed since it was read.
        StoreError: if one cannot be written; those before it are.
    """
    for edit in edits:
        path = edit.path.resolve()
        try:
            if path.read_bytes() != edit.before:
                raise UsageError(f"{edit.path} was changed meanwhile", hint="Run the audit again.")
            _replace(path, edit.after)
        except OSError as error:
            raise StoreError(f"{edit.path} cannot be written: {error.strerror}") from error


def _replace(path: Path, data: bytes) -> None:
    mode = path.stat().st_mode & 0o7777
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def unified_diff(edits: Iterable[Edit]) -> str:
    """Return the edits as one patch; empty without any.

    Paths are relative to the current folder where they lie below it, as patches have them. Bytes
    that are no UTF-8 stand in it as escapes.
    """
    return "".join(line for edit in edits for line in _diff(edit))


def _diff(edit: Edit) -> Iterator[str]:
    before, after = (
        data.decode("utf-8", "backslashreplace").splitlines(keepends=True)
        for data in (edit.before, edit.after)
    )
    shown = _relative(edit.path)
    for line in difflib.unified_diff(before, after, f"a/{shown}", f"b/{shown}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _relative(path: Path) -> str:
    absolute, here = path.absolute(), Path.cwd()
    shown = absolute.relative_to(here) if absolute.is_relative_to(here) else absolute
    return shown.as_posix().removeprefix("/")
