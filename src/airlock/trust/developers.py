"""Projects whose developers sign, as the server keeps them: claimed, signed, replaced, promoted.

- A claim, its keys and the files that it is made with are one snapshot. The index's own signatures
  for these files end with it.
- Until the next ceremony an online key vouches for a claim (``recently-claimed``). A ceremony
  promotes it: from then on nobody without the offline keys can change whose keys count.
- Keys change by a document that old and new keys sign. For a promoted project the old ones go on
  signing until a ceremony has brought the new ones in.
- Lost or stolen keys are replaced by an administrator: ``replaced/PROJECT.json`` says which keys
  count for the next document instead.

Source: PEP 480 (registering, promotion, key loss; recovery from compromises).
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from airlock.errors import Forbidden, InvalidUpload, StoreError, UsageError
from airlock.model import ProjectName
from airlock.trust import ceremony, checking, delegating, project_documents, roles
from airlock.trust.checking import Held
from airlock.trust.claims import Claimed, Standing
from airlock.trust.delegating import Claims
from airlock.trust.project_documents import ProjectDocument
from airlock.trust.replacements import Replacements
from airlock.trust.signing_keys import RoleKeys
from airlock.trust.snapshots import Commit, Snapshots
from airlock.trust.states import Change, State, role_of

if TYPE_CHECKING:
    from airlock.trust.repository import Repository

_NOT_HERE = "airlock trust rotate FOLDER --claimed-key FILE.pub … makes room for them."


class Developers:
    """The developers' part of a trust folder.

    Args:
        folder: the trust folder.
        snapshots: the sequence.
        repository: whose bins had the files before.
    """

    def __init__(self, folder: Path, snapshots: Snapshots, repository: "Repository") -> None:
        self._replacements = Replacements(folder / "replaced")
        self._pending = folder / "pending"
        self._snapshots = snapshots
        self._repository = repository
        self._claimed = Claimed(snapshots)

    def projects(self) -> dict[ProjectName, Standing]:
        """Return all claimed projects."""
        return self._claimed.projects(self._snapshots.state())

    def standing(self, project: ProjectName) -> Standing | None:
        """Return who signs for a project; ``None`` if its developers do not."""
        return self.projects().get(project)

    def document(self, project: ProjectName) -> bytes | None:
        """Return the current document of a project."""
        return self._snapshots.current(roles.project_role(project), self._snapshots.state())

    def recently_claimed(self) -> bytes | None:
        """Return the document by which online keys vouch for claims; ``None`` without one."""
        return self._snapshots.current(roles.RECENT, self._snapshots.state())

    def checked(
        self, project: ProjectName, data: bytes, *, identities: bool = False
    ) -> ProjectDocument:
        """Return what a document says, if it may be taken now (``checking``).

        Raises:
            InvalidUpload: if it may not.
        """
        held = self._held(project, self._snapshots.state(), identities=identities)
        return checking.checked(data, held, self._snapshots.clock())

    def _held(
        self, project: ProjectName, state: State, *, identities: bool, carried: bool = False
    ) -> Held:
        if roles.RECENT not in state.text.versions:
            raise InvalidUpload("this index takes no signatures of developers", hint=_NOT_HERE)
        standing = self._claimed.projects(state).get(project)
        role = roles.project_role(project)
        data = self._snapshots.current(role, state) if standing else None
        replaced = self._replacements.get(project)
        counting = standing.keys if standing else None
        return Held(
            project=project,
            keys=replaced.signing if replaced else counting,
            before=project_documents.read(data, project) if data else None,
            version=state.text.versions.get(role, 0) + 1,
            identities=identities,
            carried=carried,
        )

    def has(self, project: ProjectName, data: bytes) -> bool:
        """Tell whether a document was taken, or a later one."""
        return project_documents.read(
            data, project
        ).version <= self._snapshots.state().text.versions.get(roles.project_role(project), 0)

    @contextlib.contextmanager
    def unclaimed(self, project: ProjectName) -> Iterator[None]:
        """Keep a project from being claimed in the block.

        Raises:
            Forbidden: if it is claimed.
        """
        with self._snapshots.alone():
            self.require_unclaimed(project)
            yield

    def require_unclaimed(self, project: ProjectName) -> None:
        """Refuse what the developers of a project have not signed.

        Raises:
            Forbidden: if it is claimed.
        """
        if self.standing(project) is not None:
            raise Forbidden(
                f"{project} is claimed: files come signed, by airlock sign and airlock upload",
                hint="airlock sign dist/* --key FILE; then airlock upload dist/*",
            )

    def accept(  # noqa: PLR0913 - what is taken, and by which rules
        self,
        project: ProjectName,
        data: bytes,
        *,
        reason: str,
        identities: bool = False,
        carried: bool = False,
        record: Callable[[ProjectDocument], None] = lambda _document: None,
    ) -> int | None:
        """Sign a document of developers into a snapshot; the checks are made again, alone.

        Args:
            project: whose it is.
            data: the document.
            reason: for the log.
            identities: whether keys may be identities.
            carried: whether another server took it first, and may have taken others before it.
            record: what else has to happen with it, before any client sees it; if it raises,
                nothing was changed.

        Returns:
            The number of the snapshot; ``None`` if the document waits for a ceremony, because the
            keys of a promoted project were replaced.

        Raises:
            InvalidUpload: if it may not be taken.
        """
        with self._snapshots.alone():
            state = self._snapshots.state()
            held = self._held(project, state, identities=identities, carried=carried)
            document = checking.checked(data, held, self._snapshots.clock())
            name = f"{document.version}.{roles.project_role(project)}.json"
            kept = {name: checking.as_kept(data, held, document)}
            record(document)
            standing = self._claimed.projects(state).get(project)
            promoted = standing is not None and standing.role == roles.CLAIMED
            if promoted and self._replacements.get(project) is not None:
                self._wait(kept)
                return None
            changes = [Change(path, None) for path in document.targets]
            bins, _, removed = self._repository.applied(changes, state)
            recent = None
            if standing is None or not (promoted or standing.keys.same(document.keys)):
                recent = {**self._claimed.recent(state), project: document.keys}
            number = self._snapshots.commit(
                state,
                Commit(
                    reason=reason,
                    bins=bins,
                    documents=kept,
                    recent=recent,
                    added=tuple(document.targets),
                    removed=removed,
                ),
            )
            self._replacements.forget(project)
            return number

    def _wait(self, documents: Mapping[str, bytes]) -> None:
        self._pending.mkdir(mode=0o755, parents=True, exist_ok=True)
        for name, data in documents.items():
            (self._pending / name).write_bytes(data)

    # --- replaced keys

    def replace(self, project: ProjectName, signing: RoleKeys, reason: str) -> None:
        """Let other keys count for the next document of a project.

        Raises:
            UsageError: if nobody has claimed it, or the threshold cannot be met.
        """
        if self.standing(project) is None:
            raise UsageError(f"nobody has claimed {project}")
        signing.checked(roles.project_role(project))
        self._replacements.put(project, signing, reason, self._snapshots.clock())

    # --- ceremonies

    def claims_after(
        self, promoted: Iterable[ProjectName] | None, released: Iterable[ProjectName]
    ) -> Claims:
        """Return what the next ``claimed`` is to delegate.

        Args:
            promoted: recently claimed projects; ``None``: all of them.
            released: projects that shall be nobody's.

        Raises:
            UsageError: if one of them was not recently claimed, or not claimed at all.
        """
        state = self._snapshots.state()
        recent, offline = self._claimed.recent(state), self._claimed.promoted(state)
        wanted = set(recent) if promoted is None else set(promoted)
        if strange := wanted - set(recent) or set(released) - set(offline):
            raise UsageError(f"{min(strange)} is not among the claimed projects")
        claims = {**offline, **{project: recent[project] for project in wanted}}
        for project in claims:
            claims[project] = self._declared(project, state)
        return {project: who for project, who in claims.items() if project not in set(released)}

    def _declared(self, project: ProjectName, state: State) -> RoleKeys:
        """Return the keys that the developers want, or that have replaced theirs."""
        if replaced := self._replacements.get(project):
            return replaced.signing
        data = self._snapshots.current(roles.project_role(project), state)
        if data is None:
            raise StoreError(f"the document of {project} is missing", hint="airlock trust recover")
        return project_documents.read(data, project).keys

    def check_ceremony(self, pending: Mapping[str, bytes]) -> None:
        """Look whether the developers' documents will verify under what is to be brought in.

        Raises:
            UsageError: if one would not: clients would lose a project.
        """
        by_role = {role_of(name): data for name, data in pending.items()}
        projects = [role for role in by_role if role.startswith(roles.PROJECT_PREFIX)]
        if roles.CLAIMED not in by_role:
            if projects:
                raise UsageError(
                    f"{projects[0]}.json waits for a ceremony", hint="airlock trust promote FOLDER"
                )
            return
        claims = delegating.claims_of(ceremony.read(by_role[roles.CLAIMED]).signed)
        state = self._snapshots.state() if claims else None
        for project, signing in claims.items():
            role = roles.project_role(project)
            data = by_role.get(role) or (state and self._snapshots.current(role, state))
            if not data or project_documents.missing(data, project, [signing]):
                raise UsageError(
                    f"the current document of {project} is not signed by the keys that are to "
                    "count",
                    hint="Its developers sign and upload one; then airlock trust promote anew.",
                )

    def installed(self, pending: Mapping[str, bytes]) -> None:
        """Forget the replacements that a ceremony has brought in."""
        by_role = {role_of(name): data for name, data in pending.items()}
        if roles.CLAIMED in by_role:
            for project in delegating.claims_of(ceremony.read(by_role[roles.CLAIMED]).signed):
                if roles.project_role(project) in by_role:
                    self._replacements.forget(project)

    def release(self, project: ProjectName, reason: str) -> int:
        """Let a recently claimed project be nobody's, and return the number of the snapshot.

        Raises:
            UsageError: if it is none.
        """
        with self._snapshots.alone():
            state = self._snapshots.state()
            recent = dict(self._claimed.recent(state))
            if recent.pop(project, None) is None:
                raise UsageError(
                    f"{project} was not recently claimed",
                    hint="A promoted project is released by a ceremony: airlock trust promote "
                    "FOLDER --release PROJECT",
                )
            return self._snapshots.commit(state, Commit(reason=reason, recent=recent))
