"""The documents that hand the files of projects to their developers (PEP 480).

``claimed`` and ``recently-claimed`` have one form: for each project a delegation of exactly its
files, which is terminating. Written with sorted projects, in canonical form.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec

from airlock.errors import StoreError
from airlock.model import ProjectName
from airlock.trust import documents, roles
from airlock.trust.documents import Signs
from airlock.trust.signing_keys import RoleKeys

if TYPE_CHECKING:
    from tuf.api.metadata import Targets

Claims = Mapping[ProjectName, RoleKeys]
"""Who signs for which project."""

_ENCODER = msgspec.json.Encoder(order="sorted")


def delegating_document(
    claims: Claims, version: int, expires: dt.datetime, signers: Iterable[Signs] = ()
) -> bytes:
    """Return a document that delegates to the developers of projects.

    Raises:
        StoreError: if two different keys have one id.
    """
    keys = _keys(claims)
    listed = [
        {
            "keyids": [key.keyid for key in signing.keys],
            "name": roles.project_role(project),
            "paths": [roles.project_files(project)],
            "terminating": True,
            "threshold": signing.threshold,
        }
        for project, signing in sorted(claims.items())
    ]
    document = {
        "_type": "targets",
        "delegations": {"keys": keys, "roles": listed},
        "expires": documents.text_of(expires),
        "spec_version": documents.SPEC_VERSION,
        "targets": {},
        "version": version,
    }
    return documents.signed(_ENCODER.encode(document), signers)


def _keys(claims: Claims) -> dict[str, dict[str, object]]:
    keys = dict[str, dict[str, object]]()
    for signing in claims.values():
        for key in signing.keys:
            # Keys of all projects share one table: none may take another's place in it.
            if keys.setdefault(key.keyid, key.to_dict()) != key.to_dict():
                raise StoreError(f"two keys say that they are {key.keyid[:64]!r}")
    return keys


def claims_of(signed: "Targets") -> dict[ProjectName, RoleKeys]:
    """Return who signs for which project.

    Raises:
        StoreError: if the document delegates anything else.
    """
    found = dict[ProjectName, RoleKeys]()
    delegations = signed.delegations
    for name, role in ((delegations.roles if delegations else None) or {}).items():
        project = ProjectName(name.removeprefix(roles.PROJECT_PREFIX))
        exact = name == roles.project_role(project) and role.terminating
        if delegations is None or not exact or role.paths != [roles.project_files(project)]:
            raise StoreError(f"the delegation of {name} is not that of one project's files")
        keys = tuple(delegations.keys[one] for one in role.keyids)
        found[project] = RoleKeys(keys, role.threshold)
    return found
