"""What an artifact is and does, small enough to keep, and what changed from one to the next.

``profile_of`` sums up one artifact; ``compare`` says what a release does that the one before it did
not; ``compare_forms`` says what a wheel has that the source distribution of its release has not. No
I/O but reading members of an opened archive.
"""

from airlock.profiles.comparing import compare
from airlock.profiles.difference import Change, Difference
from airlock.profiles.forms import compare_forms
from airlock.profiles.making import Examined, profile_of
from airlock.profiles.profile import LARGEST_BYTES, VERSION, Profile

__all__ = [
    "LARGEST_BYTES",
    "VERSION",
    "Change",
    "Difference",
    "Examined",
    "Profile",
    "compare",
    "compare_forms",
    "profile_of",
]
