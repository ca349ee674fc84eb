"""Profiles in every adapter of the store."""

import msgspec

from airlock.model import ArtifactName, ProjectName, Sha256
from airlock.profiles import VERSION, Profile
from airlock.store import Store
from airlock.store.profiles import ProfiledFile
from tests.unit.store.examples import digest, keep_profile

EXAMPLE = ProjectName("example")


def profile(number: int = 0, **more: object) -> Profile:
    name = ArtifactName.parse(f"example-1.{number}.tar.gz")
    return msgspec.structs.replace(Profile(sha256=digest(number), name=name), **more)


def file_of(kept: Profile) -> ProfiledFile:
    return ProfiledFile(kept.sha256, kept.name.filename)


def test_a_profile_comes_back(store: Store) -> None:
    kept = profile(commands=("example = example:main",), files=3)
    keep_profile(store, EXAMPLE, kept)
    assert store.profile(EXAMPLE, file_of(kept)) == kept


def test_what_is_not_there_is_none(store: Store) -> None:
    keep_profile(store, EXAMPLE, profile())
    assert store.profile(ProjectName("other"), file_of(profile())) is None
    assert store.profile(EXAMPLE, file_of(profile(1))) is None
    assert store.profile(EXAMPLE, ProfiledFile(digest(0), "another-1.0.tar.gz")) is None
    assert store.profiled(ProjectName("other")) == ()


def test_a_newer_one_takes_the_place(store: Store) -> None:
    keep_profile(store, EXAMPLE, profile(files=1))
    keep_profile(store, EXAMPLE, profile(files=2))
    (file,) = store.profiled(EXAMPLE)
    found = store.profile(EXAMPLE, file)
    assert found is not None
    assert found.files == 2


def test_the_files_of_a_project_are_told(store: Store) -> None:
    keep_profile(store, EXAMPLE, profile(1))
    keep_profile(store, EXAMPLE, profile(2))
    keep_profile(store, ProjectName("other"), profile(3))
    assert set(store.profiled(EXAMPLE)) == {file_of(profile(1)), file_of(profile(2))}


def test_those_of_another_version_are_none(store: Store) -> None:
    kept = profile(version=VERSION + 1)
    keep_profile(store, EXAMPLE, kept)
    assert store.profiled(EXAMPLE) == ()
    assert store.profile(EXAMPLE, file_of(kept)) is None


def test_the_same_bytes_under_two_names_have_two_profiles(store: Store) -> None:
    sha256 = Sha256.of(b"")
    names = ("example-1.0.tar.gz", "example-1.0.zip")
    for filename in names:
        keep_profile(store, EXAMPLE, Profile(sha256=sha256, name=ArtifactName.parse(filename)))
    assert {file.filename for file in store.profiled(EXAMPLE)} == set(names)
