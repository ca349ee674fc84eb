"""Authors whose addresses are at domains that take no mail.

A domain that does not exist any more can be registered by anybody, who then receives what is sent
to set a new password: so ctx was taken over in 2022. A domain that never existed was made up.

- **medium**: the domain of an author's or maintainer's address does not exist, or takes no mail.

Asked only where the operator names a resolver: `AIRLOCK_RESOLVER=system`, or the address of one.
Otherwise it is skipped, and so it is where the resolver does not answer; names are never resolved
without being told to. What it sees is of the day: a domain that exists may have another owner now.
"""

from collections.abc import Iterator

from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.checks.metadata._addresses import domains
from airlock.errors import NotExamined
from airlock.model import Confidence, Finding, Severity


class UnresolvableMail(Check):
    """Is somebody at the addresses of the authors?"""

    id = "metadata-unresolvable-mail"
    version = 1
    needs = frozenset({"mail_domains"})

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each domain that takes no mail."""
        known = subject.facts.mail_domains
        if known is None or known.unresolved:
            raise NotApplicable(known.unresolved if known else "nobody knows domains")
        found = list(domains(subject))
        if not found:
            raise NotApplicable("it gives no address of an author")
        for address, domain in found:
            try:
                receives = known.receives(domain)
            except NotExamined as error:
                raise NotApplicable(str(error)) from error
            if not receives:
                yield Finding(
                    severity=Severity.MEDIUM,
                    confidence=Confidence.MEDIUM,
                    message=f"No mail is received at {domain}.",
                    path=subject.core_metadata.path,
                    evidence=address,
                )
