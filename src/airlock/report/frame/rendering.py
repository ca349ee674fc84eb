"""Templates made into pages."""

import functools
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import jinja2
from markupsafe import Markup

from airlock import __version__
from airlock.report.frame.assets import asset, every_asset
from airlock.report.plain import one_line, printable

if TYPE_CHECKING:
    from collections.abc import Callable

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""The content security policy of pages in the frame: nothing inline, nothing from elsewhere."""

_BRIEF_CHARACTERS = 300
_DIGEST = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")
_DECISIONS = {"admit": "Admitted", "hold": "Held", "refuse": "Refused", "": "Not examined"}


def render(package: str, template: str, **values: Any) -> str:
    """Return a page.

    Args:
        package: that has the template, such as ``airlock.web``; those of the frame it has besides.
        template: the name of the file.
        values: for the template, and for the frame: ``places``, ``here`` and ``person``.
    """
    return environment(package).get_template(template).render(**values)


@functools.cache
def environment(package: str) -> jinja2.Environment:
    """Return what renders the templates of a package, and of the frame."""
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader(package), jinja2.PackageLoader("airlock.report.frame")]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "asset": asset,
        "style": _style,
        "version": __version__,
        "decision_words": _DECISIONS,
        "places": (),
        "here": "",
        "person": "",
        "csrf": "",
    }
    filters: dict[str, Callable[..., Any]] = {
        "plain": printable,
        "lines": lambda text: printable(text, keep_lines=True),
        "brief": lambda text: one_line(text, longest=_BRIEF_CHARACTERS),
        "size": size_in_words,
        "number": "{:,}".format,
        "breakable": breakable,
        "because": because,
        "sentence": sentence,
        "short": short_digests,
        "host": lambda url: urlsplit(url).hostname or url,
    }
    made.filters |= filters
    return made


def _style() -> Markup:
    """Return the style sheet, for pages that are whole in themselves."""
    return Markup(every_asset()["airlock.css"].body.decode())  # noqa: S704 - our own


def breakable(text: str) -> Markup:
    """Return a name, escaped, that may be broken after its separators."""
    escaped = Markup.escape(printable(text))
    for separator in ("-", "_", ".", "/"):
        escaped = escaped.replace(separator, Markup("{}<wbr>").format(separator))
    return escaped


def because(headline: str) -> str:
    """Return a headline without its decision, which a badge shows."""
    word, colon, rest = headline.partition(": ")
    if word not in _DECISIONS:
        return headline
    return sentence(rest) if colon else "Nothing speaks against it."


def sentence(text: str) -> str:
    """Return a text that begins as sentences do, unless it begins with a name."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text


def short_digests(text: str) -> str:
    """Return a text in which SHA-256 are cut, as people compare them."""
    return _DIGEST.sub(r"\1…", text)


def size_in_words(size: int | None) -> str:
    """Return a number of bytes for a person."""
    if size is None:
        return "unknown"
    amount = float(size)
    for unit in ("bytes", "kB", "MB"):
        if amount < 1000:  # noqa: PLR2004 - the SI prefix is the unit's
            return f"{amount:,.0f} {unit}" if unit == "bytes" else f"{amount:,.1f} {unit}"
        amount /= 1000
    return f"{amount:,.1f} GB"
