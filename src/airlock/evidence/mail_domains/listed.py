"""The adapter without a network: throw-away domains by the list of ``disposable-email-domains``.

The list is a project of its own, which its community keeps. Which domains are there it cannot say.
"""

import functools

from airlock.errors import NotExamined
from airlock.evidence.mail_domains.interface import MailDomains

COMMON = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com proton.me "
    "protonmail.com gmx.de gmx.net web.de qq.com 163.com 126.com users.noreply.github.com".split()
)
"""None of them is on the list, which need not be loaded for them."""


class ListedMailDomains(MailDomains):
    """Knows the list, and asks nobody."""

    unresolved = "no resolver was named (AIRLOCK_RESOLVER)"

    def is_throw_away(self, domain: str) -> bool:
        """Tell whether a domain, or one above it, is on the list."""
        if domain in COMMON:
            return False
        parts = domain.split(".")
        return any(".".join(parts[start:]) in _listed() for start in range(len(parts) - 1))

    def receives(self, domain: str) -> bool:  # noqa: ARG002 - the port's signature
        """Fail.

        Raises:
            NotExamined: always.
        """
        raise NotExamined(self.unresolved)


@functools.cache
def _listed() -> set[str]:
    # A set of some thousand names, which most examinations have no use for.
    from disposable_email_domains import blocklist

    return blocklist
