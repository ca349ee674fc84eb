"""Developers with keys of their own, made at this moment, and the documents that they sign."""

from collections.abc import Mapping
from pathlib import Path

from airlock.model import ProjectName
from airlock.trust import ceremony, keys, project_documents, releases, roles
from airlock.trust.signing_keys import RoleKeys
from airlock.trust.workspace import Workspace
from tests.simulators.trusting import Holders, content_of


class Team:
    """The developers of one project."""

    def __init__(self, project: str, folder: Path, *names: str) -> None:
        self.project = ProjectName(project)
        self.holders = Holders(folder, *names)

    def keys(self, *names: str, threshold: int = 1) -> RoleKeys:
        public = tuple(keys.read_public(path) for path in self.holders.public(*names))
        return RoleKeys(public, threshold)

    def signed(self, document: bytes, *names: str) -> bytes:
        for name in names or self.holders.names:
            document = ceremony.sign(document, self.holders.signer(name))
        return document

    def next(
        self,
        workspace: Workspace,
        files: Mapping[str, bytes],
        *by: str,
        wanted: RoleKeys | None = None,
        withdrawn: tuple[str, ...] = (),
    ) -> bytes:
        """Return the next document with some files more, by their names."""
        developers = workspace.developers
        data = developers.document(self.project) if developers.standing(self.project) else None
        before = project_documents.read(data, self.project) if data else None
        new = releases.Wanted(
            files={
                roles.file_target(self.project, name): content_of(body)
                for name, body in files.items()
            },
            withdrawn=withdrawn,
            keys=wanted or (None if before else self.keys()),
            expires=workspace.clock() + project_documents.LIFE,
        )
        version = next_version(workspace, self.project)
        return self.signed(releases.next_document(self.project, before, new, version), *by)

    def claim(self, workspace: Workspace, files: Mapping[str, bytes]) -> int | None:
        """Claim the project, or sign more files of it; all developers sign."""
        document = self.next(workspace, files)
        return workspace.developers.accept(self.project, document, reason="release")


def next_version(workspace: Workspace, project: ProjectName) -> int:
    versions = workspace.repository.state().text.versions
    return versions.get(roles.project_role(project), 0) + 1
