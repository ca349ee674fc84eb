"""The index of popular names that the checks of this family share."""

import functools

from airlock.checks.interface import BareRelease, NotApplicable, Subject
from airlock.evidence.popularity import Popularity
from airlock.model import ArtifactKind
from airlock.names import NameIndex
from airlock.names.calibration import SPOKEN_RANK
from airlock.names.spoken import SPOKEN


@functools.lru_cache(maxsize=4)
def index_of(popularity: Popularity) -> NameIndex:
    """Return the index of everything that is popular; made once for each source of it."""
    return NameIndex(popularity.counted, SPOKEN, spoken_rank=SPOKEN_RANK)


def require_index_name(subject: Subject) -> None:
    """Make sure that a name is one of an index: those of conda's channels are given otherwise.

    Raises:
        NotApplicable: if it is not.
    """
    if not isinstance(subject, BareRelease) and subject.artifact.name.kind is ArtifactKind.CONDA:
        raise NotApplicable("the names of a channel of conda are not those of an index")
