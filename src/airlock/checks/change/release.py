"""What a release does that the release before it did not.

A taken-over project looks like itself, but for one thing: its newest release does something that
none did before. However well the code is hidden, that it is new can be seen. Compared are the two
releases' profiles: files, hosts, acts and when they run, start-up files, requirements, commands.

- **high**: code of its own whenever Python starts, from a small step of the version or with acts;
  a new install hook that goes to the network; running what is fetched or decoded, or sending away
  the environment, for the first time; processes and connections at import where there were none;
  obfuscated code for the first time; a requirement by address; a command called like a well-known
  program; a program that comes along and is started.
- **medium**: one of the acts alone, the first compiled code in a pure package, words that belong to
  attacks, another start-up file than before.
- **low**: new requirements in a small step of the version, other people, a jump in size.

New files, hosts, commands and libraries alone are context and no finding. A small step (1.2.3 to
1.2.4) announces repairs, so that what it brings counts for more; the worst counts in every release.

It knows the release before from the gate's store, or from `airlock scan --against` and
`airlock diff`; only what was admitted is a measure. Where no earlier release is known, it is
skipped.
What attackers added in several releases, a little in each, it cannot see.
"""

from collections.abc import Iterator

from airlock.checks.change._findings import findings, require_whole
from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.model import Finding


class Release(Check):
    """Does the release do what the one before did not?"""

    id = "change-release"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each change that says something."""
        from airlock.profiles.comparing import compare

        previous = subject.facts.history.previous(subject.artifact)
        if previous is None:
            raise NotApplicable("no previous release is known here")
        yield from findings(compare(previous, subject.profile))
        require_whole(subject)
