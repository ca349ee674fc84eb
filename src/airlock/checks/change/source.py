"""A wheel or source distribution with code that its source repository does not have.

What is reviewed is the repository; what is installed was packed somewhere. The release of xz 5.6.0
had a build script that was in no commit, the one of ultralytics 8.3.41 modules that were in none.
`airlock diff --source` takes the tree of the tag that the version names, and holds every file of
the release against it: by content, wherever the tree has it.

- **high**: a file that runs when Python starts, at a build, on import or as a command, that is not
  in the tree or differs, and that no known generator wrote; *surer* if it does something that its
  counterpart in the tree does not.
- context: data, documentation and tests that differ; what was generated from the tree, such as the
  C code of Cython, which nobody compared.

Recognised are metadata, copies of licences, line endings, versions that were filled in, `setup.cfg`
as setuptools writes it, the stamps of setuptools-scm, hatch-vcs, versioneer and the like, a
declarative `setup.py`, and what Cython, SWIG, protoc and Autoconf say that they wrote, if the tree
has what they wrote it from. Names excuse nothing that runs: a `_version.py` with an act is told.

Files in a submodule are not fetched. If the release has such, not everything was compared, and the
outcome says so.
"""

from collections.abc import Iterator

from airlock.checks.change._findings import findings, require_whole
from airlock.checks.interface import Check, Subject
from airlock.errors import NotExamined
from airlock.model import Finding

_SHOWN = 5


class Source(Check):
    """Does the release hold what its source repository does not?"""

    id = "change-source"
    version = 1

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield a finding for each difference that says something."""
        match = subject.source_match
        yield from findings(match.differences)
        require_whole(subject)
        if match.unseen:
            shown = ", ".join(match.unseen[:_SHOWN])
            raise NotExamined(
                f"{len(match.unseen):,} files are in submodules, which are not fetched: {shown}"
            )
