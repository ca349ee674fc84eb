"""What a package says that it needs, wherever it says so."""

from collections.abc import Iterator

from airlock.archive.declared import Declared, declared
from airlock.checks.interface import Subject
from airlock.model import ArtifactKind


def requirements(subject: Subject) -> Iterator[Declared]:
    """Iterate over what metadata and build files declare, and what setup.py computes.

    Raises:
        NotExamined: at the end, if a file that declares requirements could not be read.
    """
    if subject.reading.kind is ArtifactKind.SDIST:
        yield from subject.program.requirements
    metadata = subject.core_metadata
    yield from declared(subject.reading, metadata.path, metadata.requires_dist)
