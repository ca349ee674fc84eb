"""Builds the smallest programs that their readers take for whole: ELF, PE and Mach-O, byte by byte.

They have tables and text, and no code that could do anything: what would be instructions are
interrupts. Used by the builders of examples, and by the unit tests of ``airlock.binary``.
"""

import struct
from collections.abc import Mapping, Sequence

_PAGE = 0x1000
_TRAPS = b"\xcc" * 64


def elf(  # noqa: PLR0913 - what a program has
    text: bytes = b"",
    *,
    imports: Sequence[str] = (),
    exports: Sequence[str] = (),
    constructors: int = 0,
    program: bool = False,
    code: bytes = _TRAPS,
) -> bytes:
    """Return an ELF file (64 bits, little-endian, x86-64): a library, or a program.

    Args:
        text: what its read-only data spell.
        imports: functions that it wants from other libraries.
        exports: functions that it offers.
        constructors: how many functions run when it is loaded, besides the compiler's own.
        program: whether it is started, not loaded.
        code: what lies in its executable section.
    """
    names = [*imports, *exports]
    strings = b"\0" + b"".join(name.encode() + b"\0" for name in names)
    symbols = bytes(24)
    for place, name in enumerate(names):
        section = 0 if place < len(imports) else 5
        symbols += struct.pack(
            "<IBBHQQ", strings.index(b"\0" + name.encode() + b"\0") + 1, 0x12, 0, section, 0, 0
        )
    hashes = struct.pack("<III", 1, len(names) + 1, 0) + bytes(4 * (len(names) + 1))
    initialisers = bytes(8 * (constructors + 1))
    interpreter = b"/lib64/ld-linux-x86-64.so.2\0" if program else b""
    parts = [
        (".hash", 5, 2, hashes, 0),
        (".dynsym", 11, 2, symbols, 3),
        (".dynstr", 3, 2, strings, 0),
        (".init_array", 14, 3, initialisers, 0),
        (".text", 1, 6, code, 0),
        (".rodata", 1, 2, text + b"\0", 0),
        (".interp", 1, 2, interpreter, 0),
        (".dynamic", 6, 3, b"", 3),
    ]
    return _elf_file(parts, program=program)


def _elf_file(parts: list[tuple[str, int, int, bytes, int]], *, program: bool) -> bytes:
    at = 64 + 56 * 3
    offsets, body = [], b""
    for name, _, _, given, _ in parts:
        content = given
        offsets.append(at + len(body))
        if name == ".dynamic":
            entries = {
                4: offsets[0],
                5: offsets[2],
                6: offsets[1],
                10: len(parts[2][3]),
                11: 24,
                0: 0,
            }
            content = b"".join(struct.pack("<QQ", tag, value) for tag, value in entries.items())
        body += content + bytes(-len(content) % 16)
    names = b"\0" + b"".join(name.encode() + b"\0" for name, *_ in parts) + b".shstrtab\0"
    table = at + len(body) + len(names) + (-len(names) % 16)
    end = table + 64 * (len(parts) + 2)
    dynamic = (offsets[-1], 16 * 6)
    segments = [(1, 7, 0, end), (2, 6, *dynamic)]
    segments.append((3, 4, offsets[-2], len(parts[-2][3])) if program else (0x6474E551, 6, 0, 0))
    headers = b"".join(
        struct.pack("<IIQQQQQQ", kind, flags, start, start, start, size, size, 16)
        for kind, flags, start, size in segments
    )
    sections = bytes(64)
    sizes = [len(content) for _, _, _, content, _ in parts[:-1]] + [dynamic[1]]
    for (name, kind, flags, _, link), offset, size in zip(parts, offsets, sizes, strict=True):
        label = names.index(b"\0" + name.encode() + b"\0") + 1
        entry = {11: 24, 6: 16, 14: 8, 5: 4}.get(kind, 0)
        sections += struct.pack(
            "<IIQQQQIIQQ",
            label,
            kind,
            flags,
            offset,
            offset,
            size,
            link,
            1 if kind == 11 else 0,
            8,
            entry,
        )
    label = names.index(b"\0.shstrtab\0") + 1
    sections += struct.pack("<IIQQQQIIQQ", label, 3, 0, 0, at + len(body), len(names), 0, 0, 1, 0)
    head = b"\x7fELF\2\1\1" + bytes(9)
    head += struct.pack(
        "<HHIQQQIHHHHHH",
        3,
        62,
        1,
        offsets[4],
        64,
        table,
        0,
        64,
        56,
        3,
        64,
        len(parts) + 2,
        len(parts) + 1,
    )
    return head + headers + body + names + bytes(-len(names) % 16) + sections


