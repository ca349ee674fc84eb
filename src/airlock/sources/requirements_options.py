"""The options of a line of a requirements file, told apart from the requirement before them.

With ``optparse``, as pip does it, so that abbreviations (``--constr``), joined values
(``-rother.txt``) and ``--name=value`` mean here what they mean there.
"""

import functools
import optparse
import re
import shlex
from typing import NoReturn

import msgspec

_WITH_VALUE = (
    ("-i", "--index-url", "--pypi-url"),
    ("--extra-index-url",),
    ("-f", "--find-links"),
    ("--no-binary",),
    ("--only-binary",),
    ("--all-releases",),
    ("--only-final",),
    ("--trusted-host",),
    ("--use-feature",),
    ("-C", "--config-settings", "--config-setting"),
    ("--global-option",),
    ("--install-option",),
)
_READ: dict[str, tuple[str, ...]] = {
    "includes": ("-r", "--requirement"),
    "constraints": ("-c", "--constraint"),
    "editables": ("-e", "--editable"),
    "hashes": ("--hash",),
}
_QUOTING = frozenset("\"'\\")
_BLANKS = re.compile(r"[ \t\r\n]+")
_FLAGS = ("--no-index", "--prefer-binary", "--require-hashes", "--no-require-hashes", "--pre")


class Options(msgspec.Struct, frozen=True):
    """What the options of one line say, as far as it matters here."""

    requirement: str
    """What stands before the first option; empty if the line begins with one."""
    editables: tuple[str, ...]
    includes: tuple[str, ...]
    constraints: tuple[str, ...]
    hashes: tuple[str, ...]


class BadOptions(ValueError):
    """The options of a line cannot be read; never leaves the reader of requirements."""


class _Parser(optparse.OptionParser):
    """Raises where ``optparse`` would print and end the process."""

    def error(self, msg: str) -> NoReturn:
        raise BadOptions(msg)


def split_options(line: str) -> Options:
    """Take a logical line apart.

    Raises:
        BadOptions: if pip would not read its options either.
    """
    words = line.split(" ")
    at = next((n for n, word in enumerate(words) if word.startswith("-")), len(words))
    try:
        arguments = _arguments(" ".join(words[at:]))
    except ValueError as error:
        raise BadOptions(f"{error}".lower()) from error
    values, rest = _parser().parse_args(arguments)
    if rest and at == 0:
        raise BadOptions(f"{rest[0]!r} stands behind the options")
    return Options(
        requirement=" ".join(words[:at]).strip(),
        editables=tuple(values.editables or ()),
        includes=tuple(values.includes or ()),
        constraints=tuple(values.constraints or ()),
        hashes=tuple(values.hashes or ()),
    )


def _arguments(text: str) -> list[str]:
    """Split as a shell does; where nothing is quoted that is splitting at blanks, and much faster.

    Raises:
        ValueError: if a quotation does not end.
    """
    if _QUOTING.isdisjoint(text):
        return [word for word in _BLANKS.split(text) if word]
    return shlex.split(text)


@functools.cache
def _parser() -> _Parser:
    # No default is a list: the parser is used again, and would go on adding to it.
    parser = _Parser(add_help_option=False, prog="")
    for names in _WITH_VALUE:
        parser.add_option(*names, action="append", dest="others")
    for name in _FLAGS:
        parser.add_option(name, action="store_true", dest="flags")
    for name, spellings in _READ.items():
        parser.add_option(*spellings, action="append", dest=name)
    return parser
