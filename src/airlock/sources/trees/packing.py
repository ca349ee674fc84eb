"""Packs a tree of git, or a folder, into a tar: one container, read like every other.

Everything goes under one folder. Links stay links, and lead nowhere: the tar is never unpacked.
"""

import io
import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from airlock.errors import TargetNotFound, UpstreamUnavailable
from airlock.sources.trees.git import Git

_LINK, _SUBMODULE = "120000", "160000"


class TreeLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a source tree is taken."""

    files: int = 200_000
    file_bytes: int = 1024**3
    total_bytes: int = 4 * 1024**3


class _Entry(msgspec.Struct, frozen=True):
    mode: str
    value: str
    size: int
    path: str


def pack_commit(
    git: Git, commit: str, top: str, target: Path, limits: TreeLimits
) -> tuple[str, ...]:
    """Write the tree of a commit into a tar; return the folders that are submodules.

    Raises:
        UpstreamUnavailable: if it cannot be read, or is too much.
    """
    entries = list(_entries(git, commit, limits))
    blobs = [entry for entry in entries if entry.mode != _SUBMODULE]
    asked = "".join(f"{entry.value}\n" for entry in blobs).encode()
    with git.output("cat-file", "--batch", given=asked) as output, _tar(target) as tar:
        for entry in blobs:
            content = _content(output, entry)
            _add(tar, f"{top}/{entry.path}", content, is_link=entry.mode == _LINK)
    return tuple(entry.path for entry in entries if entry.mode == _SUBMODULE)


def _entries(git: Git, commit: str, limits: TreeLimits) -> Iterator[_Entry]:
    listed = git.answer("ls-tree", "-r", "-z", "--long", "--full-tree", "--end-of-options", commit)
    total = 0
    for number, line in enumerate(listed.split(b"\0")[:-1], 1):
        about, _, path = line.partition(b"\t")
        mode, _, value, size = about.decode("ascii", "replace").split()
        entry = _Entry(
            mode,
            value,
            int(size) if size.isdecimal() else 0,
            path.decode("utf-8", "surrogateescape"),
        )
        total += entry.size
        if number > limits.files or entry.size > limits.file_bytes or total > limits.total_bytes:
            raise UpstreamUnavailable("the source tree is larger than any that is read")
        yield entry


def _content(output: IO[bytes], entry: _Entry) -> bytes:
    header = output.readline(256).split()
    if header[:2] != [entry.value.encode(), b"blob"] or int(header[2]) != entry.size:
        raise UpstreamUnavailable("the repository does not have all objects of its tree")
    content = output.read(entry.size)
    if len(content) != entry.size or output.read(1) != b"\n":
        raise UpstreamUnavailable("an object of the source tree ends too early")
    return content


def pack_folder(folder: Path, top: str, target: Path, limits: TreeLimits) -> None:
    """Write the files of a folder into a tar, without those of version control.

    Raises:
        TargetNotFound: if something in it cannot be read, or it is too much.
    """
    count = total = 0
    with _tar(target) as tar:
        for path in _walk(folder):
            name = f"{top}/{path.relative_to(folder).as_posix()}"
            try:
                status = path.lstat()
                if stat.S_ISLNK(status.st_mode):
                    _add(tar, name, os.fsencode(path.readlink()), is_link=True)
                elif stat.S_ISREG(status.st_mode):
                    count, total = count + 1, total + status.st_size
                    if count > limits.files or total > limits.total_bytes:
                        raise TargetNotFound(f"{folder} is larger than any tree that is read")
                    _add(tar, name, path.read_bytes(), is_link=False)
            except OSError as error:
                raise TargetNotFound(f"{path} cannot be read: {error.strerror}") from error


def _walk(folder: Path) -> Iterator[Path]:
    def fail(error: OSError) -> None:
        raise TargetNotFound(f"{error.filename} cannot be read: {error.strerror}") from error

    for place, folders, files in os.walk(folder, onerror=fail):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        folders[:] = sorted({*folders} - {".git", ".hg", ".svn", *links})
        for name in sorted((*files, *links)):
            yield Path(place) / name


def _tar(target: Path) -> tarfile.TarFile:
    return tarfile.open(target, "w", format=tarfile.PAX_FORMAT, errors="surrogateescape")


def _add(tar: tarfile.TarFile, name: str, content: bytes, *, is_link: bool) -> None:
    entry = tarfile.TarInfo(name)
    entry.mode = 0o644
    if is_link:
        entry.type, entry.linkname = tarfile.SYMTYPE, content.decode("utf-8", "surrogateescape")
        tar.addfile(entry)
    else:
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
