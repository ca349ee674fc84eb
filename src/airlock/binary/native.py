"""What the tables of a program say: what it is, for which system, what it imports, if it is packed.

LIEF reads the tables. It is given bytes that an attacker made, so whatever it does short of taking
the process down is turned into ``problem``; the examination runs in a process of its own.

- Nothing is run, and nothing outside the tables is believed.
- A file that is too large for its tables to be read says so in ``problem``; its text is searched
  all the same (``marks``).
"""

import math
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec

from airlock.binary.contents import Kind

LARGEST_BYTES = 256 * 1024**2
"""Of a program whose tables are read: they are read from memory, and LIEF copies it."""
_MOST_NAMES = 20_000
# Packed or encrypted code; compilers reach 6.9 (measured on the programs of the benign list).
_PACKED_ENTROPY = 7.2
_LEAST_PACKED_BYTES = 4096
_PACKERS = (
    "upx",
    ".aspack",
    ".adata",
    ".mpress",
    ".vmp",
    ".themida",
    ".winlice",
    ".petite",
    ".nsp",
    ".enigma",
)


class Native(msgspec.Struct, frozen=True, kw_only=True):
    """What the tables of a program say."""

    kind: Kind
    system: str = ""
    """``linux``, ``windows`` or ``macos``; empty where the tables do not say."""
    machine: str = ""
    program: bool = False
    """True for what is started, false for what is loaded into a process."""
    python_module: bool = False
    """It exports what an interpreter calls when it is imported."""
    imports: frozenset[str] = frozenset()
    """Names of functions, without leading underscores and without ``A`` and ``W`` of Windows."""
    libraries: tuple[str, ...] = ()
    """In lower case."""
    exports: int = 0
    """How many names it offers; for ELF and Mach-O, those of its own."""
    constructors: int = 0
    """Functions that run as soon as it is loaded."""
    packed: str = ""
    """What speaks for packed or encrypted code; empty if nothing does."""
    appended_bytes: int = 0
    """Behind what the tables describe."""
    managed: bool = False
    """It is .NET code."""
    problem: str = ""
    """Why the tables, or some of them, could not be read; empty if they were."""


def read_native(data: bytes, kind: Kind) -> Native:
    """Read the tables of a program."""
    if len(data) > LARGEST_BYTES:
        return Native(kind=kind, problem=f"its tables were not read: it has {len(data):,} bytes")
    try:
        with warnings.catch_warnings():
            # LIEF warns of every number that it has no name for.
            warnings.simplefilter("ignore", RuntimeWarning)
            parsed = _PARSERS[kind](data)
        return parsed or Native(kind=kind, problem="its tables cannot be read")
    except (ValueError, RuntimeError, TypeError, AttributeError, MemoryError, LookupError) as error:
        # What LIEF promises to raise depends on its bindings; these are what they can become.
        return Native(kind=kind, problem=f"its tables cannot be read: {type(error).__name__}")


@cache
def _lief() -> Any:
    import lief

    lief.logging.disable()
    return lief


def _elf(data: bytes) -> Native | None:
    lief = _lief()
    settings = lief.ELF.ParserConfig()
    settings.parse_relocations = settings.parse_notes = settings.parse_overlay = False
    settings.parse_symtab_symbols = settings.parse_symbol_versions = False
    binary = lief.ELF.parse(data, settings)
    if binary is None:
        return None
    symbols = [(symbol.name, bool(symbol.imported)) for symbol in _first(binary.dynamic_symbols)]
    own = [name for name, imported in symbols if name and not imported]
    libraries = tuple(str(name).lower() for name in _first(binary.libraries))
    library = (
        binary.header.file_type == lief.ELF.Header.FILE_TYPE.DYN and not binary.has_interpreter
    )
    return Native(
        kind=Kind.ELF,
        system="linux",
        machine=_word(binary.header.machine_type),
        program=not library,
        python_module=_python_module(own),
        imports=_plain(name for name, imported in symbols if imported),
        libraries=libraries,
        exports=len(own),
        constructors=_elf_constructors(binary),
        packed=_packed(_elf_sections(binary)) or _marked(data),
    )


def _elf_sections(binary: Any) -> Iterator[tuple[str, int, float]]:
    lief = _lief()
    if not len(binary.sections):
        # Packers drop the table of sections; what is loaded is still described by segments.
        for segment in _first(binary.segments):
            if int(segment.flags) & 1 and segment.physical_size <= LARGEST_BYTES:
                yield "", segment.physical_size, _entropy(bytes(segment.content))
        return
    executable = lief.ELF.Section.FLAGS.EXECINSTR
    for section in _first(binary.sections):
        code = section.has(executable)
        yield section.name, section.size if code else 0, section.entropy if code else 0.0


