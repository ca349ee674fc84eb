"""What an operator does with a trust folder, for the commands and for the gate."""

import datetime as dt
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.errors import StoreError, UsageError
from airlock.trust import ceremony, keys, roles, verification
from airlock.trust.bins import succinct_of
from airlock.trust.ceremony import CeremonyKeys, RoleKeys
from airlock.trust.documents import Target
from airlock.trust.releases import target_of
from airlock.trust.states import Change
from airlock.trust.workspace import Workspace

if TYPE_CHECKING:
    from securesystemslib.signer import Key

Given = Mapping[str, tuple[Sequence[Path], int | None]]
"""From a role to the files of its public keys and the threshold."""

# Whoever asks for these gets them from the index, which asks the door.
_OF_THE_DOOR = {"files", "simple"}
_PRIVATE = stat.S_IRWXG | stat.S_IRWXO


def begin(
    folder: Path,
    clock: Callable[[], dt.datetime],
    given: Given,
    online: tuple[str, Path] | None,
    files: int,
) -> Workspace:
    """Make a trust folder, and an online key if none is given.

    Raises:
        UsageError: if there is one, or if a threshold cannot be met.
    """
    if (folder / "online.json").exists():
        raise UsageError(f"{folder} is a trust folder already")
    signing = {role: role_keys(*one).checked(role) for role, one in given.items()}
    if online is None:
        place, key = new_online_key(folder)
    else:
        place, key = online[0], keys.read_public(online[1])
    public = CeremonyKeys(
        root=signing[roles.ROOT],
        targets=signing[roles.TARGETS],
        bins=signing[roles.BINS],
        online=(key,),
    )
    return Workspace.create(folder, clock, public, [place], roles.bits_for(files))


def role_keys(paths: Sequence[Path], threshold: int | None) -> RoleKeys:
    """Return the keys of a role from the files of their public parts."""
    found = tuple(keys.read_public(path) for path in paths)
    return RoleKeys(found, threshold or len(found))


def new_online_key(folder: Path) -> "tuple[str, Key]":
    """Make an online key in a trust folder; return its place and its public part."""
    taken = len(list((folder / "online").glob("*.pem"))) if (folder / "online").is_dir() else 0
    name = f"online-{taken + 1}.pem"
    return name, keys.new_key_file(folder / "online" / name, None)


def rotate(
    workspace: Workspace,
    given: Given,
    renew: Sequence[str],
    *,
    online: bool = False,
    compromised: bool = False,
) -> None:
    """Write what has to be signed so that keys are replaced.

    What a planned rotation brings in is signed by the old online key and by the new one: whichever
    root a client has, it can verify. A compromised key signs nothing of it.
    """
    signing = {role: role_keys(*one) for role, one in given.items()}
    change = ceremony.Change(
        root=signing.get(roles.ROOT),
        targets=signing.get(roles.TARGETS),
        bins=signing.get(roles.BINS),
        renew=tuple(renew),
    )
    if online:
        place, key = new_online_key(workspace.folder)
        change = _with_online(change, key)
        kept = [] if compromised else workspace.known_online()
        workspace.set_online([*kept, (place, key)], at_installation=True)
    documents = ceremony.next_documents(workspace.current(), change, workspace.clock())
    workspace.put_pending(documents)


def _with_online(change: ceremony.Change, key: "Key") -> ceremony.Change:
    return ceremony.Change(
        root=change.root,
        targets=change.targets,
        bins=change.bins,
        renew=change.renew,
        online=(key,),
    )


def rebin(workspace: Workspace, files: int | None) -> tuple[int, int]:
    """Write what has to be signed so that the bins fit; return the bits before and after."""
    current = workspace.current()
    before = succinct_of(current[roles.BINS]).bit_length
    wanted = files if files is not None else sum(1 for _ in workspace.repository.targets())
    after = roles.bits_for(wanted)
    if after != before:
        change = ceremony.Change(bits=after)
        workspace.put_pending(ceremony.next_documents(current, change, workspace.clock()))
    return before, after


