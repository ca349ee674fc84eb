"""What an operator does with a trust folder, for the commands and for the gate."""

import datetime as dt
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from airlock.errors import StoreError, UsageError
from airlock.model import ProjectName
from airlock.trust import keys, offline_documents, online_keys, roles, verification
from airlock.trust.bins import succinct_of
from airlock.trust.documents import Target
from airlock.trust.online_keys import OnlineKey, OnlineKeyring
from airlock.trust.releases import target_of
from airlock.trust.signing_keys import CeremonyKeys, OnlineKeys, RoleKeys
from airlock.trust.states import Change
from airlock.trust.workspace import Workspace

Given = Mapping[str, tuple[Sequence[Path], int | None]]
"""From a role to the files of its public keys and the threshold."""

# Whoever asks for these gets them from the index, which asks the door.
_OF_THE_DOOR = {"files", "simple"}
_PRIVATE = stat.S_IRWXG | stat.S_IRWXO


def begin(
    folder: Path,
    clock: Callable[[], dt.datetime],
    given: Given,
    online: Mapping[str, tuple[str, Path]] | None,
    files: int,
) -> Workspace:
    """Make a trust folder, and online keys for the roles for which none is given.

    Args:
        folder: which must not be one yet.
        clock: gives the time in UTC.
        given: the keys of offline roles; those of ``claimed`` are those of targets by default.
        online: places and public parts of online keys, by role.
        files: about how many there will be.

    Raises:
        UsageError: if there is one, or if a threshold cannot be met.
    """
    keyring = OnlineKeyring(folder)
    if keyring.exists:
        raise UsageError(f"{folder} is a trust folder already")
    signing = {role: role_keys(*one).checked(role) for role, one in given.items()}
    placed = [
        OnlineKey.of(place, keys.read_public(public), [role])
        for role, (place, public) in (online or {}).items()
    ]
    placed += [keyring.made(role) for role in roles.ONLINE if role not in (online or {})]
    public = CeremonyKeys(
        root=signing[roles.ROOT],
        targets=signing[roles.TARGETS],
        bins=signing[roles.BINS],
        claimed=signing.get(roles.CLAIMED) or signing[roles.TARGETS],
        online=online_keys.by_role(placed),
    )
    return Workspace.create(folder, clock, public, placed, roles.bits_for(files))


def role_keys(paths: Sequence[Path], threshold: int | None) -> RoleKeys:
    """Return the keys of a role from the files of their public parts."""
    found = tuple(keys.read_public(path) for path in paths)
    return RoleKeys(found, threshold or len(found))


def rotate(
    workspace: Workspace,
    given: Given,
    renew: Sequence[str],
    *,
    online: Sequence[str] = (),
    compromised: bool = False,
) -> None:
    """Write what has to be signed so that keys are replaced.

    What a planned rotation brings in is signed by the old online keys and by the new ones:
    whichever root a client has, it can verify. A compromised key signs nothing of it.

    Args:
        workspace: the trust folder.
        given: the keys that offline roles are to have.
        renew: offline roles that only get a new expiry.
        online: online roles that get new keys, in files.
        compromised: whether the old ones are in other hands.
    """
    signing = {role: role_keys(*one) for role, one in given.items()}
    current = workspace.current()
    wanted = list(online)
    if roles.CLAIMED in signing and roles.CLAIMED not in current and roles.RECENT not in wanted:
        wanted.append(roles.RECENT)
    change = offline_documents.Change(
        root=signing.get(roles.ROOT),
        targets=signing.get(roles.TARGETS),
        bins=signing.get(roles.BINS),
        claimed=signing.get(roles.CLAIMED),
        online=_new_online(workspace, wanted, compromised=compromised),
        renew=tuple(renew),
    )
    workspace.put_pending(offline_documents.next_documents(current, change, workspace.clock()))


def _new_online(workspace: Workspace, wanted: Sequence[str], *, compromised: bool) -> OnlineKeys:
    """Make online keys for roles, which sign from the next installation on."""
    if not wanted:
        return {}
    keyring = workspace.keyring
    made = [keyring.made(role) for role in wanted]
    kept = keyring.listed()
    if compromised:
        kept = [
            msgspec.structs.replace(one, roles=signs)
            for one in kept
            if (signs := tuple(role for role in one.roles if role not in wanted))
        ]
    keyring.write([*kept, *made], at_installation=True)
    return {role: public for role, public in online_keys.by_role(made).items() if role in wanted}


def promote(
    workspace: Workspace,
    promoted: Iterable[ProjectName] | None,
    released: Iterable[ProjectName],
) -> None:
    """Write what has to be signed so that offline keys vouch for claims.

    Args:
        workspace: the trust folder.
        promoted: recently claimed projects; ``None``: all of them.
        released: promoted projects that shall be nobody's.

    Raises:
        UsageError: if one of them is not what it has to be.
    """
    current = workspace.current()
    change = offline_documents.Change(claims=workspace.developers.claims_after(promoted, released))
    workspace.put_pending(offline_documents.next_documents(current, change, workspace.clock()))


def rebin(workspace: Workspace, files: int | None) -> tuple[int, int]:
    """Write what has to be signed so that the bins fit; return the bits before and after."""
    current = workspace.current()
    before = succinct_of(current[roles.BINS]).bit_length
    wanted = files if files is not None else sum(1 for _ in workspace.repository.targets())
    after = roles.bits_for(wanted)
    if after != before:
        change = offline_documents.Change(bits=after)
        workspace.put_pending(offline_documents.next_documents(current, change, workspace.clock()))
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


def recover(
    workspace: Workspace,
    reason: str,
    *,
    right: Iterable[str] | None = None,
    clear_recent: bool = False,
) -> int:
    """Sign every bin anew, and return the number of the snapshot.

    Args:
        workspace: the trust folder.
        reason: for the log.
        right: the paths that may stay; ``None``: all.
        clear_recent: let no project be recently claimed: whoever had the online key may have
            registered keys; projects register again (PEP 480).
    """
    targets = dict(workspace.repository.targets())
    if right is not None:
        kept = set(right)
        targets = {path: one for path, one in targets.items() if path in kept}
    return workspace.repository.rebuild(
        targets.items(), reason=reason, recent={} if clear_recent else None
    )


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
        yield True, "no private key but the online keys lies here", ""
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
    for one in workspace.keyring.listed():
        path = workspace.keyring.path_of(one)
        who = ", ".join(one.roles)
        if ":" in one.place:
            yield True, f"the key of {who} is at {one.place}", ""
        elif not path.is_file():
            yield False, f"the online key {path} is missing", "airlock trust rotate --online"
        elif path.stat().st_mode & _PRIVATE:
            yield False, f"others may read {path}", f"chmod 600 {path}"
        else:
            yield True, f"only its owner reads {path}", ""
