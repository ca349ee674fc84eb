"""Authors whose addresses are thrown away after some minutes.

Services give anybody an address without an account, for as long as a confirmation takes. Who wants
to be reached does not publish one; accounts that are made to upload something once often do. Known
are the domains of the list of `disposable-email-domains`, which its community keeps.

- **medium**: an address of an author or maintainer is at such a domain, or below one.

It says nothing against forwarding services and aliases, which lead to somebody, nor against having
no address at all. Nothing is asked over a network.
"""

from collections.abc import Iterator

from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.checks.metadata._addresses import domains
from airlock.errors import NotExamined
from airlock.model import Confidence, Finding, Severity


class ThrowawayMail(Check):
    """Can the authors be reached tomorrow?"""

    id = "metadata-throwaway-mail"
    version = 1
    needs = frozenset({"mail_domains"})

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each such domain."""
        known = subject.facts.mail_domains
        if known is None:
            raise NotExamined("there is no list of throw-away domains")
        found = list(domains(subject))
        if not found:
            raise NotApplicable("it gives no address of an author")
        for address, domain in found:
            if known.is_throw_away(domain):
                yield Finding(
                    severity=Severity.MEDIUM,
                    confidence=Confidence.MEDIUM,
                    message=f"Addresses at {domain} are thrown away after some minutes.",
                    path=subject.core_metadata.path,
                    evidence=address,
                )
