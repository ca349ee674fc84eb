"""Which format some bytes begin, told by the bytes alone.

- Every test wants more than two matching bytes, or looks where a header points: text that happens
  to begin with ``MZ`` is not a program.
- Every test is given the first chunk of a file and answers for anything, also for nothing.
"""

import re

# The offset of the PE header stands at the end of the DOS header.
_PE_POINTER = slice(0x3C, 0x40)
_MACHO = frozenset(
    {b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"}
)
_MACHO_FAT = frozenset({b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf"})
# Java's class files share the mark; there the same place holds a version, which is above 44.
_MOST_SLICES = 30
_SHORTCUT = bytes.fromhex("4c0000000114020000000000c000000000000046")
# CPython from 2.0 (50823) to 2.7 (62211), and from 3.0 (3000) on: ``Lib/importlib``.
_PYTHON2_MAGICS = range(50_000, 63_000)
_PYTHON3_MAGICS = range(3_000, 4_000)
_CODE_TYPES = (0x63, 0xE3)
# A module's code object: no arguments of any kind, and hardly any locals.
_MODULE_CODE = re.compile(rb"[\x63\xe3]\0{8}")
# Protocol 0 has no mark: a global at once, or after the marks of tuples, lists and dictionaries.
_TEXT_PICKLE = re.compile(
    rb"(?:[(\]})ld]|[pg]\d{1,4}\n){0,16}[ci][A-Za-z_][\w.]{0,60}\n[A-Za-z_][\w.]{0,80}\n"
    rb"(?:[p]\d|q|\(|\)|[SV]|R|o|\.)"
)
# What stands behind the protocol of a pickle: a frame, or an opcode that can come first.
_FIRST_OPCODES = b"\x95(]}cl)X\x8c\x8dKJMGNC\x8a\x88\x89\x85-\x87U\x8e\x8f\x81VIFLST"


def is_elf(head: bytes) -> bool:
    """Tell whether it is an ELF file, by its mark, word size and byte order."""
    return head[:4] == b"\x7fELF" and head[4:5] in (b"\1", b"\2") and head[5:6] in (b"\1", b"\2")


def is_pe(head: bytes) -> bool:
    """Tell whether it is a program or library for Windows."""
    if head[:2] != b"MZ":
        return False
    start = int.from_bytes(head[_PE_POINTER], "little")
    return head[start : start + 4] == b"PE\0\0" and start > 0


def is_macho(head: bytes) -> bool:
    """Tell whether it is a program or library for macOS, for one architecture or several."""
    mark = head[:4]
    if mark in _MACHO:
        return True
    return mark in _MACHO_FAT and 0 < int.from_bytes(head[4:8], "big") <= _MOST_SLICES


def is_shortcut(head: bytes) -> bool:
    """Tell whether it is a Windows shell link (MS-SHLLINK)."""
    return head.startswith(_SHORTCUT)


def is_numpy(head: bytes) -> bool:
    """Tell whether it is an array of numpy (NEP 1)."""
    return head.startswith(b"\x93NUMPY")


def is_bytecode(head: bytes) -> bool:
    """Tell whether it is compiled Python, by its magic number and the code object behind it."""
    if head[2:4] != b"\r\n":
        return False
    number = int.from_bytes(head[:2], "little")
    if number in _PYTHON2_MAGICS:
        return head[8:9] == b"c"
    return number in _PYTHON3_MAGICS and any(
        len(head) > at and head[at] in _CODE_TYPES for at in (8, 12, 16)
    )


def is_marshal(head: bytes) -> bool:
    """Tell whether it is the code object of a module, as ``marshal.dumps`` gives it."""
    return _MODULE_CODE.match(head) is not None and len(head) > 40  # noqa: PLR2004 - no less holds one


def is_pickle(head: bytes) -> bool:
    """Tell whether it is a pickle: by its protocol (2 to 5), or a global of protocol 0."""
    if head[:1] == b"\x80":
        return head[1:2] in (b"\2", b"\3", b"\4", b"\5") and head[2:3] in _OPCODES
    return _TEXT_PICKLE.match(head) is not None


_OPCODES = frozenset(bytes([code]) for code in _FIRST_OPCODES)
