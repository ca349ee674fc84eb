"""Keeps loopback out of lock files: uv writes the address of every file into ``uv.lock``.

- While the command runs, the lock file names the guard, so that what is locked is taken from it;
  before and after, it names the index that the user chose, and upstream's addresses.
- What the lock file said before is kept beside it as long as the command runs: if the guard is
  killed, the next one puts it back.
- An address is translated by its digest; one whose origin is not known is an error, not a guess.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from airlock.errors import UsageError

Origin = Callable[[str, str], str | None]
"""From the digest and the name of a file to its address upstream."""

_LARGEST_BYTES = 64 * 1024 * 1024
_MOST_LEVELS = 40
_KEPT = ".airlock-kept"
_REGISTRY = re.compile(r'registry = "(https?://[^"]+)"')
_LOCKED = re.compile(r'url = "(https?://[^"]+)", hash = "sha256:([0-9a-f]{64})"')
_LOOPBACK = r"http://127\.0\.0\.1:\d+"
_OUR_FILE = re.compile(_LOOPBACK + r"/files/([0-9a-f]{64})/([^\"'\s#]+)")
_OUR_INDEX = re.compile(_LOOPBACK + r"/simple/?")


def lock_file(folder: Path) -> Path | None:
    """Return the ``uv.lock`` of the project that a folder is in, whether it is there or not."""
    for level in (folder, *list(folder.resolve().parents)[:_MOST_LEVELS]):
        if (level / "uv.lock").is_file() or (level / "pyproject.toml").is_file():
            return level / "uv.lock"
    return None


@contextmanager
def translated(path: Path, index: str, upstream: str, origin: Origin) -> Iterator[None]:
    """Let a lock file name the guard within the block, and upstream after it.

    Args:
        path: the lock file, which need not be there.
        index: the guard's index, ending in ``/simple/``.
        upstream: the URL that stands for it in a lock file.
        origin: tells where files come from.

    Raises:
        UsageError: if it cannot be read, or if an address in it cannot be translated.
    """
    kept = path.with_name(path.name + _KEPT)
    restore(path)
    before = _text(path)
    known, registries = _origins(before), sorted(set(_REGISTRY.findall(before)))
    if len(registries) > 1:
        raise UsageError(
            f"{path} was locked from several indexes: {', '.join(registries)[:300]}",
            hint="The guard stands for one index; lock it again from that one.",
        )
    if before:
        kept.write_text(before, encoding="utf-8")
        path.write_text(to_guard(before, index), encoding="utf-8")
    try:
        yield
    finally:
        after = _text(path)
        usual = registries[0] if registries else upstream
        back = to_upstream(after, usual, lambda sha, name: known.get(sha) or origin(sha, name))
        if back != after:
            path.write_text(back, encoding="utf-8")
        kept.unlink(missing_ok=True)


def restore(path: Path) -> None:
    """Put back what a lock file said, if a guard was killed while it was translated."""
    kept = path.with_name(path.name + _KEPT)
    if kept.is_file():
        kept.replace(path)


def to_guard(text: str, index: str) -> str:
    """Return a lock file with the guard's addresses instead of upstream's."""
    files = index.removesuffix("simple/") + "files"

    def replaced(found: re.Match[str]) -> str:
        return f'url = "{files}/{found[2]}/{_filename(found[1])}", hash = "sha256:{found[2]}"'

    return _LOCKED.sub(replaced, _REGISTRY.sub(f'registry = "{index}"', text))


def to_upstream(text: str, upstream: str, origin: Origin) -> str:
    """Return any text with upstream's addresses instead of a guard's.

    Raises:
        UsageError: if the origin of a file is not known.
    """

    def replaced(found: re.Match[str]) -> str:
        url = origin(found[1], unquote(found[2]))
        if url is None:
            raise UsageError(
                f"a lock file names {unquote(found[2])[:200]!r}, whose origin is not known",
                hint="Lock it again with: airlock run -- uv lock --refresh",
            )
        return url

    return _OUR_INDEX.sub(upstream, _OUR_FILE.sub(replaced, text))


def _origins(text: str) -> Mapping[str, str]:
    return {digest: url for url, digest in _LOCKED.findall(text)}


def _filename(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2]


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        if len(data) > _LARGEST_BYTES:
            raise UsageError(f"{path} is too large")
        return data.decode()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
