"""What a repository offers: its tags and branches, and the objects of one of them.

- One on the disk is never asked by a git that runs in it, whose settings may name programs: its
  references are read here, and its objects are borrowed by a repository of our own.
- One elsewhere is asked for a single commit, without its history.
"""

import ipaddress
import re
from abc import ABC, abstractmethod
from pathlib import Path
from urllib.parse import urlsplit

from airlock.errors import TargetNotFound, UpstreamUnavailable, UsageError
from airlock.sources.trees.git import Git
from airlock.sources.urls import without_credentials

_MOST_REFERENCES = 100_000
_LARGEST_BYTES = 32 * 1024**2
_OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SHORT = re.compile(r"(?:[\w.-]+@)?(?P<host>[\w.-]+):(?P<path>[^:/].*)")
_TAGS, _HEADS = "refs/tags/", "refs/heads/"
_PEELED = "^{}"
_SHA256_DIGITS = 64
_HERE = "refs/airlock/tree"


class Repository(ABC):
    """One repository, to be read.

    Args:
        shown: what it is called, without credentials.
    """

    def __init__(self, shown: str) -> None:
        self.shown = shown

    @abstractmethod
    def references(self) -> dict[str, str]:
        """Return what tags and branches point at, by their full names; tags' commits, if known.

        Raises:
            UpstreamUnavailable: if the repository does not say.
        """

    @abstractmethod
    def bring(self, name: str, value: str) -> tuple[Git, str]:
        """Make the objects of a reference readable; return who reads them, and the commit.

        Raises:
            UpstreamUnavailable: if they cannot be had.
        """


class RemoteRepository(Repository):
    """A repository at a URL."""

    def __init__(self, url: str, folder: Path) -> None:
        super().__init__(without_credentials(url))
        self._url = url
        self._git = Git(folder, _protocol(url))
        self._git.begin()

    def references(self) -> dict[str, str]:
        """Return what the server lists."""
        listed = self._git.answer("ls-remote", "--quiet", "--tags", "--heads", "--", self._url)
        return _listed(listed.decode("utf-8", "replace").splitlines(), "\t")

    def bring(self, name: str, value: str) -> tuple[Git, str]:
        """Fetch the one commit."""
        what = ("--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
        self._git.answer("fetch", "--quiet", *what, "--", self._url, f"+{name}:{_HERE}")
        commit = _commit(self._git, _HERE)
        if commit != value:
            raise UpstreamUnavailable(f"{self.shown} gave another commit than it had listed")
        return self._git, commit


class LocalRepository(Repository):
    """A repository on the disk."""

    def __init__(self, path: Path, folder: Path) -> None:
        super().__init__(str(path))
        self._path = _common_folder(path)
        self._folder = folder

    def references(self) -> dict[str, str]:
        """Read what its files say; tags may point at tags still."""
        packed = _text(self._path / "packed-refs")
        found = _packed(packed.splitlines())
        for kind in ("tags", "heads"):
            top = self._path / "refs" / kind
            for path in sorted(top.rglob("*"))[:_MOST_REFERENCES] if top.is_dir() else ():
                value = _text(path).strip() if path.is_file() and not path.is_symlink() else ""
                if _OBJECT.fullmatch(value):
                    found[f"refs/{kind}/{path.relative_to(top).as_posix()}"] = value
        return found

    def bring(self, name: str, value: str) -> tuple[Git, str]:  # noqa: ARG002 - the port's
        """Borrow its objects."""
        git = Git(self._folder, "")
        git.begin("sha256" if len(value) == _SHA256_DIGITS else "sha1")
        objects = self._folder / "objects" / "info" / "alternates"
        objects.parent.mkdir(parents=True, exist_ok=True)
        place = str((self._path / "objects").resolve())
        if "\n" in place or place.startswith(('"', "#")):
            raise UsageError(f"{self.shown!r} is no path that git can be told")
        objects.write_text(f"{place}\n", encoding="utf-8", errors="surrogateescape")
        return git, _commit(git, value)


def is_url(text: str) -> bool:
    """Tell whether a text means a repository elsewhere."""
    return "://" in text or bool(_SHORT.fullmatch(text))


def is_repository(path: Path) -> bool:
    """Tell whether a folder is one of git: with a work tree, or bare."""
    bare = (path / "objects").is_dir() and (path / "HEAD").is_file() and (path / "refs").is_dir()
    return (path / ".git").exists() or bare


def remote_url(text: str) -> str:
    """Return the URL of a repository as git is given it.

    Raises:
        UsageError: if it is of no protocol that is spoken.
    """
    short = None if "://" in text else _SHORT.fullmatch(text)
    url = f"ssh://{text.replace(':', '/', 1)}" if short else text
    if not _protocol(url):
        raise UsageError(
            f"{without_credentials(text)!r} is no repository that is fetched from",
            hint="Name a folder, or a URL that begins with https:// or ssh://.",
        )
    return url


def _protocol(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if not host or host.startswith("-") or not url.isprintable():
        return ""
    if parts.scheme == "http":
        return "http" if _is_here(host) else ""
    return parts.scheme if parts.scheme in {"https", "ssh"} else ""


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listed(lines: list[str], between: str) -> dict[str, str]:
    """Return references; what a tag was peeled to counts, not the tag itself."""
    found: dict[str, str] = {}
    for line in lines[: 2 * _MOST_REFERENCES]:
        value, _, name = line.partition(between)
        if _OBJECT.fullmatch(value) and name.startswith((_TAGS, _HEADS)) and name.isprintable():
            plain = name.removesuffix(_PEELED)
            if name != plain or plain not in found:
                found[plain] = value
    return found


def _packed(lines: list[str]) -> dict[str, str]:
    """Return the references of ``packed-refs``, where ``^`` leads the commit of the tag before."""
    told: list[str] = []
    for line in lines:
        if line.startswith("^") and told:
            told.append(f"{line[1:]} {told[-1].partition(' ')[2]}{_PEELED}")
        elif not line.startswith("#"):
            told.append(line)
    return _listed(told, " ")


def _commit(git: Git, name: str) -> str:
    said = git.answer("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    commit = said.decode("ascii", "replace").strip()
    if not _OBJECT.fullmatch(commit):
        raise UpstreamUnavailable("the repository has no such commit")
    return commit


def _common_folder(path: Path) -> Path:
    """Return where a repository has its objects: of a linked work tree, elsewhere."""
    folder = path / ".git"
    if not folder.exists():
        return path
    if folder.is_file():
        told = _text(folder).strip()
        if not told.startswith("gitdir: "):
            raise TargetNotFound(f"{folder} does not say where its repository is")
        folder = path / told.removeprefix("gitdir: ")
    common = _text(folder / "commondir").strip()
    return folder / common if common else folder


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_BYTES + 1)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise UpstreamUnavailable(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > _LARGEST_BYTES:
        raise UpstreamUnavailable(f"{path} is too large to be what it should be")
    return data.decode("utf-8", "surrogateescape")
