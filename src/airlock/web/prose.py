"""What projects say of themselves at length, as HTML that can do nothing.

- Markdown and reStructuredText are rendered by readme-renderer, as on the public index, and cleaned
  by nh3, once by the former's rules and once by stricter ones: nothing is fetched from elsewhere,
  nothing has an id or a class of our own pages, there is no form and no style.
- It is done in a process of its own, which is ended when it takes too long: a description may be
  made to take for ever. What cannot be rendered is shown as plain text.
- What was rendered is remembered by its digest.
"""

import hashlib
import re
import resource
from collections import OrderedDict
from html import unescape
from typing import NamedTuple

import anyio
import anyio.to_process
import structlog
from markupsafe import Markup, escape

from airlock.report import printable

_log = structlog.get_logger("airlock.web")
_SECONDS = 10
_MEMORY_BYTES = 1024**3
_LARGEST = 400_000
"""Characters; longer ones are shown as plain text, and cut."""
_REMEMBERED = 256
_TAGS = frozenset(
    "a abbr b blockquote br code dd del details dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol"
    " p pre q s samp span strong sub summary sup table tbody td tfoot th thead tr tt u ul"
    " var".split()
)
_CELL = {"colspan", "rowspan"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"alt"},
    "ol": {"start"},
    "td": _CELL,
    "th": _CELL,
}
# Of Pygments: the beginnings of its classes are the kinds of tokens.
_CODE_CLASSES = frozenset(
    "k kc kd kn kp kr kt s s1 s2 sa sb sc sd se sh si sr ss sx c c1 ch cm cp cpf cs m mb mf mh mi"
    " il nb nc nf nd ow bp".split()
)
# As nh3 writes them: its output is all that these see.
_PICTURE = re.compile(r'<img(?: alt="([^"]*)")?>')
_NO_LINK = '<a rel="nofollow noopener noreferrer"></a>'
_HEADING = re.compile(r"<(/?)h([1-6])>")


class Prose(NamedTuple):
    """A description, to be shown."""

    html: Markup
    plain: bool = False
    """It is text in its own lines, not HTML."""


class Renderer:
    """Renders descriptions, and remembers them."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Prose] = OrderedDict()

    async def prose(self, text: str, content_type: str) -> Prose:
        """Return a description.

        Args:
            text: of the core metadata.
            content_type: of the core metadata, such as ``text/markdown; charset=UTF-8``.
        """
        key = hashlib.sha256(f"{content_type}\0{text}".encode(errors="replace")).hexdigest()
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        made = await self._rendered(text, content_type)
        self._known[key] = made
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return made

    async def _rendered(self, text: str, content_type: str) -> Prose:
        kind = content_type.partition(";")[0].strip().lower() or "text/x-rst"
        if kind == "text/plain" or len(text) > _LARGEST:
            return plain(text)
        html: str | None = None
        with anyio.move_on_after(_SECONDS):
            try:
                html = await anyio.to_process.run_sync(_confined, text, kind, cancellable=True)
            except (anyio.BrokenWorkerProcess, OSError) as error:
                _log.warning("description-not-rendered", error=str(error))
        return Prose(Markup(html)) if html else plain(text)  # noqa: S704 - nh3 has cleaned it


def plain(text: str) -> Prose:
    """Return a description as the text that it is."""
    cut = text if len(text) <= _LARGEST else f"{text[:_LARGEST]}…"
    return Prose(escape(printable(cut, keep_lines=True)), plain=True)


def _confined(text: str, kind: str) -> str | None:
    """Render in a process of its own, which has so much memory and no more."""
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY_BYTES, _MEMORY_BYTES))
    return rendered(text, kind)


def rendered(text: str, kind: str) -> str | None:
    """Return a description as HTML that can do nothing; ``None`` if it cannot be rendered."""
    import warnings

    warnings.simplefilter("ignore")
    html: str | None
    if kind == "text/markdown":
        from readme_renderer import markdown

        html = markdown.render(text)
    else:
        import io

        from readme_renderer import rst

        html = rst.render(text, stream=io.StringIO())
    return cleaned(html) if html else None


def cleaned(html: str) -> str:
    """Return HTML with nothing in it that leads anywhere but through a link, or looks like ours."""
    import nh3

    clean = nh3.clean(
        html,
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_filtered,
        allowed_classes={"span": set(_CODE_CLASSES)},
        link_rel="nofollow noopener noreferrer",
        clean_content_tags={"script", "style", "template", "noscript"},
    )
    return _HEADING.sub(_lowered, _PICTURE.sub(_as_words, clean.replace(_NO_LINK, "")))


def _filtered(tag: str, attribute: str, value: str) -> str | None:
    """Keep links to elsewhere: one without a host would lead to a page of ours."""
    if attribute == "lang":
        # readme-renderer names languages of programming so.
        return None
    if (tag, attribute) != ("a", "href"):
        return value
    return value if value.lower().startswith(("https://", "http://", "mailto:")) else None


def _as_words(found: re.Match[str]) -> str:
    """Return what stands for a picture: it would be fetched from elsewhere."""
    words = unescape(found[1] or "").strip()
    return f"<em>{escape(printable(words))}</em>" if words else ""


def _lowered(found: re.Match[str]) -> str:
    """Return a heading below the page's own."""
    return f"<{found[1]}h{min(int(found[2]) + 2, 6)}>"
