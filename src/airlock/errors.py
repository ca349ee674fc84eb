"""The one tree of exceptions.

::

    AirlockError                    4  Airlock itself failed
    ├── UsageError                  2  the call is wrong; the message says how to mend it
    │   ├── InvalidName                a project name, version or digest that no index can have
    │   ├── InvalidFilename            a file name that is neither a wheel's nor an sdist's
    │   ├── InvalidPolicy              a policy file that cannot be obeyed as written
    │   ├── InvalidRequirement         a line of a requirements file that cannot be read
    │   ├── InvalidDependencies        a file that says what is needed, and cannot be read whole
    │   ├── TargetNotFound             nothing is there under that name
    │   ├── NameTaken                  the name belongs to somebody else
    │   ├── Outdated                   somebody decided meanwhile
    │   ├── InvalidUpload              a form, file or metadata that breaks a rule of uploads
    │   │   ├── FileExists             other bytes were uploaded under that name
    │   │   └── UploadTooLarge         more than the operator allows
    │   ├── InvalidRequest             a request to the API that says nothing sensible
    │   ├── MissingExtra               an optional part is not installed
    │   └── MissingProgram             a program of the system is not installed
    ├── AccessError                 2  who asks may not do that
    │   ├── Unauthenticated            it is not known who asks
    │   ├── Forbidden                  it is known, and they may not
    │   └── TooManyAttempts            too many wrong passwords or tokens
    ├── Refused                     1  what was asked for is not let pass
    ├── ArchiveError                3  a container of which nothing at all could be read
    ├── NotExamined                 3  a check could not look at everything it had to
    ├── SourceError                 4  an index did not give what was asked
    │   ├── ProjectNotFound         2  the index has no such project
    │   ├── UpstreamUnavailable        no answer, or an answer that makes no sense
    │   └── DigestMismatch          1  bytes that are not the ones that the index announced
    ├── NotVerified                 1  what is offered is not what was signed
    │   └── NotSigned                  nobody signed it
    ├── MalformedDocument           4  one of our own documents cannot be read back
    ├── UnusableExport              4  an export of advisories that cannot be used
    ├── StoreError                  4  the store refused a read or a write
    ├── DetonationError             4  the sandbox could not do its work
    │   └── UnsafeHost              3  nobody could prove that nothing gets out of it
    └── CheckDefect                 4  a check breaks the rules of its registry

Invariants:

- Adapters convert what their libraries raise at the boundary, with ``raise … from``.
- ``exit_code`` is the process's exit code where the error ends a command (see ``cli``).
- ``hint`` names the cure, in one sentence, or is empty.
"""

from typing import ClassVar


class AirlockError(Exception):
    """Anything that Airlock raises on purpose.

    Args:
        message: what is wrong, naming the file, project or setting.
        hint: what the reader can do about it.
    """

    exit_code: ClassVar[int] = 4
    hint: str = ""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        if hint:
            self.hint = hint

    @property
    def in_full(self) -> str:
        """What is wrong, and the cure if there is one, in one line."""
        return f"{self}. {self.hint}" if self.hint else str(self)


class UsageError(AirlockError):
    """The call is wrong."""

    exit_code = 2


class InvalidName(UsageError):
    """A project name, version or digest that no index can have."""


class InvalidFilename(UsageError):
    """A file name that is neither a wheel's nor a source distribution's."""

    hint = "Airlock reads wheels (.whl) and source distributions (.tar.gz, .zip, .tar.bz2)."


class InvalidPolicy(UsageError):
    """A policy file that cannot be obeyed as written."""


class InvalidRequirement(UsageError):
    """A line of a requirements file that cannot be read."""


class InvalidDependencies(UsageError):
    """A lock file, bill of materials or the like that cannot be read whole."""


class TargetNotFound(UsageError):
    """Nothing is there under that name."""


class NameTaken(UsageError):
    """The name belongs to somebody else (HTTP 409)."""


class Outdated(UsageError):
    """Somebody decided meanwhile; who asks has to look again (HTTP 409)."""


class InvalidUpload(UsageError):
    """A form, file or metadata that breaks a rule of uploads (HTTP 400)."""


class FileExists(InvalidUpload):
    """Other bytes were uploaded under that name; its text says "File already exists" for twine."""


class UploadTooLarge(InvalidUpload):
    """More than the operator allows (HTTP 413)."""


class InvalidRequest(UsageError):
    """A request to the API that says nothing sensible (HTTP 400)."""


class MissingExtra(UsageError):
    """An optional part of Airlock is not installed."""


class MissingProgram(UsageError):
    """A program of the system that is needed here is not installed."""

    hint = "On Debian: apt-get install git"


class AccessError(AirlockError):
    """Who asks may not do that."""

    exit_code = 2


class Unauthenticated(AccessError):
    """It is not known who asks (HTTP 401)."""


class Forbidden(AccessError):
    """It is known who asks, and they may not (HTTP 403)."""


class TooManyAttempts(AccessError):
    """Too many wrong passwords or tokens (HTTP 429).

    Args:
        message: what happened.
        retry_after: seconds after which another try is looked at.
    """

    def __init__(self, message: str, *, retry_after: float = 60) -> None:
        super().__init__(message, hint=f"Try again in {retry_after:.0f} seconds.")
        self.retry_after = retry_after


class Refused(AirlockError):
    """What was asked for is not let pass."""

    exit_code = 1


class ArchiveError(AirlockError):
    """A container of which nothing at all could be read."""

    exit_code = 3


class NotExamined(AirlockError):
    """A check could not look at everything that it had to look at."""

    exit_code = 3


class SourceError(AirlockError):
    """An index did not give what was asked."""


class ProjectNotFound(SourceError):
    """The index has no such project."""

    exit_code = 2


class UpstreamUnavailable(SourceError):
    """No answer, or an answer that makes no sense.

    Args:
        message: what happened, naming the index without its credentials.
        hint: what the reader can do about it.
        retry_after: seconds after which another try may succeed; ``None`` if none would.
    """

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class DigestMismatch(SourceError):
    """The bytes are not the ones that the index announced."""

    exit_code = 1


class NotVerified(AirlockError):
    """What is offered is not what was signed, or not what is current."""

    exit_code = 1


class NotSigned(NotVerified):
    """Nobody signed it."""


class MalformedDocument(AirlockError):
    """One of our own documents cannot be read back."""


class UnusableExport(AirlockError):
    """An export of advisories that cannot be used: damaged, hostile, or none at all."""


class StoreError(AirlockError):
    """The store refused a read or a write."""


class CheckDefect(AirlockError):
    """A check breaks the rules of its registry."""


class DetonationError(AirlockError):
    """The sandbox could not do its work."""


class UnsafeHost(DetonationError):
    """Nobody could prove that nothing gets out of the sandbox, so nothing is run in it."""

    exit_code = 3
    hint = "airlock sandbox test tells what this host can do, and what is missing."
