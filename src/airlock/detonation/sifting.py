"""What of the files that processes open and change is worth an event, whoever saw it."""

from collections.abc import Iterator

from airlock.behaviour.events import AnyEvent, Began, Marked, Phase, Touch, Touched
from airlock.behaviour.places import at_home, is_noise, runs_again


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

    def _is_own(self, path: str) -> bool:
        told = at_home(path, self._home)
        return is_noise(told) and not runs_again(told)
