"""The units of code of an artifact, decoded and scanned, and which of them an import means.

- Every unit is decoded and scanned whole, or there is a ``Gap``.
- Nothing here does I/O but reading members of an opened archive.
"""

import posixpath

import msgspec

from airlock.archive.interface import Member, Reading
from airlock.errors import ArchiveError
from airlock.syntax.decoding import SourceText, decode_source
from airlock.syntax.disguises import disguises
from airlock.syntax.facts import Context, Gap, Mention, Oddity
from airlock.syntax.notes import Notes
from airlock.syntax.reach import Imported, Layout
from airlock.syntax.texts import Text
from airlock.syntax.values import HOLE
from airlock.syntax.words import NO_HITS, Hits, find_words

_LARGEST_OWN_FILE = 4 * 1024**2
_LONGEST_PATH = 500


class Library:
    """What there is to read.

    Args:
        reading: the opened archive.
        notes: where what is seen on the way is written down.
    """

    def __init__(self, reading: Reading, notes: Notes) -> None:
        self.layout = Layout(reading)
        self.texts: list[Text] = []
        self.modules: dict[str, Text] = {}
        self.hits: dict[str, Hits] = {}
        """Of every unit and layer, by its path."""
        self._reading = reading
        self._notes = notes

    def collect(self) -> None:
        """Decode and scan every unit."""
        for unit in self.layout.units():
            try:
                data = unit.member.read()
            except ArchiveError as error:
                self._notes.gap(Gap(unit.member.path, 0, str(error), unit.context))
                continue
            source = decode_source(data)
            plain = source.encoding == "utf-8" and not source.peculiarities
            hits = find_words(data if plain else source.text.encode("utf-8", "replace"))
            text = Text(unit, source, hits)
            self._scanned(unit.member.path, hits, unit.context)
            self.texts.append(text)
            if unit.module:
                self.modules.setdefault(unit.module, text)
            self._note_oddities(text)
        self._wake()

    def add_layer(self, data: bytes, path: str, context: Context) -> tuple[SourceText, Hits]:
        """Decode and scan code that was peeled out of other code."""
        source = decode_source(data)
        hits = find_words(source.text.encode("utf-8", "replace"))
        self._scanned(path, hits, context)
        return source, hits

    def _scanned(self, path: str, hits: Hits, context: Context) -> None:
        self.hits[path] = hits
        for topic, line, found in hits.mentions:
            self._notes.mention(
                Mention(topic=topic, path=path, line=line, text=found, context=context)
            )

    def _note_oddities(self, text: Text) -> None:
        unit = text.unit
        acts = text.hits.strong or unit.context is Context.BUILD
        looked = acts and unit.context > Context.DORMANT
        names = disguises(text.source.text) if looked else ()
        for odd in (*text.source.peculiarities, *names):
            self._notes.oddities.append(
                Oddity(
                    code=odd.code,
                    message=odd.message,
                    path=unit.member.path,
                    line=odd.line,
                    context=unit.context,
                    evidence=odd.evidence,
                    suspicious=acts,
                )
            )

    def note_lost(self, path: str, lost: tuple[tuple[int, str], ...], context: Context) -> None:
        """Take note of lines that could not be parsed: of the first that says most.

        With a word of code in it, it could act: nobody looked at it. What only names something of
        note was seen by the scan.
        """
        if context is Context.DORMANT:
            return
        hits = self.hits.get(path, NO_HITS)
        told = [(line, content) for line, content in lost if content.strip() and line in hits.lines]
        for line, content in told:
            if line in hits.spoken:
                reason = f"Python cannot parse {content.strip()[:80]!r}"
                self._notes.gap(Gap(path, line, reason, context))
                return
        for line, content in told[:1]:
            self._notes.oddities.append(
                Oddity(
                    code="broken",
                    message="No Python can parse a line that names something of note.",
                    path=path,
                    line=line,
                    context=context,
                    evidence=content.strip()[:200],
                    suspicious=True,
                )
            )

    def _wake(self) -> None:
        """Run at import what is dormant by its folder, but imported by code that is not."""
        for text in self.texts:
            if text.hits.wakes and text.unit.context > Context.DORMANT:
                for one in text.imports:
                    found = self.imported(one, text)
                    if found is not None and found.unit.context is Context.DORMANT:
                        found.unit = msgspec.structs.replace(found.unit, context=Context.IMPORT)

    def imported(self, one: Imported, text: Text) -> Text | None:
        """Return the unit that an import of another one means, if it is one of the artifact's."""
        return self.module(one.module, one.level, text.unit.member.path)

    def module(self, name: str, level: int, importer: str) -> Text | None:
        """Return a module as another file names it, if it is one of the artifact's."""
        return self.modules.get(self._absolute(name, level, importer))

    def _absolute(self, name: str, level: int, importer: str) -> str:
        if not level:
            return name
        folder = self.layout.folder_module(importer)
        parts = folder.split(".") if folder else []
        base = parts[: len(parts) - (level - 1)]
        return ".".join([*base, name] if name else base)

    def at(self, path: str, reader: str) -> Text | None:
        """Return a unit by its path, as code of another file spells it."""
        wanted = {posixpath.normpath(one) for one in self._places(path, reader)}
        return next((text for text in self.texts if text.unit.member.path in wanted), None)

    def own_file(self, path: str, reader: str) -> bytes | None:
        """Return a file of the artifact that code reads from its own tree."""
        if HOLE in path or len(path) > _LONGEST_PATH or not path.strip("./"):
            return None
        for candidate in self._places(path, reader):
            member = self._reading.find(posixpath.normpath(candidate).lstrip("/"))
            if member is not None and 0 < member.size <= _LARGEST_OWN_FILE:
                return _content(member)
        return None

    def _places(self, path: str, reader: str) -> tuple[str, ...]:
        base = posixpath.dirname(reader.partition("!/")[0])
        return path, f"{base}/{path}", f"{self.layout.root}/{path}"

    def sets_off(self, text: Text) -> bool:
        """Tell whether a unit without a word of interest calls what a unit with some gives it."""
        if text.unit.context < Context.IMPORT or not text.unit.module:
            return False
        names = set()
        for one in text.imports:
            found = self.imported(one, text)
            if found is not None and found is not text and found.hits.strong:
                names.add(one.bound)
        return bool(names) and text.calls(names)


def _content(member: Member) -> bytes | None:
    try:
        return member.read()
    except ArchiveError:
        return None
