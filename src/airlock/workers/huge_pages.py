"""Lays what this process has in memory out in huge pages, for those that are forked from it.

A fork copies an entry for each page of memory, and the end of a process gives each back: with the
90 MB that ``airlock.warm`` loads that is a fifth of the examination of a small artifact. An entry
of a huge page stands for 512. Importing this module does it, once, after everything else is loaded.

- A kernel that cannot, does not, and nothing else changes: ``MADV_COLLAPSE`` came with Linux 6.1
  (``madvise(2)``), and asks for memory in one piece.
"""

import ctypes
from collections.abc import Iterator
from pathlib import Path

_COLLAPSE = 25
_HUGE = 2 * 1024**2
_MAPS = Path("/proc/self/maps")
_FIELDS = 5
"""Of a line of ``maps`` (``proc_pid_maps(5)``), before the name of what is mapped."""
_OURS = {"", "[heap]"}


def regions(maps: str) -> Iterator[tuple[int, int]]:
    """Yield the address and the length, in bytes, of what can be laid out so.

    Args:
        maps: as in ``/proc/self/maps``.
    """
    # The name of a file may have any other end of a line in it.
    for line in filter(None, maps.split("\n")):
        span, access, *_, name = [*line.split(maxsplit=_FIELDS), ""][: _FIELDS + 1]
        if access != "rw-p" or name not in _OURS:
            continue
        first, end = (int(address, 16) for address in span.split("-"))
        begin = -(-first // _HUGE) * _HUGE
        length = end // _HUGE * _HUGE - begin
        if length > 0:
            yield begin, length


def _lay_out() -> None:
    try:
        madvise = ctypes.CDLL(None).madvise
        maps = _MAPS.read_text(encoding="ascii", errors="replace")
    except (OSError, AttributeError):
        return
    for begin, length in regions(maps):
        madvise(ctypes.c_void_p(begin), ctypes.c_size_t(length), _COLLAPSE)


_lay_out()