def publish_files(workspace: Workspace, pairs: Iterable[str]) -> int:
    """Sign files as targets, each given as ``PATH=FILE``; return the number of the snapshot.

    Raises:
        UsageError: if one is not written so, or cannot be read.
    """
    changes = []
    for pair in pairs:
        path, equals, file = pair.partition("=")
        if not equals:
            raise UsageError(f"{pair!r} is not PATH=FILE")
        target = target_of(Path(file))
        keep_target(workspace, roles.checked_path(path), Path(file), target)
        changes.append(Change(path, target))
    return workspace.repository.publish(changes, reason="published by hand")


def keep_target(workspace: Workspace, path: str, file: Path, target: Target) -> None:
    """Copy a file to where clients ask for it: below ``targets/``, named by its digest.

    Raises:
        UsageError: if the file changes meanwhile.
        StoreError: if it cannot be copied.
    """
    if path.split("/", maxsplit=1)[0] in _OF_THE_DOOR:
        return
    kept = workspace.folder / "targets" / roles.hashed_path(path, target.sha256)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        new = kept.with_name(f".{kept.name}.new")
        shutil.copyfile(file, new)
        if target_of(new) != target:
            raise UsageError(f"{file} changed while it was read")
        new.replace(kept)
    except OSError as error:
        raise StoreError(f"{kept} cannot be written: {error.strerror}") from error


def revoke(workspace: Workspace, paths: Sequence[str], reason: str) -> int:
    """Sign targets no more, and return the number of the snapshot.

    Raises:
        UsageError: if one of them is not signed.
    """
    for path in paths:
        if workspace.repository.target(roles.checked_path(path)) is None:
            raise UsageError(f"{path} is not signed", hint="airlock trust status tells more.")
    changes = [Change(path, None) for path in paths]
    return workspace.repository.publish(changes, reason=reason)


def recover(workspace: Workspace, reason: str, *, right: Iterable[str] | None = None) -> int:
    """Sign every bin anew, and return the number of the snapshot.

    Args:
        workspace: the trust folder.
        reason: for the log.
        right: the paths that may stay; ``None``: all.
    """
    targets = dict(workspace.repository.targets())
    if right is not None:
        kept = set(right)
        targets = {path: one for path, one in targets.items() if path in kept}
    return workspace.repository.rebuild(targets.items(), reason=reason)


def logged_paths(workspace: Workspace) -> set[str]:
    """Return the paths that are signed by the log of transactions alone.

    Raises:
        UsageError: if the log does not hold all of them.
    """
    found: set[str] = set()
    for one in workspace.log.read():
        if one.more:
            raise UsageError("the log leaves paths out", hint="Recover from the bins instead.")
        found = (found | set(one.added)) - set(one.removed)
    return found


def diagnosis(workspace: Workspace) -> Iterator[tuple[bool, str, str]]:
    """Yield what is so, good or bad, each with its cure."""
    wrong = list(workspace.misplaced_keys())
    for path in wrong:
        yield False, f"{path} is a private key and no online key", "Take it away, and rotate it."
    if not wrong:
        yield True, "no private key but the online key's lies here", ""
    yield from _online_keys(workspace)
    if not workspace.current():
        yield False, "nothing was published yet", "airlock trust publish, after the ceremony"
        return
    found = verification.examine(workspace.metadata, workspace.clock())
    for one in found.problems:
        cure = "airlock trust rotate --renew ROLE" if one.soon else "airlock trust publish"
        yield False, f"{one.document}: {one.message}", cure
    if not found.problems:
        yield True, f"{found.targets} targets in {found.bins} bins verify", ""
    bits = succinct_of(workspace.current()[roles.BINS]).bit_length
    if abs(roles.bits_for(found.targets) - bits) > 1 and found.targets:
        yield False, f"{found.bins} bins do not fit {found.targets} targets", "airlock trust rebin"


def _online_keys(workspace: Workspace) -> Iterator[tuple[bool, str, str]]:
    for one in workspace.online():
        path = workspace.folder / "online" / one.place
        if ":" in one.place:
            yield True, f"the online key is at {one.place}", ""
        elif not path.is_file():
            yield False, f"the online key {path} is missing", "airlock trust rotate --online"
        elif path.stat().st_mode & _PRIVATE:
            yield False, f"others may read {path}", f"chmod 600 {path}"
        else:
            yield True, f"only its owner reads {path}", ""
