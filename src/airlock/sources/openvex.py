"""OpenVEX documents: what somebody says of vulnerabilities in what they ship (0.0.1 to 0.2.0).

Only packages of PyPI are of interest, named by their package URLs; a statement on a product with
subcomponents is one on these.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from airlock.errors import InvalidName
from airlock.model import ProjectName
from airlock.model.vex import VexProduct, VexStatement, VexStatus
from airlock.sources.dependencies.components import read_purl
from airlock.sources.dependencies.interface import Document, load
from airlock.sources.dependencies.parsing import read_json

if TYPE_CHECKING:
    from packageurl import PackageURL

_CONTEXT = "https://openvex.dev/ns"
_LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_PYPI = "pypi"


class _Vulnerability(msgspec.Struct, frozen=True):
    name: str = ""
    id: str = msgspec.field(name="@id", default="")
    aliases: tuple[str, ...] = ()


class _Identifiers(msgspec.Struct, frozen=True):
    purl: str = ""


class _Component(msgspec.Struct, frozen=True):
    id: str = msgspec.field(name="@id", default="")
    identifiers: _Identifiers = msgspec.field(default_factory=_Identifiers)
    subcomponents: tuple["_Component | str", ...] = ()


class _Statement(msgspec.Struct, frozen=True):
    vulnerability: _Vulnerability | str
    status: VexStatus
    products: tuple[_Component | str, ...] = ()
    subcomponents: tuple[_Component | str, ...] = ()
    timestamp: dt.datetime | None = None
    last_updated: dt.datetime | None = None
    justification: str = ""
    impact_statement: str = ""


class _Vex(msgspec.Struct, frozen=True):
    context: str = msgspec.field(name="@context")
    statements: tuple[_Statement, ...]
    timestamp: dt.datetime | None = None
    last_updated: dt.datetime | None = None


def read_openvex(path: Path) -> tuple[VexStatement, ...]:
    """Return the statements of a document that are about Python packages.

    Raises:
        TargetNotFound: if it cannot be read.
        InvalidDependencies: if it is none, or a statement lacks what its status requires.
    """
    document = load(path)
    vex = read_json(document, _Vex)
    if not vex.context.startswith(_CONTEXT):
        raise document.wrong(f"its @context is {vex.context[:80]!r}, and not that of OpenVEX")
    return tuple(
        _statement(document, vex, statement, number)
        for number, statement in enumerate(vex.statements, start=1)
    )


def _statement(document: Document, vex: _Vex, said: _Statement, number: int) -> VexStatement:
    if said.status is VexStatus.NOT_AFFECTED and not (said.justification or said.impact_statement):
        raise document.wrong(
            f"statement {number} says not_affected and not why",
            hint="OpenVEX wants a justification or an impact_statement.",
        )
    vulnerability = said.vulnerability
    if isinstance(vulnerability, str):
        vulnerability = _Vulnerability(name=vulnerability)
    # The identifier may be a URL that ends in the name.
    names = {vulnerability.name, vulnerability.id.rpartition("/")[2], *vulnerability.aliases}
    return VexStatement(
        vulnerabilities=frozenset(name.upper() for name in names if name),
        products=tuple(_products(document, said)),
        status=said.status,
        justification=said.justification,
        impact=said.impact_statement,
        origin=document.shown,
        number=number,
        at=_aware(
            said.last_updated or said.timestamp or vex.last_updated or vex.timestamp or _LONG_AGO
        ),
    )


def _aware(time: dt.datetime) -> dt.datetime:
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)


def _products(document: Document, said: _Statement) -> Iterator[VexProduct]:
    for product in said.products:
        inside = () if isinstance(product, str) else product.subcomponents
        for component in inside or said.subcomponents or (product,):
            for text in _purls(component):
                if found := _product(read_purl(document, text)):
                    yield found


def _purls(component: _Component | str) -> list[str]:
    texts = (
        [component] if isinstance(component, str) else [component.identifiers.purl, component.id]
    )
    return list(dict.fromkeys(text for text in texts if text.startswith("pkg:")))


def _product(purl: "PackageURL") -> VexProduct | None:
    if purl.type != _PYPI:
        return None
    try:
        return VexProduct(ProjectName(purl.name), purl.version or "")
    except InvalidName:
        return None
