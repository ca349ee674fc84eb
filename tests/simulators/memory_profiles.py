"""Profiles in memory: a part of the store, held to the same tests as the table."""

import threading

from airlock.model import ProjectName
from airlock.model.wire import decode, encode
from airlock.profiles import VERSION, Profile
from airlock.store.profiles import ProfiledFile, ProfileRecords


class MemoryProfiles(ProfileRecords):
    """A dictionary of documents."""

    def __init__(self) -> None:
        self._profiles_lock = threading.RLock()
        self._profiles: dict[tuple[ProjectName, ProfiledFile], bytes] = {}

    def put_profile(self, project: ProjectName, profile: Profile) -> None:
        """Keep a part of what was read (``MemoryStore.keep_reading``)."""
        file = ProfiledFile(profile.sha256, profile.name.filename)
        with self._profiles_lock:
            self._profiles[project, file] = encode(profile)

    def profiled(self, project: ProjectName) -> tuple[ProfiledFile, ...]:
        with self._profiles_lock:
            files = [file for known, file in self._profiles if known == project]
        return tuple(file for file in files if self.profile(project, file))

    def profile(self, project: ProjectName, file: ProfiledFile) -> Profile | None:
        with self._profiles_lock:
            document = self._profiles.get((project, file))
        found = decode(document, Profile) if document is not None else None
        return found if found is not None and found.version == VERSION else None