def pe(  # noqa: PLR0913 - what a program has
    text: bytes = b"",
    *,
    imports: Mapping[str, Sequence[str]] | None = None,
    library: bool = False,
    code: bytes = _TRAPS,
    code_name: bytes = b".text",
    appended: bytes = b"",
) -> bytes:
    """Return a PE file (32+ bits, x86-64): a program, or a library.

    Args:
        text: what its data spell.
        imports: functions by the library that they come from.
        library: whether it is loaded, not started.
        code: what lies in its executable section.
        code_name: what that section is called.
        appended: what follows behind everything that its tables describe.
    """
    data_at = 2 * _PAGE
    directory, blob = _pe_imports(imports or {}, data_at)
    data = blob + text + b"\0"
    raw_code, raw_data = _padded(code), _padded(data)
    sections = struct.pack(
        "<8sIIIIIIHHI", code_name, len(code), _PAGE, len(raw_code), 0x400, 0, 0, 0, 0, 0x60000020
    )
    sections += struct.pack(
        "<8sIIIIIIHHI",
        b".rdata",
        len(data),
        data_at,
        len(raw_data),
        0x400 + len(raw_code),
        0,
        0,
        0,
        0,
        0x40000040,
    )
    characteristics = 0x2022 if library else 0x0022
    coff = struct.pack("<HHIIIHH", 0x8664, 2, 0, 0, 0, 240, characteristics)
    image = data_at + -(-len(data) // _PAGE) * _PAGE
    optional = struct.pack(
        "<HBBIIIIIQIIHHHHHHIIIIHHQQQQII",
        0x20B,
        14,
        0,
        len(raw_code),
        len(raw_data),
        0,
        _PAGE,
        _PAGE,
        0x140000000,
        _PAGE,
        0x200,
        6,
        0,
        0,
        0,
        6,
        0,
        0,
        image,
        0x400,
        0,
        3,
        0x160,
        0x100000,
        0x1000,
        0x100000,
        0x1000,
        0,
        16,
    )
    directories = bytes(8) + struct.pack("<II", data_at, directory) + bytes(8 * 14)
    dos = b"MZ" + bytes(58) + struct.pack("<I", 0x40)
    headers = dos + b"PE\0\0" + coff + optional + directories + sections
    return headers.ljust(0x400, b"\0") + raw_code + raw_data + appended


def _pe_imports(imports: Mapping[str, Sequence[str]], base: int) -> tuple[int, bytes]:
    """Return the size of the import directory, and it with all that it points to."""
    if not imports:
        return 0, b""
    size = 20 * (len(imports) + 1)
    table, rest = b"", b""
    for library, functions in imports.items():
        name_at = base + size + len(rest)
        rest += library.encode() + b"\0"
        hints = []
        for function in functions:
            rest += b"\0" * (len(rest) % 2)
            hints.append(base + size + len(rest))
            rest += b"\0\0" + function.encode() + b"\0"
        rest += bytes(-len(rest) % 8)
        thunks = b"".join(struct.pack("<Q", hint) for hint in [*hints, 0])
        first = base + size + len(rest)
        rest += thunks + thunks
        table += struct.pack("<IIIII", first, 0, 0, name_at, first + len(thunks))
    return size, table + bytes(20) + rest


def _padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % 0x200)


def macho(text: bytes = b"", *, program: bool = True) -> bytes:
    """Return a Mach-O file (64 bits, arm64) with one segment: a program, or a library."""
    size = 32 + 72 + 80
    content = _TRAPS + text + b"\0"
    section = struct.pack(
        "<16s16sQQIIIIIIII",
        b"__text",
        b"__TEXT",
        0x4000 + size,
        len(content),
        size,
        2,
        0,
        0,
        0x80000400,
        0,
        0,
        0,
    )
    segment = struct.pack(
        "<II16sQQQQIIII",
        0x19,
        72 + 80,
        b"__TEXT",
        0x4000,
        0x4000,
        0,
        size + len(content),
        5,
        5,
        1,
        0,
    )
    head = struct.pack(
        "<IIIIIIII", 0xFEEDFACF, 0x0100000C, 0, 2 if program else 6, 1, 72 + 80, 0x85, 0
    )
    return head + segment + section + content
