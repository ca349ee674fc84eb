"""What the guarded command sees of the user's settings.

- Its index is the guard's, whatever files say: pip's configuration files are not read by pip but by
  us, and what they say of other things is handed on as variables; uv's are not read at all.
- Its proxy is the barrier, so that what does not ask the guard reaches nobody.
- Caches are off: what an unguarded command left there was not vetted.
"""

from collections.abc import Mapping

import msgspec

from airlock.sources.pip_configuration import pip_file_settings

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy")
# Settings that lead to files; what they add is an objection, and what they replace is ours to say.
_PIP_PLACES = ("extra-index-url", "find-links")
_PIP_OURS = frozenset(
    (*_PIP_PLACES, "index-url", "pypi-url", "no-index", "proxy", "trusted-host", "cache-dir")
)
# Read by us instead, in pip's place.
_PIP_KEPT_FROM_FILES = frozenset({"cert", "client-cert", "constraint", "requirement", "editable"})
_UV_PLACES = ("UV_EXTRA_INDEX_URL", "UV_INDEX", "UV_FIND_LINKS")
_UV_OURS = (
    *(*_UV_PLACES, "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_NO_INDEX", "UV_CONFIG_FILE"),
    *("UV_INSECURE_HOST", "UV_CACHE_DIR", "UV_HTTP_PROXY", "UV_HTTPS_PROXY"),
)


class Guarded(msgspec.Struct, frozen=True):
    """Where the guard listens."""

    index: str
    """The URL of its index, ending in ``/simple/``."""
    barrier: str
    """The URL of its proxy."""


def places(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of pip and uv that add places to take files from, by their names.

    Raises:
        UsageError: if a configuration file of pip cannot be read.
    """
    files = pip_file_settings(environ)
    found = {f"pip's configuration: {name}": files.get(name, "") for name in _PIP_PLACES}
    for name in (*(f"PIP_{place.upper().replace('-', '_')}" for place in _PIP_PLACES), *_UV_PLACES):
        found[name] = environ.get(name, "")
    return {name: value for name, value in found.items() if value.strip()}


def environment(environ: Mapping[str, str], guarded: Guarded) -> dict[str, str]:
    """Return the variables of the guarded command.

    Raises:
        UsageError: if a configuration file of pip cannot be read.
    """
    theirs = {
        _variable(name): value
        for name, value in pip_file_settings(environ).items()
        if name not in _PIP_OURS | _PIP_KEPT_FROM_FILES
    }
    constraint = pip_file_settings(environ).get("constraint")
    if constraint:
        theirs["PIP_CONSTRAINT"] = constraint
    ours = {_variable(name) for name in _PIP_OURS} | {*_UV_OURS, "PIP_CONFIG_FILE"}
    kept = {
        name: value
        for name, value in environ.items()
        if name not in ours and name.lower() not in _PROXIES
    }
    proxies = {spelled: guarded.barrier for name in _PROXIES for spelled in (name, name.upper())}
    return {
        "UV_LINK_MODE": "copy",
        **theirs,
        **kept,
        **proxies,
        "no_proxy": "127.0.0.1",
        "NO_PROXY": "127.0.0.1",
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_INDEX_URL": guarded.index,
        "PIP_NO_CACHE_DIR": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_DEFAULT_INDEX": guarded.index,
        "UV_NO_CONFIG": "1",
        "UV_NO_CACHE": "1",
    }


def _variable(name: str) -> str:
    return f"PIP_{name.upper().replace('-', '_')}"
