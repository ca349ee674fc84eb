"""Releases that say of themselves what a popular project of a similar name says.

Whoever imitates a name often takes the rest along: the description, the title, the link to the
repository. A person who looks at the page of such a project believes to be in the right place. This
check asks of a project whose name resembles a popular one (`name-lookalike`, down to the faintest
likeness) whether it passes itself off as that one:

- **the repository**: a link leads to a repository, or to a documentation, that is called as the
  popular project and not as this one;
- **the way to install**: the description says `pip install` of the popular project, not of this;
- **the title**: the description has the popular project's name for its first heading.

One of these beside a name that is perhaps an imitation holds it (high); beside a fainter likeness
it takes two, and one is told (medium). How old the project is does not matter here.

It spares the popular projects themselves, whoever names a popular project in passing, and forks
that say so in their own title, with their own repository. The texts of the popular project itself
are not needed, and therefore not compared.
"""

import itertools
import re
from collections.abc import Iterator

from airlock.archive.core_metadata import CoreMetadata
from airlock.checks.interface import Check, NotApplicable, Subject
from airlock.checks.name._index import index_of
from airlock.errors import NotExamined
from airlock.model import Confidence, Finding, ProjectName, Severity
from airlock.names import HINT, SUSPECT, Likeness, compare
from airlock.names.spelling import compact

_FORGES = frozenset({"bitbucket.org", "codeberg.org", "github.com", "gitlab.com"})
_DOCUMENTATION = (".readthedocs.io", ".readthedocs.org", ".rtfd.io")
_LINK = re.compile(
    r"https?://(?:www\.)?(?P<host>[^/:?#\s]+)(?::\d+)?(?P<path>[^?#\s]*)", re.IGNORECASE
)
_INSTALL = re.compile(r"\bpip3?\s+install\s+(?:-\S+\s+)*(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)")
_HEADING = re.compile(r"#{1,2}\s+(?P<text>[^#].*?)\s*#*")
_UNDERLINE = re.compile(r"([=\-~*#])\1{2,}\s*")
# What stands further down is rarely a title or the way to install.
_READ_CHARACTERS = 20_000
_MOST_COMMANDS = 50
_ENOUGH_FOR_A_FAINT_LIKENESS = 2


class Impersonation(Check):
    """Does it pass itself off as a popular project of a similar name?"""

    id = "metadata-impersonation"
    version = 1
    needs = frozenset({"popularity"})

    def artifact(self, subject: Subject) -> Iterator[Finding]:
        """Yield at most one finding: of the likeness for which most speaks."""
        popularity = subject.facts.popularity
        if popularity is None:
            raise NotExamined("there is no list of popular names")
        name = subject.release.project
        likenesses = [one for one in compare(name, index_of(popularity)) if one.weight >= HINT]
        if not likenesses:
            raise NotApplicable("the name resembles no popular one")
        told = {one.target: (one, _taken(name, one.target, subject)) for one in likenesses}
        likeness, taken = max(told.values(), key=lambda pair: (len(pair[1]), pair[0].weight))
        if taken:
            yield _finding(name, likeness, taken, subject.core_metadata.path)


def _finding(name: ProjectName, likeness: Likeness, taken: list[str], path: str) -> Finding:
    enough = likeness.weight >= SUSPECT or len(taken) >= _ENOUGH_FOR_A_FAINT_LIKENESS
    return Finding(
        severity=Severity.HIGH if enough else Severity.MEDIUM,
        confidence=Confidence.MEDIUM if enough else Confidence.LOW,
        message=f"{name} passes itself off as the popular project {likeness.target}, which it is "
        "called alike.",
        path=path,
        evidence="\n".join([f"{likeness.explanation} ({likeness.technique})", *taken]),
    )


def _taken(name: ProjectName, target: ProjectName, subject: Subject) -> list[str]:
    """Return what a release has of a popular project, one sentence for each kind."""
    own, theirs = compact(name), compact(target)
    if own == theirs:
        return []
    metadata = subject.core_metadata
    text = metadata.description[:_READ_CHARACTERS]
    signs = (
        _first(_repositories(metadata), theirs, own, "links to a repository called {}"),
        _first(_commands(text), theirs, own, "tells to install {}"),
        _first(_titles(text), theirs, own, "is titled {}"),
    )
    return [sign for sign in signs if sign]


def _first(found: Iterator[str], theirs: str, own: str, told: str) -> str:
    """Return what to say if a text is theirs and none is the project's own."""
    spelled = {compact(text): text for text in found}
    return told.format(spelled[theirs]) if theirs in spelled and own not in spelled else ""


def _repositories(metadata: CoreMetadata) -> Iterator[str]:
    links = (text.rpartition(",")[2].strip() for text in metadata.project_urls)
    for link in (metadata.home_page.strip(), *links):
        if not (parts := _LINK.match(link)):
            continue
        host = parts["host"].lower()
        path = [segment for segment in parts["path"].split("/") if segment]
        if host in _FORGES and len(path) > 1:
            yield path[1].removesuffix(".git")
        for ending in _DOCUMENTATION:
            if host.endswith(ending):
                yield host.removesuffix(ending)


def _commands(text: str) -> Iterator[str]:
    for number, command in enumerate(_INSTALL.finditer(text)):
        if number >= _MOST_COMMANDS:
            return
        yield command["name"].rstrip(".")


def _titles(text: str) -> Iterator[str]:
    """Yield the first heading, in Markdown or reStructuredText."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for line, following in itertools.zip_longest(lines, lines[1:], fillvalue=""):
        if heading := _HEADING.fullmatch(line):
            yield heading["text"].strip("`* ")
            return
        if _UNDERLINE.fullmatch(following) and not _UNDERLINE.fullmatch(line):
            yield line.strip("`* ")
            return
