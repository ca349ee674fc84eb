"""What a comparison of names finds: which name is imitated, how, and how strongly that speaks.

The **cost** is what a person perceives: how far apart two names are, from 0 (the same to an index)
to about 2. The **weight** is what a judge needs: how likely an imitation is, given how far apart
the names are, how well known the one is, and how many innocent names lie at such a distance.
"""

import msgspec

from airlock.model import ProjectName
from airlock.names.techniques import Technique

HOLDS = 0.5
"""From this weight on an imitation is likely enough for a person to look: 4 in 1,000 names of the
public index weigh as much by chance (``evals/names.py``)."""
SUSPECT = 0.25
"""From this weight on it is worth knowing beside other signs."""
HINT = 0.1
"""Below this weight it is chance."""


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """One name that another one looks like."""

    target: ProjectName
    """The project that is imitated."""
    technique: Technique
    cost: float
    """How far apart the two names are: 0 is the same to an index, about 0.5 one slip."""
    weight: float
    """From 0 to 1: how strongly it speaks for an imitation; see ``HOLDS``."""
    explanation: str
    """Completes "it looks like the target: …"."""
    rank: int
    """The place of the target among the popular names, from 1."""
    same: bool = False
    """Whether the public index takes the two for one name."""

    @property
    def holds(self) -> bool:
        """Whether a person must look."""
        return self.weight >= HOLDS
