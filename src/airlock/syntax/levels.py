"""Gives the statements of a broken text an indentation that Python accepts.

What stands deeper than it may is moved to the level of what is before it; what stands between two
levels, to the inner one; a head without a body gets ``pass``. The number of lines and their order
stay, so that nothing which can be read is lost with what cannot.
"""

import re

_TOKEN = re.compile(
    r"\#.*+|'''|\"\"\"|'(?:[^'\\]|\\.)*+'?|\"(?:[^\"\\]|\\.)*+\"?|[(\[{]|[)\]}]"
    r"|[^\#'\"()\[\]{}\\]++|\\",
    re.DOTALL,
)
# With these a statement begins: a bracket that is open before one was never closed.
_STATEMENT = re.compile(
    r"(?:async\s+)?(?:def|class)\s+\w+\s*[(:]|@\w|(?:import|from)\s+[\w.]+\s|return\b"
)
_STEP = 4


class _Statements:
    """Follows strings and brackets through lines: says where a statement begins and ends."""

    def __init__(self) -> None:
        self.head = False
        """Whether the statement that was read last ends in a colon."""
        self.end = 0
        """Where its last line ends, without a comment."""
        self._quotes = ""
        self._depth = 0
        self._joined = False

    def begins(self, bare: str) -> bool:
        """Tell whether a line that is neither blank nor a comment is the first of a statement."""
        if self._depth and not self._quotes and _STATEMENT.match(bare):
            self._depth = 0
        return not (self._quotes or self._depth or self._joined)

    def read(self, line: str) -> None:
        """Pass over a line."""
        self._joined = False
        last, at = "", 0
        while at < len(line):
            if self._quotes:
                found = line.find(self._quotes, at)
                if found < 0:
                    return
                at, self._quotes, last = found + 3, "", "text"
                continue
            match = _TOKEN.match(line, at)
            token = match.group() if match else line[at]
            if token.startswith("#"):
                break
            at += len(token)
            self._take(token, at == len(line))
            last = token.strip() or last
            self.end = len(line[:at].rstrip())
        self.head = last.endswith(":")

    def _take(self, token: str, at_end: bool) -> None:  # noqa: FBT001 - of a line
        if token in {"'''", '"""'}:
            self._quotes = token
        elif token in {"(", "[", "{"}:
            self._depth += 1
        elif token in {")", "]", "}"}:
            self._depth = max(0, self._depth - 1)
        elif token == "\\" and at_end:
            self._joined = True


def levelled(lines: list[str]) -> list[str]:
    """Return the lines with every statement on a level where it may stand."""
    done: list[str] = []
    reading = _Statements()
    levels = [(0, 0)]
    head: tuple[int, int] | None = None
    for line in lines:
        bare = line.lstrip(" \t")
        if not bare or bare.startswith("#") or not reading.begins(bare):
            if bare and not reading.begins(bare):
                reading.read(line)
                head = (len(done), reading.end) if reading.head else None
            done.append(line)
            continue
        width = len(line[: len(line) - len(bare)].expandtabs(8))
        if head is not None and width > levels[-1][0]:
            levels.append((width, levels[-1][1] + _STEP))
        elif head is not None:
            done[head[0]] = f"{done[head[0]][: head[1]]} pass"
        _leave(levels, width)
        placed = " " * levels[-1][1] + bare
        reading.read(placed)
        head = (len(done), reading.end) if reading.head else None
        done.append(placed)
    if head is not None:
        done[head[0]] = f"{done[head[0]][: head[1]]} pass"
    return done


def _leave(levels: list[tuple[int, int]], width: int) -> None:
    """Leave the levels that are deeper than a statement; between two, stay on the inner one."""
    inner = levels[-1]
    while width < levels[-1][0]:
        inner = levels.pop()
    if width > levels[-1][0]:
        levels.append((width, inner[1]))
