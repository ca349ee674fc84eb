"""Text from a package in Markdown, in the dialect of GitHub.

It can neither end a code block nor become a link, a mention or HTML: it stands between fences that
are longer than any run of backticks in it, or is escaped.
"""

import re

from airlock.report.plain import one_line

_WIDTH = 300
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&$:-])")
_BACKTICKS = re.compile(r"`+")


def escaped(text: str) -> str:
    """Return the text on one line, saying what it says and nothing else."""
    return _SPECIAL.sub(r"\\\1", one_line(text, longest=_WIDTH))


def code(text: str) -> str:
    """Return the text as a code span that fits into the cell of a table."""
    line = one_line(text, longest=_WIDTH)
    if not line:
        return ""
    # A pipe ends a cell even inside a span; its escape is taken out again before the span is read.
    line = line.replace("|", "\\|")
    fence = "`" * (_longest(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def fence_for(text: str) -> str:
    """Return a fence that a block of some text cannot end."""
    return "`" * max(3, _longest(text) + 1)


def _longest(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
