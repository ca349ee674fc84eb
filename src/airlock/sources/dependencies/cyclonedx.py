"""CycloneDX bills of materials in JSON and XML, versions 1.0 to 1.7."""

import re
from collections.abc import Iterator

import msgspec

from airlock.model import Dependency
from airlock.sources.dependencies.components import (
    Component,
    hash_name,
    line_of,
    of_components,
)
from airlock.sources.dependencies.interface import DependencyReader, Document, Note
from airlock.sources.dependencies.parsing import Places, read_json, text_of
from airlock.sources.dependencies.xml import Element, read_xml

_VERSION = re.compile(r"1\.[0-7]")
_NAMESPACE = re.compile(r"http://cyclonedx\.org/schema/bom/(1\.\d+)")
_CODE = frozenset({"", "library", "framework", "application"})


class _Hash(msgspec.Struct, frozen=True):
    alg: str
    content: str


class _Part(msgspec.Struct, frozen=True, rename={"ref": "bom-ref"}):
    name: str
    version: str = ""
    type: str = ""
    purl: str = ""
    ref: str = ""
    hashes: tuple[_Hash, ...] = ()
    components: tuple["_Part", ...] = ()


class _Metadata(msgspec.Struct, frozen=True):
    component: _Part | None = None


class _Link(msgspec.Struct, frozen=True, rename={"wants": "dependsOn"}):
    ref: str
    wants: tuple[str, ...] = ()


class _Bom(msgspec.Struct, frozen=True, rename={"form": "bomFormat", "version": "specVersion"}):
    form: str
    version: str
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)
    components: tuple[_Part, ...] = ()
    dependencies: tuple[_Link, ...] = ()


class CycloneDxJsonReader(DependencyReader):
    """Reads CycloneDX in JSON."""

    kind = "CycloneDX"

    def fits(self, name: str, head: bytes) -> bool:
        """Go by the marks of the format, and by the name that it recommends."""
        looks = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        return looks and (name.endswith((".cdx.json", "bom.json")) or b'"bomFormat"' in head)

    def entries(self, document: Document) -> Iterator[Dependency | Note]:
        """Yield the components, those inside of others, too."""
        bom = read_json(document, _Bom)
        if bom.form != "CycloneDX" or not _VERSION.fullmatch(bom.version):
            raise document.wrong(f"it is {bom.form[:40]} {bom.version[:20]}; {_READ}")
        yield from of_components(document, _components(bom, Places(text_of(document))))


_READ = "CycloneDX 1.0 to 1.7 is read"


def _components(bom: _Bom, places: Places) -> Iterator[Component]:
    subject = bom.metadata.component
    wanted = {
        ref
        for link in bom.dependencies
        if subject is not None and link.ref == subject.ref
        for ref in link.wants
    }
    known = bool(bom.dependencies and subject is not None and subject.ref)
    for part in _walk(bom.components):
        yield _component(part, places, direct=part.ref in wanted if known else None)
    if subject is not None:
        yield msgspec.structs.replace(_component(subject, places), subject=True)
        for part in _walk(subject.components):
            yield _component(part, places)


def _walk(parts: tuple[_Part, ...]) -> Iterator[_Part]:
    waiting = list(reversed(parts))
    while waiting:
        part = waiting.pop()
        yield part
        waiting += reversed(part.components)


def _component(part: _Part, places: Places, *, direct: bool | None = None) -> Component:
    return Component(
        name=part.name,
        version=part.version,
        purls=(part.purl,) if part.purl else (),
        hashes=tuple(f"{hash_name(one.alg)}:{one.content}" for one in part.hashes),
        line=line_of(places, part.purl, part.name),
        direct=direct,
        code=part.type in _CODE,
    )


class CycloneDxXmlReader(DependencyReader):
    """Reads CycloneDX in XML."""

    kind = "CycloneDX"

    def fits(self, name: str, head: bytes) -> bool:
        """Go by the namespace, and by the name that the format recommends."""
        looks = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
        return looks and (
            b"cyclonedx.org/schema/bom" in head or name.endswith((".cdx.xml", "bom.xml"))
        )

    def entries(self, document: Document) -> Iterator[Dependency | Note]:
        """Yield the components, those inside of others, too."""
        root = read_xml(document)
        space = _NAMESPACE.fullmatch(root.namespace)
        if root.name != "bom" or not space or not _VERSION.fullmatch(space[1]):
            raise document.wrong(f"its root is {root.name[:40]} of {root.namespace[:80]}; {_READ}")
        yield from of_components(document, _xml_components(root))


def _xml_components(root: Element) -> Iterator[Component]:
    metadata = root.child("metadata")
    subject = metadata.child("component") if metadata else None
    ref = subject.attributes.get("bom-ref", "") if subject else ""
    graph = root.child("dependencies")
    links = graph.all("dependency") if graph else []
    wanted = {
        one.attributes.get("ref", "")
        for link in links
        if ref and link.attributes.get("ref") == ref
        for one in link.all("dependency")
    }
    parts = root.child("components")
    for part in parts.below("component") if parts else ():
        own = part.attributes.get("bom-ref", "")
        yield _xml_component(part, direct=own in wanted if links and ref else None)
    if subject:
        yield msgspec.structs.replace(_xml_component(subject), subject=True)
        nested = subject.child("components")
        for part in nested.below("component") if nested else ():
            yield _xml_component(part)


def _xml_component(part: Element, *, direct: bool | None = None) -> Component:
    purl = part.text_of("purl")
    hashes = part.child("hashes")
    return Component(
        name=part.text_of("name"),
        version=part.text_of("version"),
        purls=(purl,) if purl else (),
        hashes=tuple(
            f"{hash_name(one.attributes.get('alg', ''))}:{one.text}"
            for one in (hashes.all("hash") if hashes else ())
        ),
        line=part.line,
        direct=direct,
        code=part.attributes.get("type", "") in _CODE,
    )
