"""Folders for what is thrown away, which disappear even if their owner was killed.

A process that is killed tidies nothing, and a service that runs for months must not fill its disk.

- Each folder has a file ``.airlock-scratch`` that its owner keeps locked: the kernel drops the lock
  with the last process that has it, however that ended, whatever namespace its number was of.
- Before the first folder is made in a place, those there that nobody has locked any more are
  removed: only what has such a file, is one's own, and is no link. Links in it are not followed.
- Who makes a folder holds the lock before using it, and begins again if a sweep was quicker.
"""

import atexit
import contextlib
import fcntl
import functools
import os
import shutil
import stat
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ParamSpec, TypeVar

_MARK = ".airlock-scratch"
_NAMES = ("airlock-", ".airlock-", "pymp-")
_PASSES = 3
_OF_PROCESS: dict[str, Path] = {}
# What is made once for a process is made by one thread: a lock of a file that another thread of it
# holds is one that is never let go.
_ONCE = threading.RLock()
P = ParamSpec("P")
T = TypeVar("T")


def _once(function: Callable[P, T]) -> Callable[P, T]:
    """Return what a function does once for each of its arguments, while other threads wait."""
    known = functools.cache(function)

    @functools.wraps(function)
    def once(*args: P.args, **kwargs: P.kwargs) -> T:
        with _ONCE:
            return known(*args, **kwargs)  # type: ignore[arg-type]  # a path, or nothing

    return once


@contextlib.contextmanager
def folder(
    purpose: str, place: str | os.PathLike[str] | None = None, *, shared: bool = False
) -> Iterator[Path]:
    """Give an empty folder while the block lasts.

    Args:
        purpose: a word for its name, which people will see.
        place: where to make it; a folder for temporary files if nothing is said.
        shared: whether other users may go through to what they are given inside.

    Raises:
        OSError: if none can be made.
    """
    where = os.fspath(place) if place is not None else tempfile.gettempdir()
    _sweep_once(where)
    with contextlib.ExitStack() as opened:
        while True:
            made = tempfile.TemporaryDirectory(
                prefix=f"airlock-{purpose}-", dir=where, ignore_cleanup_errors=True
            )
            name = opened.enter_context(made)
            if keep(Path(name), opened):
                break
        if shared:
            Path(name).chmod(0o711)
        inside = Path(name, "in")
        inside.mkdir(mode=0o700)
        yield inside


def is_marked(path: Path) -> bool:
    """Tell whether something is such a folder, which ``sweep`` removes once nobody has it."""
    return os.path.lexists(path / _MARK)


def keep(owned: Path, opened: contextlib.ExitStack) -> bool:
    """Have a folder removed once ``opened`` is no more; tell whether it still is there."""
    try:
        lock = os.open(owned / _MARK, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        return False
    opened.callback(os.close, lock)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return os.fstat(lock).st_nlink > 0


def of_process(purpose: str, place: str | os.PathLike[str]) -> Path:
    """Return a folder that lasts as long as this process; in a place always the same one.

    Raises:
        OSError: if none can be made.
    """
    with _ONCE:
        known = _OF_PROCESS.get(os.fspath(place))
        if known is None or not known.is_dir():
            opened = contextlib.ExitStack()
            known = opened.enter_context(folder(purpose, place))
            atexit.register(opened.close)
            _OF_PROCESS[os.fspath(place)] = known
        return known


@_once
def of_forkserver() -> contextlib.ExitStack:
    """Mark the folder that ``multiprocessing`` makes for this process; held until it ends."""
    from multiprocessing import util

    _sweep_once(tempfile.gettempdir())
    opened = contextlib.ExitStack()
    keep(Path(util.get_temp_dir()), opened)
    return opened


@_once
def _sweep_once(where: str) -> None:
    sweep(where)


def sweep(where: str | os.PathLike[str]) -> int:
    """Remove folders whose owners are no more; return how many."""
    try:
        found = [one for one in Path(where).iterdir() if one.name.startswith(_NAMES)]
    except OSError:
        return 0
    return sum(map(_remove_if_left, found))


def _remove_if_left(left: Path) -> bool:
    with contextlib.ExitStack() as opened:
        lock = _lock_of(left, opened)
        if lock is None:
            return False
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The mark comes last: who is killed here leaves something that is found again.
            for inside in left.iterdir():
                if inside.name != _MARK:
                    _remove(inside)
            _remove(left)
        except OSError:
            # It is in use, or somebody else removes it this moment.
            return False
        return True


def _lock_of(left: Path, opened: contextlib.ExitStack) -> int | None:
    """Open the mark of a folder; ``None`` if it is not one of ours."""
    try:
        folder_is = os.open(left, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        opened.callback(os.close, folder_is)
        flags = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        lock = os.open(_MARK, flags, dir_fd=folder_is)
        opened.callback(os.close, lock)
    except OSError:
        return None
    about = os.fstat(folder_is), os.fstat(lock)
    mine = all(one.st_uid == os.geteuid() for one in about)
    return lock if mine and stat.S_ISREG(about[1].st_mode) else None


def _remove(left: Path) -> None:
    if left.is_symlink() or not left.is_dir():
        with contextlib.suppress(OSError):
            left.unlink()
        return

    def open_up(_function: object, path: str, _error: object) -> None:
        # What ran in it may have taken its owner the right to look into folders.
        for one in (Path(path).parent, Path(path)):
            with contextlib.suppress(OSError):
                if left in {one, *one.parents} and one.is_dir() and not one.is_symlink():
                    one.chmod(0o700)

    for _ in range(_PASSES):
        shutil.rmtree(left, onerror=open_up)
