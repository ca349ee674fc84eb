"""What lies on the stack while bytecode is written down: mostly text, and what has no text yet."""

import keyword

import msgspec

from airlock.binary.marshalled import Code

# Python refuses to write larger numbers in decimals (CVE-2020-10735).
_LARGEST_BITS = 10_000


class Null(msgspec.Struct, frozen=True):
    """The place of a missing ``self``."""


class Function(msgspec.Struct):
    """A function that was not written down yet, or whose name is known since it was."""

    code: Code
    name: str = ""
    given: list[str] = msgspec.field(default_factory=list)
    """Defaults and annotations that may do something: they are evaluated where it is defined."""


class Import(msgspec.Struct, frozen=True):
    """A module that is being imported, or a name from it."""

    module: str
    attribute: str = ""
    listed: bool = False
    """Names are imported from it."""

    def statement(self, target: str) -> str:
        """Return the statement that binds it to a name."""
        if self.attribute:
            return f"from {self.module} import {self.attribute} as {target}"
        if "." in self.module and target == self.module.partition(".")[0]:
            return f"import {self.module}"
        return f"import {self.module} as {target}"

    def expression(self) -> str:
        """Return an expression that gives it."""
        attribute = f".{self.attribute}" if self.attribute else ""
        return f"__import__({self.module!r}){attribute}"


class Literal(msgspec.Struct, frozen=True):
    """A constant tuple, which some instructions take apart."""

    values: tuple[object, ...]


Operand = str | Null | Function | Import | Literal


def acts(value: Operand) -> bool:
    """Tell whether an expression may do something, and not only give a value."""
    return isinstance(value, str) and "(" in value


def usable(name: str) -> str:
    """Return a name as it can stand in source text."""
    if name.isidentifier() and not keyword.iskeyword(name):
        return name
    return "_" + "".join(letter for letter in name if letter.isalnum())


def spell(value: object) -> str:
    """Return a constant as source text."""
    if isinstance(value, Code):
        return "_code"
    if isinstance(value, tuple):
        inner = ", ".join(spell(one) for one in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, int) and value.bit_length() > _LARGEST_BITS:
        return hex(value)
    return "Ellipsis" if value is Ellipsis else repr(value)
