"""Which form of the simple API a client wants (PEP 691)."""

import enum


class Form(enum.Enum):
    """A form of the simple API; the value is its content type."""

    JSON = "application/vnd.pypi.simple.v1+json"
    HTML = "application/vnd.pypi.simple.v1+html"
    LEGACY = "text/html"

    @property
    def content_type(self) -> str:
        """What the response says of itself."""
        return f"{self.value}; charset=utf-8" if self is Form.LEGACY else self.value


_ASKED = {
    Form.JSON.value: Form.JSON,
    "application/vnd.pypi.simple.latest+json": Form.JSON,
    "application/json": Form.JSON,
    Form.HTML.value: Form.HTML,
    "application/vnd.pypi.simple.latest+html": Form.HTML,
    "text/html": Form.LEGACY,
    "text/*": Form.LEGACY,
    "*/*": Form.LEGACY,
}


def choose(accept: str | None) -> Form | None:
    """Return the form that an ``Accept`` header likes best; the earlier of equals.

    A client that says nothing is one from before PEP 691 and gets HTML. ``None`` if it accepts
    nothing that there is (HTTP 406).
    """
    if not accept or not accept.strip():
        return Form.LEGACY
    best: tuple[float, Form] | None = None
    for part in accept.split(","):
        kind, _, parameters = part.strip().partition(";")
        form = _ASKED.get(kind.strip().lower())
        quality = _quality(parameters)
        if form is not None and quality > 0 and (best is None or quality > best[0]):
            best = (quality, form)
    return best[1] if best else None


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
