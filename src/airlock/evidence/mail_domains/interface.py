"""The port: whether mail to a domain can be received, and whether just anybody receives it.

Promises of every adapter:

- Names of domains are in lower case and ASCII (IDNA).
- Nothing is asked over a network unless the operator named a resolver; ``unresolved`` says why not.
- An answer that does not come is no answer: never that a domain is not there.
"""

from abc import ABC, abstractmethod


class MailDomains(ABC):
    """Knows domains of mail."""

    unresolved: str = ""
    """Why nobody is asked whether domains are there; empty if somebody is."""

    @abstractmethod
    def is_throw_away(self, domain: str) -> bool:
        """Tell whether a domain, or one above it, gives addresses to everybody for some minutes."""

    @abstractmethod
    def receives(self, domain: str) -> bool:
        """Tell whether a domain is there and takes mail.

        Raises:
            NotExamined: if nobody is asked, or gives an answer.
        """
