"""What bills of materials have in common: components, told by their package URL.

- Components with package URLs of other ecosystems are none of ours, and are counted; inside of a
  wheel they are part of what is installed, and each ecosystem is one unauditable entry.
- A library without a package URL may be a Python project: it is unauditable, never left out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from airlock.errors import MissingExtra
from airlock.model import Dependency
from airlock.sources.dependencies.entries import FROM_REPOSITORY, FROM_URL, Place, nameless, pinned
from airlock.sources.dependencies.interface import Document, Note
from airlock.sources.dependencies.parsing import Places

if TYPE_CHECKING:
    from packageurl import PackageURL

_PYPI = "pypi"
_UNKNOWN = "it has no package URL, so that nobody can say what it is a release of"
_SHOWN_KINDS = 6


class Component(msgspec.Struct, frozen=True, kw_only=True):
    """One component, in the words of whichever format."""

    name: str
    version: str
    purls: tuple[str, ...]
    """Package URLs; empty where it has none."""
    hashes: tuple[str, ...] = ()
    line: int = 0
    direct: bool | None = None
    code: bool = True
    """Whether it may be a library; false for files, data, devices and their like."""
    subject: bool = False
    """Whether the document is about it, so that it is no dependency if it has no package URL."""


def of_components(
    document: Document, components: Iterable[Component]
) -> Iterator[Dependency | Note]:
    """Yield the dependencies that components are, and what was passed over.

    Raises:
        MissingExtra: if the reader of package URLs is not installed.
        InvalidDependencies: if a package URL cannot be read.
    """
    others: Counter[str] = Counter()
    things = 0
    for component in components:
        place = Place(document, component.line, direct=component.direct)
        if component.purls:
            for text in component.purls:
                purl = read_purl(document, text, component.line)
                if purl.type == _PYPI:
                    yield _released(place, purl, component)
                else:
                    others[purl.type] += 1
        elif component.code and not component.subject:
            yield nameless(place, f"{component.name} {component.version}".strip(), _UNKNOWN)
        else:
            things += not component.subject
    yield from _passed_over(document, others, things)


def _passed_over(
    document: Document, others: Counter[str], things: int
) -> Iterator[Dependency | Note]:
    if document.bundled:
        for kind, count in sorted(others.items()):
            what = f"{count} bundled {'component' if count == 1 else 'components'} of {kind}"
            yield nameless(Place(document), what, "only Python packages are looked up")
    elif others:
        kinds = ", ".join(f"{count} {kind}" for kind, count in others.most_common(_SHOWN_KINDS))
        more = ", …" if len(others) > _SHOWN_KINDS else ""
        yield Note(
            f"{document.shown}: {others.total()} components are not Python packages "
            f"({kinds}{more}) and were not looked at"
        )
    if things:
        yield Note(f"{document.shown}: {things} files, devices and the like were not looked at")


def _released(place: Place, purl: "PackageURL", component: Component) -> Dependency:
    qualifiers = purl.qualifiers if isinstance(purl.qualifiers, dict) else {}
    problem = FROM_REPOSITORY if "vcs_url" in qualifiers else ""
    if "download_url" in qualifiers:
        problem = FROM_URL
    return pinned(
        place,
        purl.name,
        purl.version or component.version,
        hashes=component.hashes,
        unauditable=problem,
    )


def read_purl(document: Document, text: str, line: int = 0) -> "PackageURL":
    """Return a package URL that stands in a document.

    Raises:
        MissingExtra: if the reader of package URLs is not installed.
        InvalidDependencies: if it is none.
    """
    try:
        from packageurl import PackageURL
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "packageurl-python is not installed, which reads package URLs",
            hint="Install the parts of it with: pip install 'pypi-airlock[audit]'",
        ) from error
    try:
        return PackageURL.from_string(text)
    except ValueError as error:
        raise document.wrong(f"{text[:200]!r} is not a package URL: {error}", line=line) from error


def line_of(places: Places, *values: str) -> int:
    """Return the line of the first of some JSON strings that is found, or 0."""
    import json

    for value in values:
        if value and (
            line := places.next_of(json.dumps(value), json.dumps(value, ensure_ascii=False))
        ):
            return line
    return 0


def hash_name(algorithm: str) -> str:
    """Return an algorithm's name as pip spells it: ``SHA-256``, ``SHA256`` and ``sha256`` alike."""
    return algorithm.lower().replace("-", "").replace("_", "")
