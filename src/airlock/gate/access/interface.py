"""The port of access: who asks, and may they do this to that project?

How an endpoint asks (``airlock.gate.index.entrance``)::

    principal = await require(request, Action.UPLOAD, project)

It returns who asks, for the record (``principal.label``), or raises ``Unauthenticated`` (401),
``Forbidden`` (403) or ``TooManyAttempts`` (429), which the application turns into answers that pip,
uv and twine understand. An endpoint catches none of them.

- Whoever is anonymous and may not read comes to no endpoint. What reads asks ``Action.READ``, with
  the project where there is one: a token may be for less.
- An upload asks ``Action.CREATE`` for a project that is not hosted here yet, else
  ``Action.UPLOAD``, *before* it reads the body, if the project is in the address, else before it
  keeps anything. After the first upload of a project it calls ``Access.created``.
- An upload also has to pass ``Ownership.may_upload`` for one of ``principal.organisations``, or for
  none (the empty string).
- The project is a ``ProjectName``: what a client spelled is never compared.

Invariants of every adapter:

- Closed by default: without a right there is no action; without credentials only what is open.
- Wrong credentials are refused even where nobody needs any: who sends a token learns that it is
  expired, and nobody reads on as somebody else. A session that ended is none at all: whose browser
  still has its cookie is anonymous.
- What changes anything is decided by what the store says now; only for reading may an answer be
  as old as ``interface.REMEMBERED``.
"""

import datetime as dt
from abc import ABC, abstractmethod

import msgspec

from airlock.model import ProjectName
from airlock.model.access import Action, Principal, Within

REMEMBERED = dt.timedelta(seconds=2)
"""For so long a process that serves reading may not have noticed that a right has ended."""


class Credentials(msgspec.Struct, frozen=True):
    """What a client sent to prove who it is."""

    secret: str
    """A token or a password."""
    user: str | None = None
    """Of HTTP Basic; ``None`` for Bearer. ``__token__`` goes with a token, as on PyPI."""
    session: bool = False
    """The secret is that of a session, from a cookie."""


class Access(ABC):
    """Knows principals and what they may do. May be called from several threads at once."""

    @abstractmethod
    def remembered(self, credentials: Credentials | None) -> Principal | None:
        """Return who asks if that is known without asking the store; never blocks."""

    @abstractmethod
    def identify(self, credentials: Credentials | None, address: str) -> Principal:
        """Return who asks; anonymous without credentials.

        Args:
            credentials: what the client sent.
            address: of the client, for the limits on wrong guesses.

        Raises:
            Unauthenticated: if the credentials prove nothing.
            TooManyAttempts: if there were too many wrong ones.
            StoreError: if the store does not answer.
        """

    @abstractmethod
    def require(
        self, principal: Principal, action: Action, project: ProjectName | None = None
    ) -> None:
        """Return if a principal may do something to a project, or to the whole index.

        Reading without a project means: reading anything at all.

        Raises:
            Unauthenticated: if an anonymous principal may not; it may be another if it says who.
            Forbidden: if anybody else may not.
        """

    @abstractmethod
    def readable(self, principal: Principal) -> Within:
        """Return what a principal may read: those projects for which ``require`` returns."""

    @abstractmethod
    def created(self, principal: Principal, project: ProjectName) -> None:
        """Note that a principal uploaded the first release of a project.

        Who could do that only as a creator becomes the owner of the project.
        """