def _elf_constructors(binary: Any) -> int:
    word = 8 if binary.header.identity_class == _lief().ELF.Header.CLASS.ELF64 else 4
    section = binary.get_section(".init_array") if binary.has_section(".init_array") else None
    # Compilers put one of their own there, which registers frames.
    return max(0, section.size // word - 1) if section is not None else 0


def _pe(data: bytes) -> Native | None:
    lief = _lief()
    settings = lief.PE.ParserConfig()
    settings.parse_signature = settings.parse_rsrc = settings.parse_reloc = False
    settings.parse_exceptions = False
    binary = lief.PE.parse(data, settings)
    if binary is None:
        return None
    exported = (
        [entry.name for entry in _first(binary.get_export().entries)] if binary.has_exports else []
    )
    imported = [
        entry.name
        for library in _first(binary.imports)
        for entry in _first(library.entries)
        if not entry.is_ordinal
    ]
    library = binary.header.has_characteristic(lief.PE.Header.CHARACTERISTICS.DLL)
    managed = any(str(entry.name).lower() == "mscoree.dll" for entry in _first(binary.imports))
    return Native(
        kind=Kind.PE,
        system="windows",
        machine=_word(binary.header.machine),
        program=not library,
        python_module=_python_module(exported),
        imports=_plain(imported),
        libraries=tuple(str(entry.name).lower() for entry in _first(binary.imports)),
        exports=len(exported),
        constructors=0,
        packed=_packed(_pe_sections(binary)),
        appended_bytes=len(binary.overlay),
        managed=managed,
    )


def _pe_sections(binary: Any) -> Iterator[tuple[str, int, float]]:
    executable = _lief().PE.Section.CHARACTERISTICS.MEM_EXECUTE
    for section in _first(binary.sections):
        code = section.has_characteristic(executable)
        yield section.name, section.sizeof_raw_data if code else 0, section.entropy if code else 0.0


def _macho(data: bytes) -> Native | None:
    lief = _lief()
    fat = lief.MachO.parse(data, lief.MachO.ParserConfig.quick)
    slices = [fat.at(place) for place in range(min(fat.size, 8))] if fat is not None else []
    if not slices:
        return None
    return _merged([_macho_slice(binary) for binary in slices])


def _macho_slice(binary: Any) -> Native:
    lief = _lief()
    types = lief.MachO.Header.FILE_TYPE
    symbols = list(_first(binary.symbols))
    imported = [symbol.name for symbol in _first(binary.imported_symbols)]
    sections = ((s.name, s.size, s.entropy) for s in _first(binary.sections) if s.name == "__text")
    initialisers = sum(s.size // 8 for s in _first(binary.sections) if s.name in _INITIALISERS)
    return Native(
        kind=Kind.MACHO,
        system="macos",
        machine=_word(binary.header.cpu_type),
        program=binary.header.file_type == types.EXECUTE,
        python_module=_python_module([symbol.name for symbol in symbols]),
        imports=_plain(imported),
        libraries=tuple(str(library.name).lower() for library in _first(binary.libraries)),
        exports=len(list(_first(binary.exported_symbols))),
        constructors=initialisers,
        packed=_packed(sections),
    )


_INITIALISERS = frozenset({"__mod_init_func", "__init_offsets"})


def _merged(slices: list[Native]) -> Native:
    """Return the union of what the programs for several architectures say."""
    return msgspec.structs.replace(
        slices[0],
        machine=", ".join(dict.fromkeys(one.machine for one in slices)),
        program=any(one.program for one in slices),
        python_module=any(one.python_module for one in slices),
        imports=frozenset().union(*(one.imports for one in slices)),
        constructors=max(one.constructors for one in slices),
        packed=next((one.packed for one in slices if one.packed), ""),
    )


_PARSERS = {Kind.ELF: _elf, Kind.PE: _pe, Kind.MACHO: _macho}


def _first(values: Iterable[Any]) -> Iterator[Any]:
    """Iterate over a table, however long a hostile header says that it is."""
    for place, value in enumerate(values):
        if place >= _MOST_NAMES:
            return
        yield value


def _plain(names: Iterable[Any]) -> frozenset[str]:
    plain = set()
    for name in names:
        text = str(name).lstrip("_").partition("@")[0]
        plain.add(text)
        if len(text) > 3 and text[-1] in "AW" and text[-2].islower():  # noqa: PLR2004 - not a bare letter
            plain.add(text[:-1])
    return frozenset(plain)


def _python_module(names: Iterable[Any]) -> bool:
    return any(str(name).lstrip("_").startswith(("PyInit_", "PyModExport_")) for name in names)


def _packed(sections: Iterable[tuple[str, int, float]]) -> str:
    for name, size, entropy in sections:
        if str(name).lower().startswith(_PACKERS):
            return f"a section called {str(name)[:20]!r}"
        if size >= _LEAST_PACKED_BYTES and entropy >= _PACKED_ENTROPY:
            return f"code with an entropy of {entropy:.1f} bits per byte"
    return ""


def _marked(data: bytes) -> str:
    # UPX leaves its mark in the header that it adds, and in the trailer; sections it drops.
    return "the mark of UPX" if b"UPX!" in data[:2048] or b"UPX!" in data[-2048:] else ""


def _entropy(data: bytes) -> float:
    total = len(data)
    counts = Counter(data).values()
    return -sum(count / total * math.log2(count / total) for count in counts) if total else 0.0


def _word(value: Any) -> str:
    return str(value).rpartition(".")[2].lower()
