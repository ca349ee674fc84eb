"""Requirements files as pip reads them, with what they include and what constrains them.

Whatever its marker says of this machine, a requirement is a dependency: the file is used on others.
"""

import re
from collections.abc import Iterator

from airlock.errors import InvalidRequirement
from airlock.model import Dependency
from airlock.sources.dependencies.entries import FROM_URL, NOT_PINNED, exact_version, shortened
from airlock.sources.dependencies.interface import DependencyReader, Document, Note
from airlock.sources.requirements import RequirementLine, read_requirements

_INDEX = re.compile(r"(?:-i|-f|--index-url|--pypi-url|--extra-index-url|--find-links)\b")


class RequirementsReader(DependencyReader):
    """Reads requirements files."""

    kind = "requirements file"

    def fits(self, name: str, head: bytes) -> bool:
        """Take any text file; readers of more particular ones are asked before."""
        return name.endswith((".txt", ".in", ".pip")) and b"\0" not in head.replace(
            b"\xff\xfe", b""
        )

    def entries(self, document: Document) -> Iterator[Dependency | Note]:
        """Yield what is asked for; constraints are in it as versions."""
        if document.path is None:
            raise document.wrong("a requirements file is read only from the disk")
        try:
            lines = read_requirements(document.path)
        except InvalidRequirement as error:
            # Its message names file and line already.
            raise type(document.wrong(""))(str(error), hint=error.hint) from error
        found = [
            _dependency(line)
            for line in lines
            if not line.constraint and (line.project is not None or line.problem)
        ]
        yield from found
        named = next((line for line in lines if _INDEX.match(line.text)), None)
        if named and any(one.unauditable == NOT_PINNED for one in found):
            yield Note(f"{named.origin}: the indexes that it names are not asked for versions")


def _dependency(line: RequirementLine) -> Dependency:
    version = exact_version(line.specifier) if line.specifier else None
    return Dependency(
        project=line.project,
        version=version,
        path=line.path,
        line=line.line,
        requirement=shortened(line.text.partition(" --hash")[0]),
        specifier=line.specifier,
        hashes=line.hashes,
        extras=line.extras,
        marker=line.marker,
        direct=True,
        unauditable=_problem(line) or ("" if version else NOT_PINNED),
    )


def _problem(line: RequirementLine) -> str:
    return line.problem or (FROM_URL if line.by_url else "")
