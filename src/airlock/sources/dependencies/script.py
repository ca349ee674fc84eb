"""Scripts that name their dependencies in a comment (PEP 723)."""

import re
from collections.abc import Iterator

import msgspec

from airlock.errors import InvalidRequirement
from airlock.model import Dependency
from airlock.sources.dependencies.interface import DependencyReader, Document, Note
from airlock.sources.dependencies.parsing import Places, read_toml
from airlock.sources.dependencies.pyproject import Tools, asked, line_of
from airlock.sources.requirements_lines import decode

_OPENING = re.compile(r"^# /// script[ \t]*$", re.MULTILINE)
# The grammar of PEP 723: comment lines, up to the last closing one.
_BLOCK = re.compile(
    r"^# /// script[ \t]*$\s(?P<content>(?:^#(?:| .*)$\s)+)^# ///$",
    re.MULTILINE,
)
# The search for the end begins anew at each opening.
_MOST_OPENINGS = 20


class _Script(msgspec.Struct, frozen=True):
    dependencies: tuple[str, ...] = ()
    tool: Tools = msgspec.field(default_factory=Tools)


class ScriptReader(DependencyReader):
    """Reads the metadata of scripts; their code is not looked at."""

    kind = "script"

    def fits(self, name: str, head: bytes) -> bool:
        """Take Python files, and others that begin like a Python script with metadata."""
        return name.endswith((".py", ".pyw")) or (
            head.startswith(b"#!") and b"# /// script" in head
        )

    def entries(self, document: Document) -> Iterator[Dependency | Note]:
        """Yield what the script asks for."""
        try:
            text = decode(document.data, document.shown)
        except InvalidRequirement as error:
            raise document.wrong("it is not a text", hint=error.hint) from error
        text = text.replace("\r\n", "\n")
        block = metadata_block(document, text)
        if block is None:
            yield Note(f"{document.shown} has no metadata of a script (PEP 723)")
            return
        start, raw, toml = block
        script = read_toml(document, _Script, toml)
        above = text.count("\n", 0, start)
        places = Places(raw)
        for wanted in script.dependencies:
            line = line_of(places, wanted)
            yield asked(document, wanted, line + above if line else 0, "", script.tool)


def metadata_block(document: Document, text: str) -> tuple[int, str, str] | None:
    """Return where the metadata begin, as they stand there, and as TOML.

    Raises:
        InvalidDependencies: if there are several, or they do not end.
    """
    if len(_OPENING.findall(text)) > _MOST_OPENINGS:
        raise document.wrong("its metadata begin too often")
    blocks = list(_BLOCK.finditer(text if text.endswith("\n") else text + "\n"))
    if len(blocks) > 1:
        raise document.wrong("it has several blocks of metadata, which PEP 723 forbids")
    if not blocks:
        if _OPENING.search(text):
            raise document.wrong(
                "its metadata do not end", hint="PEP 723: close them with a line '# ///'."
            )
        return None
    raw = blocks[0]["content"]
    lines = (line[2:] if line.startswith("# ") else line[1:] for line in raw.split("\n"))
    return blocks[0].start("content"), raw, "\n".join(lines)
