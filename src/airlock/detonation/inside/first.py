"""The first process inside: runs one command, and waits for what it leaves behind.

Nobody inside can end it or look into it: it is process 1, and not dumpable.
"""

import ctypes
import os
import sys
import time


def main(arguments):
    """Run ``LINGER COMMAND…``; return the code of the command."""
    linger = float(arguments[0])
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
    child = os.fork()
    if child == 0:
        try:
            os.execvp(arguments[1], arguments[1:])
        except OSError as error:
            print(error, file=sys.stderr)
        os._exit(127)
    code = _wait_for(child)
    _wait_for_others(linger)
    return code


def _wait_for(child):
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


def _wait_for_others(linger):
    # Waits may be made to end at once here, so time is read from the clock.
    end = time.monotonic() + linger
    while time.monotonic() < end:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not ended:
            _pause()


def _pause():
    import select

    select.select([], [], [], 0.02)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)
