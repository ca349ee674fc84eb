"""SPDX 3.0 in JSON-LD, in the compact form that the specification prescribes."""

from collections.abc import Iterator
from typing import Any

import msgspec

from airlock.sources.dependencies.components import Component, hash_name, line_of
from airlock.sources.dependencies.interface import Document
from airlock.sources.dependencies.parsing import Places, convert

_CONTEXT = "https://spdx.org/rdf/3.0"
_PACKAGE = "software_Package"
_ABOUT = frozenset({"SpdxDocument", "software_Sbom", "Bom"})
_DEPENDS = "dependsOn"
_NO_CODE = frozenset({"file", "data", "device", "firmware", "operatingSystem", "model"})


class _Hash(msgspec.Struct, frozen=True, rename="camel"):
    algorithm: str = ""
    hash_value: str = ""


class _Identifier(msgspec.Struct, frozen=True, rename="camel"):
    identifier: str
    external_identifier_type: str = ""


class _Element(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    type: str
    spdx_id: str = ""
    name: str = ""
    version: str = msgspec.field(name="software_packageVersion", default="")
    url: str = msgspec.field(name="software_packageUrl", default="")
    purpose: str = msgspec.field(name="software_primaryPurpose", default="")
    external_identifier: tuple[_Identifier, ...] = ()
    verified_using: tuple[_Hash, ...] = ()
    root_element: tuple[str, ...] = ()
    relationship_type: str = ""
    from_: str = msgspec.field(name="from", default="")
    to: tuple[str, ...] = ()


class _Graph(msgspec.Struct, frozen=True):
    context: Any = msgspec.field(name="@context")
    graph: tuple[dict[str, Any], ...] = msgspec.field(name="@graph")


_WITH_MEANING = frozenset({_PACKAGE, "Relationship", "LifecycleScopedRelationship", *_ABOUT})


def components(document: Document, values: dict[str, Any], places: Places) -> Iterator[Component]:
    """Yield the packages of a document.

    Raises:
        InvalidDependencies: if it is not SPDX 3.0 in its compact form.
    """
    bom = convert(document, values, _Graph)
    if not str(bom.context).startswith(_CONTEXT):
        raise document.wrong("its @context is not that of SPDX 3.0")
    elements = [
        convert(document, one, _Element) for one in bom.graph if one.get("type") in _WITH_MEANING
    ]
    if not any(one.type in _ABOUT for one in elements):
        raise document.wrong("it is not in the compact form that SPDX 3.0 prescribes")
    roots = {ref for one in elements if one.type in _ABOUT for ref in one.root_element}
    wanted = {
        ref
        for one in elements
        if one.relationship_type == _DEPENDS and one.from_ in roots
        for ref in one.to
    }
    for one in elements:
        if one.type == _PACKAGE:
            yield _component(one, places, roots, wanted)


def _component(element: _Element, places: Places, roots: set[str], wanted: set[str]) -> Component:
    identifiers = [
        one.identifier
        for one in element.external_identifier
        if one.external_identifier_type == "packageUrl"
    ]
    purls = tuple(dict.fromkeys([*([element.url] if element.url else []), *identifiers]))
    return Component(
        name=element.name,
        version=element.version,
        purls=purls,
        hashes=tuple(
            f"{hash_name(one.algorithm)}:{one.hash_value}"
            for one in element.verified_using
            if one.hash_value
        ),
        line=line_of(places, *purls[:1], element.name),
        direct=element.spdx_id in wanted if wanted else None,
        code=element.purpose not in _NO_CODE,
        subject=element.spdx_id in roots,
    )
