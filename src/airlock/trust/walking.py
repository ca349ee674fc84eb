"""python-tuf's client, which also tells whose files a project's are.

A file is looked for by python-tuf's own walk. Whether a project is claimed has to be known before
there is any file of it: a page, and the core metadata that it announces, come first. What this
reads is loaded and verified by the same code as the walk's, and is what the walk needs anyway.
"""

import msgspec
from tuf.api.metadata import Targets
from tuf.ngclient import Updater

from airlock.model import ProjectName
from airlock.trust import project_documents, roles
from airlock.trust.project_documents import ProjectDocument
from airlock.trust.signing_keys import RoleKeys


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs the files of a claimed project."""

    project: ProjectName
    role: str
    """``claimed``, or ``recently-claimed``, for which online keys vouch."""
    keys: RoleKeys
    """That count now."""
    document: ProjectDocument


class Walker(Updater):
    """The client of one repository."""

    def version(self, role: str) -> int:
        """Return the current version of a role's document; 0 if there never was one."""
        found = self._trusted_set.snapshot.meta.get(f"{role}.json")
        return found.version if found else 0

    def claim(self, project: ProjectName) -> Claim | None:
        """Return who signs the files of a project; ``None`` if its developers do not.

        Raises:
            RepositoryError: if a document does not verify.
            MalformedDocument: if the developers' document is none.
        """
        role = roles.project_role(project)
        top = self._load_targets(roles.TARGETS, roles.ROOT)
        listed = top.delegations.roles if top.delegations else None
        for delegator in (roles.CLAIMED, roles.RECENT):
            if delegator not in (listed or {}):
                continue
            keys = keys_of(self._load_targets(delegator, roles.TARGETS), role)
            if keys is not None:
                signed = self._load_targets(role, delegator)
                document = project_documents.of_signed(signed, project)
                return Claim(project=project, role=delegator, keys=keys, document=document)
        return None


def keys_of(delegator: Targets, role: str) -> RoleKeys | None:
    """Return who signs for a role; ``None`` if it is not delegated to."""
    delegations = delegator.delegations
    found = (delegations.roles or {}).get(role) if delegations else None
    if delegations is None or found is None:
        return None
    return RoleKeys(tuple(delegations.keys[one] for one in found.keyids), found.threshold)
