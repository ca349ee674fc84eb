"""Authors and maintainers who are all others than before.

The metadata of a release names people and their addresses. They change one by one, as people come
and go; when not one name and not one domain of an address is left, the project may have changed
hands.

- **high** for a project that many depend on, else **low**: no name, no address and no domain of an
  address is common to this release and the one before it.
- **low**, unsure: every address is another one, and the names are not.

Compared with the release before, where that is known: in the gate's store, or with `airlock scan
--against` and `airlock diff`. Files that have stood for three months are at most **low**. Whoever
takes a project over and leaves its metadata alone is not seen here.
"""

import re
from collections.abc import Iterable, Iterator

from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.checks.provenance._known import weighed
from airlock.model import Confidence, Finding, Severity

_ADDRESS = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", re.ASCII)
_MAIL_HOSTS = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com "
    "protonmail.com proton.me pm.me gmx.de gmx.net web.de qq.com 163.com 126.com "
    "users.noreply.github.com".split()
)
"""A domain that everybody shares is no sign of the same people."""


class People(Check):
    """Is anybody left?"""

    id = "provenance-people"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield at most one finding."""
        from airlock.profiles.declarations import people_of

        previous = subject.facts.history.previous(subject.artifact)
        if previous is None:
            raise NotApplicable("no previous release is known here")
        new, old = people_of(subject.core_metadata), list(previous.people)
        if not new or not old:
            raise NotApplicable("one of the two releases names nobody")
        evidence = f"now: {', '.join(new)}\n{previous.name.version}: {', '.join(old)}"
        if marks(new).isdisjoint(marks(old)):
            finding = Finding(
                severity=Severity.LOW,
                confidence=Confidence.MEDIUM,
                message="Nobody of the authors and maintainers of the release before is left.",
                evidence=evidence,
            )
            yield weighed(subject, finding, popular=Severity.HIGH)
        elif _moved(addresses(new), addresses(old)):
            yield Finding(
                severity=Severity.LOW,
                confidence=Confidence.LOW,
                message="The addresses of its authors and maintainers are all others than before.",
                evidence=evidence,
            )


def addresses(people: Iterable[str]) -> set[str]:
    """Return the addresses of people, in lower case."""
    return {address[0].lower() for person in people for address in _ADDRESS.finditer(person)}


def _moved(new: set[str], old: set[str]) -> bool:
    return bool(new and old) and new.isdisjoint(old)


def marks(people: Iterable[str]) -> set[str]:
    """Return what people can be known by again: words of names, addresses, domains of their own."""
    found: set[str] = set()
    for person in people:
        for address in _ADDRESS.finditer(person):
            found.add(address[0].lower())
            found |= {address[1].lower()} - _MAIL_HOSTS
        name = re.sub(r"<[^>]*>", " ", _ADDRESS.sub(" ", person))
        found |= {word for word in re.findall(r"\w{3,}", name.lower()) if word not in _EMPTY}
    return found


_EMPTY = frozenset("the and team developers contributors authors inc llc ltd gmbh project".split())
