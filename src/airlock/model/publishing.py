"""Trusted publishers: workflows that may upload without a secret: an issuer vouches for them.

- A publisher names its issuer, repository and workflow exactly; an environment, too, where one is
  named. Of the claims that an issuer makes, each that is named has to be there and to fit.
- The workflow has to be the repository's own: ``job_workflow_ref`` (GitHub) and
  ``ci_config_ref_uri`` (GitLab) also name those that a job takes from elsewhere.
- A repository that was deleted and made anew by somebody else has the same name, but another owner
  number: where it is named, it has to fit.
"""

import datetime as dt
import enum
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from airlock.errors import UsageError
from airlock.model.identity import ProjectName
from airlock.model.provenance import Identity

# Owner and name, or groups and a name; no part begins with a dot.
_REPOSITORY = re.compile(r"[A-Za-z0-9_][\w.-]*(/[A-Za-z0-9_][\w.-]*)+", re.ASCII)
_WORKFLOW = re.compile(r"[A-Za-z0-9_.][\w./-]*\.ya?ml", re.ASCII)
_LONGEST = 200


class Provider(enum.StrEnum):
    """Whose claims an issuer makes."""

    GITHUB = "github"
    GITLAB = "gitlab"

    @property
    def issuer(self) -> str:
        """The issuer of the public service."""
        return {
            Provider.GITHUB: "https://token.actions.githubusercontent.com",
            Provider.GITLAB: "https://gitlab.com",
        }[self]


class Publisher(msgspec.Struct, frozen=True, kw_only=True):
    """A workflow that may upload releases of a project.

    Raises:
        UsageError: if it does not name one workflow of one repository.
    """

    id: str
    """12 hexadecimal digits."""
    project: ProjectName
    provider: Provider
    issuer: str
    """Its URL, without a slash at the end."""
    repository: str
    """``owner/name``, or with groups in front."""
    workflow: str
    """The file: ``release.yml``, or ``.gitlab-ci.yml``."""
    environment: str = ""
    """Empty: any, or none."""
    owner_id: str = ""
    """The number of the owner; empty: not looked at."""
    created_at: dt.datetime
    """In UTC."""

    def __post_init__(self) -> None:
        for what, text, form in (
            ("repository", self.repository, _REPOSITORY),
            ("workflow", self.workflow, _WORKFLOW),
        ):
            if len(text) > _LONGEST or not form.fullmatch(text) or ".." in text:
                raise UsageError(f"{text[:80]!r} is not the {what} of a publisher")
        if len(self.environment) > _LONGEST or not self.environment.isprintable():
            raise UsageError("the environment of a publisher is one line of text")
        if self.owner_id and not (self.owner_id.isascii() and self.owner_id.isdigit()):
            raise UsageError(f"{self.owner_id[:80]!r} is not the number of an owner")
        check_issuer(self.issuer)

    @property
    def label(self) -> str:
        """One line for people."""
        where = f", environment {self.environment}" if self.environment else ""
        return f"{self.repository}, {self.workflow}{where}, by {self.issuer}"

    def is_same_workflow(self, other: "Publisher") -> bool:
        """Tell whether another one, perhaps of another project, is the same workflow."""
        return (
            msgspec.structs.replace(
                other, id=self.id, project=self.project, created_at=self.created_at
            )
            == self
        )

    def matches(self, claims: Mapping[str, Any]) -> bool:
        """Tell whether verified claims are this publisher's."""
        if claims.get("iss") != self.issuer:
            return False
        if self.environment and not _same(claims.get("environment"), self.environment):
            return False
        if self.provider is Provider.GITHUB:
            return self._matches_github(claims)
        return self._matches_gitlab(claims)

    def signs(self, identity: Identity) -> bool:
        """Tell whether a verified identity is this publisher's.

        Its environment is not looked at: certificates name none.
        """
        return (
            identity.issuer == self.issuer
            and _same(identity.repository, self.repository)
            and identity.workflow == self.workflow
            and self.owner_id in {"", identity.owner_id}
        )

    def _matches_github(self, claims: Mapping[str, Any]) -> bool:
        if not _same(claims.get("repository"), self.repository):
            return False
        if self.owner_id and claims.get("repository_owner_id") != self.owner_id:
            return False
        where = f"{self.repository}/.github/workflows/{self.workflow}"
        return _refers(claims.get("job_workflow_ref"), where, claims)

    def _matches_gitlab(self, claims: Mapping[str, Any]) -> bool:
        if not _same(claims.get("project_path"), self.repository):
            return False
        if self.owner_id and claims.get("namespace_id") != self.owner_id:
            return False
        where = f"{urlsplit(self.issuer).netloc}/{self.repository}//{self.workflow}"
        return _refers(claims.get("ci_config_ref_uri"), where, claims)


def check_issuer(url: str) -> None:
    """Raise ``UsageError`` unless a text is the URL of an issuer: HTTPS, or loopback."""
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}
    )
    if not secure or not parts.netloc or url.endswith("/") or parts.query or "@" in parts.netloc:
        raise UsageError(
            f"{url[:80]!r} is not the URL of an issuer",
            hint="It begins with https:// and has no slash at its end.",
        )


def _refers(claim: object, where: str, claims: Mapping[str, Any]) -> bool:
    """Tell whether a reference is to a file, at the very commit or branch that the token is of."""
    if not isinstance(claim, str):
        return False
    path, at, ref = claim.rpartition("@")
    refs = {claims.get("ref"), claims.get("sha"), claims.get("ref_path")} - {None, ""}
    # Owners and names are folded by their hosts; the file is not, and refs are not.
    stem, slash, name = where.rpartition("/")
    given_stem, _, given_name = path.rpartition("/")
    return bool(at) and ref in refs and name == given_name and _same(given_stem + slash, stem + "/")


def _same(claim: object, expected: str) -> bool:
    return isinstance(claim, str) and claim.isascii() and claim.lower() == expected.lower()
