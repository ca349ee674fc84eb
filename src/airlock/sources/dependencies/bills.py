"""The formats of bills of materials, and where distributions carry theirs (PEP 770)."""

from airlock.model import Inventory
from airlock.sources.dependencies.cyclonedx import CycloneDxJsonReader, CycloneDxXmlReader
from airlock.sources.dependencies.entries import Place, nameless
from airlock.sources.dependencies.interface import HEAD_BYTES, DependencyReader, Document
from airlock.sources.dependencies.spdx import SpdxJsonReader, SpdxTagsReader

SBOM_FOLDER = "sboms"
"""Of a ``.dist-info``, with bills of materials in it (PEP 770)."""
BILLS: tuple[DependencyReader, ...] = (
    CycloneDxJsonReader(),
    CycloneDxXmlReader(),
    SpdxJsonReader(),
    SpdxTagsReader(),
)
_KIND = "bill of materials"


def read_bill(document: Document) -> Inventory:
    """Return what a bill of materials says, in whichever format.

    Raises:
        InvalidDependencies: if it cannot be read whole.
    """
    head = document.data[:HEAD_BYTES]
    for reader in BILLS:
        if reader.fits(document.name, head):
            return reader.read(document)
    unknown = nameless(
        Place(document), document.name, "it is a bill of materials of a format that is not read"
    )
    return Inventory(origin=document.shown, kind=_KIND, dependencies=(unknown,))
