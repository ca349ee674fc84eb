"""Where links lead.

- A link to a file of the same archive becomes that file under another path: ``kind`` is ``FILE``,
  ``link`` stays. What is installed is a file, so that is what checks must see; a ``setup.py`` that
  is a link to ``data.txt`` runs what ``data.txt`` holds.
- A link that leads out of the archive, into nothing or in a circle stays a link.
- Links of zips are files already (``zip_reader``); only where they lead is judged.
"""

from collections import deque
from collections.abc import Sequence

from airlock.archive.budget import Meter
from airlock.archive.interface import MemberKind
from airlock.archive.members import HeldMember
from airlock.archive.places import Place
from airlock.model import Severity

# As in Linux: more links on the way to a file are ELOOP.
_MOST_HOPS = 40
# PATH_MAX of Linux.
_LONGEST_TARGET = 4096
# Components walked, for all links of a container: seconds, not hours, for hostile ones.
_MOST_STEPS = 10_000_000


def settle_links(members: Sequence[HeldMember], place: Place, meter: Meter) -> None:
    """Resolve all links of one container."""
    if any(member.link for member in members):
        links = _Links(members, place, meter)
        for member in members:
            links.settle(member)


class _Links:
    """The files and the symbolic links of one container, under their paths in it."""

    def __init__(self, members: Sequence[HeldMember], place: Place, meter: Meter) -> None:
        self._place = place
        self._meter = meter
        self._steps_left = _MOST_STEPS
        self._files: dict[str, HeldMember] = {}
        self._links: dict[str, str] = {}
        for member in members:
            if member.kind is MemberKind.SYMLINK:
                self._links[self._path(member)] = member.link
            elif member.kind is MemberKind.FILE:
                self._files[self._path(member)] = member

    def _path(self, member: HeldMember) -> str:
        return member.path[len(self._place.prefix) :]

    def settle(self, member: HeldMember) -> None:
        """Find where a link leads; a member that is none stays as it is."""
        if not member.link:
            return
        path, hard = self._path(member), member.kind is MemberKind.HARDLINK
        what = f"a {'hard' if hard else 'symbolic'} link to {member.link[:120]!a}"
        end = self._follow("" if hard else path.rpartition("/")[0], member.link)
        if self._steps_left <= 0:
            message = "there are too many links, or too long ones, to follow them all"
            self._place.notes.stopped("too-many-links", message, path=path)
        elif end is None:
            message = f"{what} leads out of the archive"
            self._place.notes.add(Severity.HIGH, "link-escape", message, path=path)
        elif member.kind is not MemberKind.FILE:
            self._alias(member, end, what)

    def _follow(self, folder: str, target: str) -> str | None:
        """Return the path to which a link in a folder leads, through other links.

        Returns:
            ``None`` if it leaves the archive at any point; empty if it goes in circles.
        """
        if _is_absolute(target) or len(target) > _LONGEST_TARGET:
            return None
        stack = folder.split("/") if folder else []
        ahead = deque(target.split("/"))
        hops = 0
        while ahead and self._steps_left > 0:
            self._steps_left -= 1 + len(stack)
            part = ahead.popleft()
            if part == "..":
                if not stack:
                    return None
                stack.pop()
            elif part not in ("", "."):
                stack.append(part)
                through = self._links.get("/".join(stack))
                if through is None:
                    continue
                hops += 1
                if hops > _MOST_HOPS:
                    return ""
                if _is_absolute(through) or len(through) > _LONGEST_TARGET:
                    return None
                stack.pop()
                ahead.extendleft(reversed(through.split("/")))
        return "/".join(stack)

    def _alias(self, member: HeldMember, end: str, what: str) -> None:
        path, target = self._path(member), self._files.get(end)
        if target is None:
            # tarfile fails at a hard link to nothing.
            hard = member.kind is MemberKind.HARDLINK
            severity = Severity.MEDIUM if hard else Severity.LOW
            message = f"{what}, which is no file of the archive"
            self._place.notes.add(severity, "link-no-file", message, path=path)
            return
        limit = self._meter.spend(target.size, 0)
        if limit is not None:
            self._place.stopped(limit, path)
            return
        self._place.notes.add(Severity.INFO, "link", what, path=path)
        member.become(target)
        self._files.setdefault(path, member)


def _is_absolute(target: str) -> bool:
    return target.startswith(("/", "\\")) or target[1:2] == ":"
