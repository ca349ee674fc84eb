"""Commands that send something away, by what a shell puts into them."""

import re
from collections.abc import Callable

from airlock.checks.code._addresses import collector, is_hard_coded
from airlock.checks.code._weights import attack, certain, firm
from airlock.model import Confidence, Severity
from airlock.syntax import Context

# The output of a command, a variable, a file.
_SENDING = re.compile(
    r"\b(curl|wget|nc|ncat)\b.{0,400}"
    r"(\$\(|`|\$\{?\w+|(-d|--data\S*|-F|-T|--post-(data|file))[ =]\S*@|<\s*/)"
    r"|\b(nslookup|dig|ping|host)\b.{0,200}(\$\(|`|\$\{?[A-Za-z])",
    re.DOTALL,
)


# A file that is the body of a request.
_FILES = re.compile(r"[@<]\s*[\"']?((?:~|/|\$HOME|%)[^\s\"';|]+)")


def by_command(text: str) -> Callable[[Context], tuple[Severity, Confidence]] | None:
    """Return how a command weighs that sends something away, or ``None`` if it does not."""
    if not _SENDING.search(text):
        return None
    # The catalogue is loaded only for an artifact that is examined.
    from airlock.syntax.catalogue import secret_path

    if is_hard_coded(text) or any(secret_path(path) for path in _FILES.findall(text)):
        return certain
    return firm if collector(text) else attack
