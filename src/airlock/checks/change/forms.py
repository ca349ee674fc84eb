"""A wheel with code that the source distribution of its release does not have.

People read the source and install the wheel. Whoever can upload but cannot change the repository
adds the payload to the wheel alone. Compared are the profiles of both: by content, not by path, and
by what the code does.

- **high**: a module that is not in the source distribution, or differs, and starts processes, talks
  to the network, runs decoded code or sends data away, where no file of the source does the same;
  start-up code with acts; hidden code; a requirement by address.
- **medium**: start-up code without acts, compiled code without any source.
- **low**: requirements that the source distribution does not declare.

Modules that differ and do nothing of note are context: builds stamp versions, and generate parsers,
protobuf modules and bindings. A name that generators use excuses a difference, never an act.

Asked of wheels only, and only where the source distribution of the release is known: in the gate
when it came first, in `airlock scan` when both are scanned together, and in `airlock diff`. What a
build compiles is not compared with its source.
"""

from collections.abc import Iterator

from airlock.checks.change._findings import findings, require_whole
from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.model import Finding


class Forms(Check):
    """Does the wheel do what its source does not?"""

    id = "change-forms"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each difference that says something."""
        from airlock.profiles.forms import compare_forms

        if not subject.artifact.name.kind.is_built:
            raise NotApplicable("wheels are held against their source, not the other way round")
        sdist = subject.facts.history.sibling(subject.artifact)
        if sdist is None:
            raise NotApplicable("the source distribution of this release is not known here")
        yield from findings(compare_forms(subject.profile, sdist))
        require_whole(subject)
