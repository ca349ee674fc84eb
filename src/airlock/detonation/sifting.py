"""What of the files that processes touch, and of their waits, is worth an event."""

from collections.abc import Iterator

from airlock.behaviour.events import AnyEvent, Began, Marked, Phase, Slept, Touch, Touched
from airlock.behaviour.places import at_home, is_noise, runs_again

_MOST_WAITS = 100


class Sieve:
    """Makes events of what one phase does to files.

    Args:
        home: the home folder inside.
        marker: a path that only a program out of the sinkhole opens.
        steps: a path below which the import of each module is announced.
        phase: that is watched.
    """

    def __init__(self, home: str, marker: str, steps: str, phase: Phase) -> None:
        self._home = home
        self._marker = marker
        self._steps = steps
        self._phase = phase
        self._waits: dict[int, tuple[int, float]] = {}

    def opened(
        self, pid: int, asked: str, found: str, failed: str, *, writes: bool
    ) -> Iterator[AnyEvent]:
        """Yield what it means that a file was opened.

        Args:
            pid: of the process.
            asked: the absolute path as it was asked for.
            found: the path that it turned out to be, if that is known, or nothing.
            failed: the error, or nothing.
            writes: whether it was opened to be written.
        """
        if asked.startswith(self._marker):
            yield Marked(pid=pid, phase=self._phase)
        elif asked.startswith(self._steps):
            what = asked[len(self._steps) :].strip("/")
            yield Began(pid=pid, what=what, phase=self._phase)
        else:
            how = Touch.WRITE if writes else Touch.READ
            yield from self.touched(pid, found or asked, how, failed)

    def touched(
        self, pid: int, path: str, how: Touch, failed: str, to: str = ""
    ) -> Iterator[AnyEvent]:
        """Yield an event unless everybody does that all the time.

        Args:
            pid: of the process.
            path: absolute.
            how: it was touched.
            failed: the error, or nothing.
            to: the new name, if it has one.
        """
        told = at_home(path, self._home)
        if how is Touch.READ:
            if not told.startswith("~/") or told.startswith(("~/.local/", "~/.cache/")):
                return
        elif is_noise(told) and not runs_again(told) and (not to or self._is_own(to)):
            return
        yield Touched(pid=pid, path=path, how=how, failed=failed, to=to, phase=self._phase)

    def waited(self, pid: int, seconds: float) -> Iterator[AnyEvent]:
        """Yield an event unless the process has waited so often, and as long.

        Waits take no time here: whoever waits for something in a loop does so as fast as it can.

        Args:
            pid: of the process.
            seconds: that it wanted to wait.
        """
        count, longest = self._waits.get(pid, (0, -1.0))
        self._waits[pid] = count + 1, max(longest, seconds)
        if count < _MOST_WAITS or seconds > longest:
            yield Slept(pid=pid, seconds=seconds, phase=self._phase)

    def _is_own(self, path: str) -> bool:
        told = at_home(path, self._home)
        return is_noise(told) and not runs_again(told)
