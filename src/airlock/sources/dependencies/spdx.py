"""SPDX bills of materials: 2.2 and 2.3 in JSON and as tag-value, 3.0 in JSON-LD."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from airlock.model import Dependency
from airlock.sources.dependencies.components import Component, hash_name, line_of, of_components
from airlock.sources.dependencies.interface import DependencyReader, Document, Note
from airlock.sources.dependencies.parsing import Places, convert, read_json, text_of

_VERSIONS = ("SPDX-2.2", "SPDX-2.3")
_READ = "SPDX 2.2, 2.3 and 3.0 are read"
_NO_CODE = frozenset({"FILE", "OPERATING-SYSTEM", "OPERATING_SYSTEM", "DEVICE", "FIRMWARE"})
_DESCRIBES = "DESCRIBES"
_DEPENDS = "DEPENDS_ON"
# Comments may stand before it.
_FIRST_TAG = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s*#[^\n]*\n)*\s*SPDXVersion:")
# What the specification writes where nothing is known.
_NOTHING = frozenset({"NOASSERTION", "NONE"})


class _Reference(msgspec.Struct, frozen=True, rename="camel"):
    reference_type: str
    reference_locator: str


class _Checksum(msgspec.Struct, frozen=True):
    algorithm: str
    value: str = msgspec.field(name="checksumValue")


class _Package(msgspec.Struct, frozen=True, rename="camel"):
    name: str
    id: str = msgspec.field(name="SPDXID")
    version_info: str = ""
    external_refs: tuple[_Reference, ...] = ()
    checksums: tuple[_Checksum, ...] = ()
    primary_package_purpose: str = ""


class _Relationship(msgspec.Struct, frozen=True, rename="camel"):
    spdx_element_id: str
    relationship_type: str
    related_spdx_element: str


class _Bom(msgspec.Struct, frozen=True, rename="camel"):
    spdx_version: str
    packages: tuple[_Package, ...] = ()
    relationships: tuple[_Relationship, ...] = ()
    document_describes: tuple[str, ...] = ()


class SpdxJsonReader(DependencyReader):
    """Reads SPDX in JSON and JSON-LD."""

    kind = "SPDX"

    def fits(self, name: str, head: bytes) -> bool:
        """Go by the marks of the formats, and by the name that they recommend."""
        looks = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        marked = b'"spdxVersion"' in head or b"spdx.org/rdf/3" in head or b'"SPDXID"' in head
        return looks and (name.endswith((".spdx.json", ".spdx3.json")) or marked)

    def entries(self, document: Document) -> Iterator[Dependency | Note]:
        """Yield the packages; files and snippets are no packages."""
        values = read_json(document, dict[str, Any])
        places = Places(text_of(document))
        if "@graph" in values:
            from airlock.sources.dependencies.spdx3 import components

            yield from of_components(document, components(document, values, places))
            return
        bom = convert(document, values, _Bom)
        if bom.spdx_version not in _VERSIONS:
            raise document.wrong(f"it is {bom.spdx_version[:40]!r}; {_READ}")
        yield from of_components(document, _components(bom, places))


def _components(bom: _Bom, places: Places) -> Iterator[Component]:
    described = set(bom.document_describes) | {
        link.related_spdx_element
        for link in bom.relationships
        if link.relationship_type == _DESCRIBES
    }
    wanted = {
        link.related_spdx_element
        for link in bom.relationships
        if link.relationship_type == _DEPENDS and link.spdx_element_id in described
    }
    for package in bom.packages:
        purls = [ref.reference_locator for ref in package.external_refs if _is_purl(ref)]
        yield Component(
            name=package.name,
            version=said(package.version_info),
            purls=tuple(dict.fromkeys(purls)),
            hashes=tuple(f"{hash_name(one.algorithm)}:{one.value}" for one in package.checksums),
            line=line_of(places, *purls[:1], package.name),
            direct=package.id in wanted if wanted else None,
            code=package.primary_package_purpose.upper() not in _NO_CODE,
            subject=package.id in described,
        )


def _is_purl(reference: _Reference) -> bool:
    return reference.reference_type.rpartition("/")[2] == "purl"


def said(text: str) -> str:
    """Return a value, unless it only says that nothing is known."""
    return "" if text in _NOTHING else text


class SpdxTagsReader(DependencyReader):
    """Reads SPDX as tag-value."""

    kind = "SPDX"

    def fits(self, name: str, head: bytes) -> bool:
        """Go by the first tag of the format, and by the name that it recommends."""
        return name.endswith(".spdx") or bool(_FIRST_TAG.match(head))

    def entries(self, document: Document) -> Iterator[Dependency | Note]:
        """Yield the packages; files and snippets are no packages."""
        bom, lines = _from_tags(document)
        if bom.spdx_version not in _VERSIONS:
            raise document.wrong(f"it is {bom.spdx_version[:40]!r}; SPDX 2.2 and 2.3 are read")
        components = _components(bom, Places(""))
        placed = (
            msgspec.structs.replace(component, line=line)
            for line, component in zip(lines, components, strict=True)
        )
        yield from of_components(document, placed)


def _from_tags(document: Document) -> tuple[_Bom, list[int]]:
    """Return the packages and relations of a document, with the lines of the packages."""
    version = ""
    packages: list[dict[str, Any]] = []
    relations: list[_Relationship] = []
    lines: list[int] = []
    for number, tag, value in _tags(document):
        if tag == "SPDXVersion":
            version = value
        elif tag == "PackageName":
            packages.append({"name": value, "SPDXID": "", "externalRefs": [], "checksums": []})
            lines.append(number)
        elif tag == "Relationship":
            relations.append(_relation(document, number, value))
        elif tag in {"FileName", "SnippetSPDXID"}:
            packages.append({})
        elif packages and packages[-1]:
            _add(document, number, packages[-1], tag, value)
    known = [convert(document, package, _Package) for package in packages if package]
    bom = _Bom(spdx_version=version, packages=tuple(known), relationships=tuple(relations))
    return bom, lines


def _add(document: Document, number: int, package: dict[str, Any], tag: str, value: str) -> None:
    if tag == "SPDXID":
        package["SPDXID"] = value
    elif tag == "PackageVersion":
        package["versionInfo"] = value
    elif tag == "PrimaryPackagePurpose":
        package["primaryPackagePurpose"] = value
    elif tag == "ExternalRef":
        parts = value.split(None, 2)
        if len(parts) != 3:  # noqa: PLR2004 - category, type, locator
            raise document.wrong("an ExternalRef has three parts", line=number)
        package["externalRefs"].append({"referenceType": parts[1], "referenceLocator": parts[2]})
    elif tag == "PackageChecksum":
        algorithm, _, digest = value.partition(":")
        package["checksums"].append({"algorithm": algorithm, "checksumValue": digest.strip()})


def _relation(document: Document, number: int, value: str) -> _Relationship:
    parts = value.split()
    if len(parts) != 3:  # noqa: PLR2004 - element, relation, element
        raise document.wrong("a Relationship has three parts", line=number)
    return _Relationship(*parts)


def _tags(document: Document) -> Iterator[tuple[int, str, str]]:
    """Yield line, tag and value of each entry; texts over several lines are passed over."""
    inside = False
    for number, line in enumerate(text_of(document).splitlines(), start=1):
        if inside:
            inside = "</text>" not in line
            continue
        tag, colon, value = line.partition(":")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not colon:
            raise document.wrong("it has a line without a tag", line=number)
        inside = "<text>" in value and "</text>" not in value
        yield number, tag.strip(), value.strip()
    if inside:
        raise document.wrong("a text in it does not end")
