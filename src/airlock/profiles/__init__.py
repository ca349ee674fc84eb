"""What an artifact is and does, small enough to keep, and what changed from one to the next.

- ``making.profile_of`` sums up one artifact.
- ``comparing.compare`` says what a release does that the one before it did not, and
  ``forms.compare_forms`` what a wheel has that the source distribution of its release has not.
- ``contrasting.contrast`` tells a person how the files of two artifacts differ.

No I/O but reading members of an opened archive. Only values are imported here: most scans compare
nothing, and should not pay for it.
"""

from airlock.profiles.contrast import Contrast, FileChange
from airlock.profiles.difference import Change, Difference
from airlock.profiles.profile import LARGEST_BYTES, VERSION, Profile

__all__ = [
    "LARGEST_BYTES",
    "VERSION",
    "Change",
    "Contrast",
    "Difference",
    "FileChange",
    "Profile",
]
