"""An artifact beside the source tree that it is said to be built from.

- ``matching.match_source`` says which members are in the tree, which a known generator wrote, and
  which are neither.
- ``judging`` weighs the latter by what runs them.

No I/O but reading members of opened archives: the tree comes as one (``sources.trees``).
"""

from airlock.profiles.source.match import Foreign, Generated, Origin, SourceMatch

__all__ = ["Foreign", "Generated", "Origin", "SourceMatch"]
