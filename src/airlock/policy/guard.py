"""What a policy says about the guard: the table ``[guard]`` of the policy file.

::

    [guard]
    allow = ["https://packages.example/simple/"]
    hook = ["/usr/local/bin/look-at", "--strictly"]

It has no part in verdicts, and therefore none in the policy's version.
"""

import msgspec

from airlock.errors import InvalidPolicy

_WHOLE = ("http://", "https://", "file://", "git+")


class GuardRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the guard lets pass beside what it vets, and whom it asks."""

    allow: tuple[str, ...] = ()
    """Beginnings of URLs that a command may use although nothing is vetted there."""
    hook: tuple[str, ...] = ()
    """A command that gets every file before it is used; if it fails, the file is refused."""

    def allows(self, url: str) -> bool:
        """Tell whether a URL is named; ``https://host/a/`` covers ``https://host/a/b``."""
        return any(_below(url, prefix) for prefix in self.allow)


def checked(rules: GuardRules) -> GuardRules:
    """Return the rules if they can be obeyed.

    Raises:
        InvalidPolicy: if a URL would allow more than one can see in it.
    """
    for url in rules.allow:
        rest = url.partition("//")[2]
        if not url.startswith(_WHOLE) or not rest or "@" in rest.partition("/")[0]:
            raise InvalidPolicy(f"guard.allow: {url[:200]!r} is not the beginning of a URL")
    if rules.hook and not rules.hook[0].strip():
        raise InvalidPolicy("guard.hook: names no command")
    return rules


def _below(url: str, prefix: str) -> bool:
    # https://host must not cover https://host.evil, nor https://host/a what is at https://host/b.
    if ".." in url or "%" in url or "\\" in url:
        return False
    return url.rstrip("/") == prefix.rstrip("/") or url.startswith(prefix.rstrip("/") + "/")
