"""Compiles source text to what a ``.pyc`` file holds, with the interpreter that runs the tests."""

import importlib.util
import marshal

_UNCHECKED_HASH = 0b01


def marshalled(source: str) -> bytes:
    """Return the code object of a module, without a header."""
    return marshal.dumps(compile(source, "module.py", "exec"))


def compiled(source: str, *, unchecked: bool = False) -> bytes:
    """Return a ``.pyc`` file (PEP 552).

    Args:
        source: of the module.
        unchecked: whether its header keeps interpreters from ever looking at the source.
    """
    flags = _UNCHECKED_HASH if unchecked else 0
    return importlib.util.MAGIC_NUMBER + flags.to_bytes(4, "little") + bytes(8) + marshalled(source)
