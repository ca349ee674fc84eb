"""What Airlock knows from elsewhere and keeps up to date: ``airlock db``.

- Each part is kept, looked at and replaced by itself: one that cannot be had takes nothing from the
  others, and the one before stays.
- They lie in one folder of the user's, from which every command and the gate read.
"""

from airlock.databases.interface import Part, chosen_parts

__all__ = ["Part", "chosen_parts"]
