"""XML to a small tree, in one pass of expat, under limits.

- A document type declaration is an error: with it come entities, and nothing that is read here has
  one (CVE-2013-1664, "billion laughs"; external entities).
- Depth and number of elements are bounded; each element knows its line.
"""

from collections.abc import Iterator
from typing import NoReturn
from xml.parsers import expat

from airlock.sources.dependencies.interface import Document

_DEEPEST = 64
_MOST_ELEMENTS = 2_000_000
_SEPARATOR = " "


class Element:
    """An element, with its children; text of mixed content is joined."""

    __slots__ = ("attributes", "children", "line", "name", "namespace", "text")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.namespace, _, self.name = name.rpartition(_SEPARATOR)
        self.attributes = attributes
        self.line = line
        self.text = ""
        self.children: list[Element] = []

    def all(self, name: str) -> list["Element"]:
        """Return the children of a name in the namespace of this element."""
        return [
            one for one in self.children if one.name == name and one.namespace == self.namespace
        ]

    def child(self, name: str) -> "Element | None":
        """Return the first child of a name."""
        found = self.all(name)
        return found[0] if found else None

    def text_of(self, name: str) -> str:
        """Return the text of a child, without blanks around it; empty without such a child."""
        found = self.child(name)
        return found.text.strip() if found else ""

    def below(self, name: str) -> Iterator["Element"]:
        """Iterate over all descendants of a name, in the order of the document."""
        waiting = list(reversed(self.children))
        while waiting:
            one = waiting.pop()
            if one.name == name and one.namespace == self.namespace:
                yield one
            waiting += reversed(one.children)


def read_xml(document: Document) -> Element:
    """Return the root of a document.

    Raises:
        InvalidDependencies: if it is no well-formed XML, or beyond the limits.
    """
    builder = _Builder(document)
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: builder.start(
        name, attributes, parser.CurrentLineNumber
    )
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.characters
    parser.StartDoctypeDeclHandler = builder.refuse
    try:
        parser.Parse(document.data, True)  # noqa: FBT003 - the signature of expat
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise document.wrong(f"it is not well-formed XML: {error}") from error
    return builder.root


class _Builder:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._open: list[Element] = []
        self._count = 0
        self.root = Element("", {}, 0)

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        self._count += 1
        if len(self._open) >= _DEEPEST or self._count > _MOST_ELEMENTS:
            raise self._document.wrong("it is nested too deeply, or too large", line=line)
        element = Element(name, attributes, line)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def characters(self, text: str) -> None:
        self._open[-1].text += text

    def refuse(self, *_declared: object) -> NoReturn:
        raise self._document.wrong(
            "it has a document type declaration", hint="Bills of materials have none; remove it."
        )
