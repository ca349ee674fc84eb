"""What may be laid out in huge pages: memory that is written to, is no file, and is long enough."""

import subprocess
import sys

from airlock.workers.huge_pages import regions

_MEGABYTE = 1024**2
_MAPS = """\
55de7cb44000-55de7f28a000 rw-p 00000000 00:00 0                          [heap]
7fa53f055000-7fa540800000 rw-p 00000000 00:00 0
7fa541000000-7fa541400000 r--p 00000000 00:00 0
7fa542000000-7fa542400000 rw-s 00000000 00:00 0
7fa543000000-7fa543400000 rw-p 00000000 fe:00 1234                       /usr/lib/a\f library.so
7fa544100000-7fa544300000 rw-p 00000000 00:00 0
7fa545000000-7fa545200000 rw-p 00000000 00:00 0
7ffd4a000000-7ffd4a400000 rw-p 00000000 00:00 0                          [stack]
"""


def test_regions_are_ours_and_whole() -> None:
    assert list(regions(_MAPS)) == [
        (0x55DE7CC00000, 0x55DE7F200000 - 0x55DE7CC00000),
        (0x7FA53F200000, 0x7FA540800000 - 0x7FA53F200000),
        (0x7FA545000000, 2 * _MEGABYTE),
    ]


def test_what_was_there_is_there_still() -> None:
    code = (
        "held = [bytes([n]) * 9_000_000 for n in range(3)]\n"
        "import airlock.workers.huge_pages, os\n"
        "assert all(one == bytes([n]) * 9_000_000 for n, one in enumerate(held))\n"
        "pid = os.fork()\n"
        "if not pid:\n    os._exit(held[2][8_999_999])\n"
        "assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 2\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
