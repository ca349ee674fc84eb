"""The index of popular names that the checks of this family share."""

import functools

from airlock.evidence.popularity import Popularity
from airlock.names import NameIndex
from airlock.names.calibration import SPOKEN_RANK
from airlock.names.spoken import SPOKEN


@functools.lru_cache(maxsize=4)
def index_of(popularity: Popularity) -> NameIndex:
    """Return the index of everything that is popular; made once for each source of it."""
    return NameIndex(popularity.counted, SPOKEN, spoken_rank=SPOKEN_RANK)
