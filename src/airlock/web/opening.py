"""What is inside an artifact, for a page: one file of it, or how it differs from another.

Archives are opened in processes of their own, under limits, as for an examination; what came of
that is remembered, for the same bytes have the same content.
"""

import datetime as dt
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from airlock.errors import TargetNotFound
from airlock.model import Artifact, Sha256
from airlock.profiles import Contrast
from airlock.store import Blobs
from airlock.syntax.decoding import decode_source
from airlock.workers import Job, Rival, Workers

T = TypeVar("T")
_REMEMBERED = 16
_AT_ONCE = 2
"""Archives that are open for pages; whoever wants to see more waits."""


class Opening:
    """Looks into artifacts that are kept.

    Args:
        blobs: that keep them.
        workers: that open them, and examine next to nothing.
        incoming: a folder for copies of blobs that lie elsewhere.
        clock: gives the time in UTC.
    """

    def __init__(
        self, blobs: Blobs, workers: Workers, incoming: Path, clock: Callable[[], dt.datetime]
    ) -> None:
        self._blobs = blobs
        self._workers = workers
        self._incoming = incoming
        self._clock = clock
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        self._known: OrderedDict[Hashable, object] = OrderedDict()

    def text(self, artifact: Artifact, path: str) -> str:
        """Return the beginning of a file of an artifact, decoded as Python would.

        Raises:
            TargetNotFound: if there is no such file, or the bytes are not kept any more.
        """
        return self._remembered((artifact.sha256, path), lambda: self._text(artifact, path))

    def contrast(self, old: Artifact, new: Artifact) -> Contrast:
        """Return how an artifact differs from an older one.

        Raises:
            TargetNotFound: if one of them cannot be read, or is not kept any more.
        """
        return self._remembered((old.sha256, new.sha256), lambda: self._contrast(old, new))

    def _text(self, artifact: Artifact, path: str) -> str:
        with self._local(artifact.sha256) as place:
            job = Job(artifact=artifact, path=str(place), now=self._clock(), wanted=path)
            member = self._workers.run(job).member
        if member is None:
            raise TargetNotFound("there is no such file in it, or it cannot be read")
        return decode_source(member).text

    def _contrast(self, old: Artifact, new: Artifact) -> Contrast:
        with self._local(old.sha256) as old_place, self._local(new.sha256) as place:
            job = Job(
                artifact=new,
                path=str(place),
                now=self._clock(),
                rival=Rival(artifact=old, path=str(old_place)),
                contrasted=True,
            )
            found = self._workers.run(job).contrast
        if found is None:
            raise TargetNotFound("one of the two could not be read whole, or took too long")
        return found

    def _remembered(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._places:
            made = self._known.get(key)
            if made is None:
                made = self._known[key] = make()
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return made  # type: ignore[return-value]  # a key is of one kind of value

    @contextmanager
    def _local(self, sha256: Sha256) -> Iterator[Path]:
        if not self._blobs.has(sha256):
            raise TargetNotFound("its bytes are not kept any more")
        path = self._blobs.local_path(sha256)
        if path is not None:
            yield path
            return
        with tempfile.NamedTemporaryFile(dir=self._incoming) as copy:
            for piece in self._blobs.stream(sha256):
                copy.write(piece)
            copy.flush()
            yield Path(copy.name)
