"""Takes in releases that their developers signed: files and document, all or nothing (PEP 480).

- The document is looked at before any file is sent, and again when all is published.
- Every file passes the door like any other upload, and is not listed before the whole release is.
- The uploads are recorded, and the document is signed into a snapshot, by one process at a time
  and under one lock. Killed in between, the next process finishes it.
- With the first document a project is claimed: all that is hosted of it has to be in it.
- What a later document leaves out is offered no more.
"""

import datetime as dt
from collections.abc import Callable, Sequence

import structlog

from airlock.errors import (
    AirlockError,
    FileExists,
    Forbidden,
    InvalidUpload,
    NameTaken,
    TargetNotFound,
)
from airlock.gate.door import Asked, Door
from airlock.gate.upload.recording import hosted_claim
from airlock.gate.upload.transactions import Transaction, Transactions
from airlock.hosting import normalised
from airlock.model import ProjectName, Sha256
from airlock.model.hosting import Remark, RemarkKind, Remarks, Upload
from airlock.store import Store
from airlock.trust import project_documents
from airlock.trust.developers import Developers
from airlock.trust.project_documents import ProjectDocument

_log = structlog.get_logger("airlock.gate")
_WITHDRAWN = "withdrawn by its developers"


class SignedUploads:
    """Takes in signed releases.

    Args:
        store: of uploads.
        developers: of the trust folder.
        door: rules on every file once more before it is published.
        transactions: what is on its way in.
        clock: gives the time in UTC.
        identities: whether keys may be identities.
    """

    def __init__(  # noqa: PLR0913 - each is a port or a setting of its own
        self,
        store: Store,
        developers: Developers,
        door: Door,
        transactions: Transactions,
        clock: Callable[[], dt.datetime],
        *,
        identities: bool,
    ) -> None:
        self._store = store
        self._developers = developers
        self._door = door
        self._transactions = transactions
        self._clock = clock
        self._identities = identities

    def is_claimed(self, project: ProjectName) -> bool:
        """Tell whether only its developers' signatures count for a project."""
        return self._developers.standing(project) is not None

    def begin(self, project: ProjectName, data: bytes, by: str) -> tuple[str, list[str]]:
        """Begin a release; return its id and the names of the files that are to be sent.

        Raises:
            InvalidUpload: if the document may not be taken, or does not fit what is hosted.
        """
        document = self._developers.checked(project, data, identities=self._identities)
        missing = self._missing(document)
        if not self.is_claimed(project):
            self._require_all(document)
        return self._transactions.begin(project, data, by), missing

    def _missing(self, document: ProjectDocument) -> list[str]:
        """Return the names of signed files that are not hosted yet."""
        missing = []
        for filename, target in document.files.items():
            upload = self._store.upload_named(filename)
            if upload is None:
                missing.append(filename)
            elif (upload.sha256, upload.size, upload.project) != (
                target.sha256,
                target.length,
                document.project,
            ):
                raise FileExists(
                    f"File already exists ({filename}, with SHA-256 {upload.sha256})",
                    hint="A file name is used once; upload a new version.",
                )
        return missing

    def _require_all(self, document: ProjectDocument) -> None:
        others = [one.filename for one in self._offered(document.project)]
        lost = [name for name in others if name not in document.files]
        if lost:
            raise InvalidUpload(
                f"{len(lost)} files of {document.project} would disappear, such as {lost[0]}",
                hint="airlock sign --adopt signs them, too.",
            )

    def _offered(self, project: ProjectName) -> list[Upload]:
        remarks = Remarks(self._store.remarks(project))
        return [one for one in self._store.uploads(project) if not remarks.deleted(one.filename)]

    def expected(self, id_: str, project: ProjectName, filename: str, sha256: Sha256) -> None:
        """Refuse a file that is no part of a release.

        Raises:
            TargetNotFound: if no such release was begun.
            InvalidUpload: if it is none of its files, or not with these bytes.
        """
        transaction = self._transactions.get(id_)
        files = self._document(transaction).files
        if transaction.begun.project != project or filename not in files:
            raise InvalidUpload(f"{filename} is not in the signed document")
        if files[filename].sha256 != sha256:
            raise InvalidUpload(f"{filename} is not what was signed: {sha256} arrived")

    def _document(self, transaction: Transaction) -> ProjectDocument:
        return self._developers.checked(
            transaction.begun.project, transaction.document, identities=self._identities
        )

    def project_of(self, id_: str) -> ProjectName:
        """Return the project of a release.

        Raises:
            TargetNotFound: if no such release was begun.
        """
        return self._transactions.get(id_).begun.project

    def stage(self, id_: str, upload: Upload) -> None:
        """Add a file that the door lets in to a release."""
        self._transactions.stage(id_, upload)

    def give_up(self, id_: str) -> None:
        """Forget a release that was not published."""
        self._transactions.get(id_)
        self._transactions.drop(id_)

    def publish(self, id_: str) -> int | None:
        """Publish a release whose files have all arrived.

        Returns:
            The number of the snapshot; ``None`` if it waits for a ceremony.

        Raises:
            InvalidUpload: if something is missing, or the document may not be taken any more.
            Forbidden: if the door does not let a file in any more.
        """
        transaction = self._transactions.get(id_)
        document = self._document(transaction)
        self._require_arrived(transaction, document)
        self._transactions.seal(id_)
        try:
            snapshot = self._publish(transaction)
        except (InvalidUpload, FileExists):
            # Nothing was recorded: the checks come first.
            self._transactions.unseal(id_)
            raise
        self._transactions.drop(id_)
        return snapshot

    def _require_arrived(self, transaction: Transaction, document: ProjectDocument) -> None:
        arrived = {one.filename: one for one in transaction.uploads}
        absent = [name for name in self._missing(document) if name not in arrived]
        if absent:
            raise InvalidUpload(f"{len(absent)} signed files were not sent, such as {absent[0]}")
        for one in transaction.uploads:
            asked = Asked(one.sha256, one.filename, one.project, None)
            ruling = self._door.decide_hosted(asked)
            if not ruling.serves:
                raise Forbidden(f"Airlock {ruling.headline}")
            target = document.files[one.filename]
            if (target.sha256, target.length) != (one.sha256, one.size):
                raise InvalidUpload(f"{one.filename} is not what was signed")

    def _publish(self, transaction: Transaction) -> int | None:
        begun = transaction.begun
        return self._developers.accept(
            begun.project,
            transaction.document,
            reason=f"uploaded by {begun.by}",
            identities=self._identities,
            record=lambda document: self._record(transaction.uploads, begun.by, document),
        )

    def carry(
        self, project: ProjectName, data: bytes, uploads: Sequence[Upload], by: str
    ) -> int | None:
        """Take in what developers signed at another server, with files that the door let in here.

        Args:
            project: whose document it is.
            data: the document, verified as the other server's.
            uploads: files of it.
            by: who carries it, for the record.

        Returns:
            The number of the snapshot; ``None`` if it waits for a ceremony, or was taken before.

        Raises:
            InvalidUpload: if the keys that count here have not signed it, or what is hosted here is
                not in it.
        """
        if self.is_claimed(project) and self._developers.has(project, data):
            current = self._developers.document(project) or b""
            self._record(uploads, by, project_documents.read(current, project))
            return None

        def record(document: ProjectDocument) -> None:
            if not self.is_claimed(project):
                self._require_all(document)
            self._record(uploads, by, document)

        return self._developers.accept(
            project,
            data,
            reason=f"carried in by {by}",
            identities=self._identities,
            carried=True,
            record=record,
        )

    def _record(self, uploads: Sequence[Upload], by: str, document: ProjectDocument) -> None:
        """Record uploads and withdrawals in one transaction of the store."""
        for one in uploads:
            target = document.files.get(one.filename)
            if target is None or (target.sha256, target.length) != (one.sha256, one.size):
                raise InvalidUpload(f"{one.filename} is not what was signed")
        known = {one.filename for one in self._store.uploads(document.project)}
        new = [one for one in uploads if one.filename not in known]
        gone = [
            one for one in self._offered(document.project) if one.filename not in document.files
        ]
        now = self._clock()
        remarks = [
            Remark(
                kind=RemarkKind.DELETE,
                project=one.project,
                version=normalised(one.version),
                filename=one.filename,
                reason=_WITHDRAWN,
                by=by,
                at=now,
            )
            for one in gone
        ]
        claims = [hosted_claim(one, now) for one in new]
        try:
            self._store.add_release(list(zip(new, claims, strict=True)), remarks)
        except NameTaken as error:
            # Somebody else was faster.
            raise FileExists(f"File already exists: {error}") from error

    def resume(self) -> None:
        """Publish what a process that was killed had begun to."""
        for transaction in self._transactions.sealed():
            project = transaction.begun.project
            try:
                if not self._developers.has(project, transaction.document):
                    self._publish(transaction)
            except AirlockError as error:
                _log.error("release-not-finished", project=project, error=str(error))
                if not isinstance(error, InvalidUpload | TargetNotFound):
                    continue
            self._transactions.drop(transaction.id)
