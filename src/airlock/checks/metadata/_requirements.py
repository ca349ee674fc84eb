"""What a package says that it needs, wherever it says so."""

from collections.abc import Iterator

from airlock.archive.declared import Declared, declared
from airlock.checks.interface import Subject


def requirements(subject: Subject) -> Iterator[Declared]:
    """Iterate over what metadata and build files declare, and what code computes or installs.

    Raises:
        NotExamined: at the end, if a file that declares requirements could not be read.
    """
    yield from subject.program.requirements
    metadata = subject.core_metadata
    yield from declared(subject.reading, metadata.path, metadata.requires_dist)
