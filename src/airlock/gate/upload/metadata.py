"""The metadata that comes with an upload, held to the core metadata specification.

``packaging.metadata`` knows every rule. Each error is told under the name of its field, all of them
at once: who uploads should not learn of them one by one.
"""

from collections.abc import Callable, Iterable, Mapping

from packaging.metadata import InvalidMetadata, Metadata, RawMetadata

from airlock.errors import InvalidUpload

_TEXTS = {
    *("metadata_version", "name", "version", "summary", "description"),
    *("description_content_type", "home_page", "download_url", "author", "author_email"),
    *("maintainer", "maintainer_email", "license", "license_expression", "requires_python"),
}
# As tools send them, with and without the plural, and as ``packaging`` calls them.
_LISTS = {
    **{name: name for name in ("dynamic", "requires_dist", "requires_external", "provides_extra")},
    **{name: name for name in ("provides_dist", "obsoletes_dist", "requires", "provides")},
    **{name: name for name in ("obsoletes", "license_files", "classifiers", "platforms")},
    **{name: name for name in ("supported_platforms", "import_names", "import_namespaces")},
    "license_file": "license_files",
    "classifier": "classifiers",
    "platform": "platforms",
    "supported_platform": "supported_platforms",
    "import_name": "import_names",
    "import_namespace": "import_namespaces",
}
_URLS = {"project_url", "project_urls"}
_HINT = "The rules are those of the core metadata specification (packaging.python.org)."
_MOST_ERRORS = 20
# Old tools write this where they have nothing to say.
_NOTHING = {"", "UNKNOWN"}


def of_form(fields: Mapping[str, list[str]]) -> Metadata:
    """Return the metadata that the fields of a form give.

    Raises:
        InvalidUpload: naming every field that breaks a rule, and the rule.
    """
    raw: RawMetadata = {}
    for name, given in fields.items():
        values = [value for value in given if value.strip() not in _NOTHING]
        if not values:
            continue
        if name in _TEXTS:
            raw[name] = _once(name, values)  # type: ignore[literal-required]
        elif name in _LISTS:
            raw.setdefault(_LISTS[name], []).extend(values)  # type: ignore[misc]
        elif name in _URLS:
            raw.setdefault("project_urls", {}).update(map(_labelled, values))
        elif name == "keywords":
            raw["keywords"] = [word.strip() for word in ",".join(values).split(",")]
    return _validated(lambda: Metadata.from_raw(raw))


def of_file(data: bytes, filename: str) -> Metadata:
    """Return the metadata in a file.

    Raises:
        InvalidUpload: naming every field that breaks a rule, and the rule.
    """
    try:
        return _validated(lambda: Metadata.from_email(data))
    except InvalidUpload as error:
        raise InvalidUpload(f"the metadata in {filename}: {error}", hint=error.hint) from error


def _validated(make: Callable[[], Metadata]) -> Metadata:
    try:
        return make()
    except ExceptionGroup as group:
        told = sorted({_told(error) for error in _leaves(group)})
        raise InvalidUpload("; ".join(told[:_MOST_ERRORS]), hint=_HINT) from group
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        # The email package has not promised what it raises at hostile headers.
        raise InvalidUpload(f"cannot be read: {error}", hint=_HINT) from error


def _leaves(group: ExceptionGroup[Exception]) -> Iterable[Exception]:
    for error in group.exceptions:
        if isinstance(error, ExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


def _told(error: Exception) -> str:
    cause = f" ({error.__cause__})" if error.__cause__ else ""
    text = f"{error}{cause}"
    return f"{error.field}: {text}" if isinstance(error, InvalidMetadata) else text


def _once(name: str, values: list[str]) -> str:
    if len(values) > 1:
        raise InvalidUpload(f"{name}: given {len(values)} times")
    return values[0]


def _labelled(text: str) -> tuple[str, str]:
    label, _, url = text.partition(",")
    return label.strip(), url.strip()
