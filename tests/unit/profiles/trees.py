"""Profiles of small trees, and profiles that are made up."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from airlock.model import ArtifactName, Sha256
from airlock.profiles import Difference, Profile
from airlock.profiles.comparing import compare
from airlock.profiles.forms import compare_forms
from airlock.profiles.profile import Ploy, Ruse, Trait, pack
from airlock.syntax.facts import Context, Deed
from tests.checks.past import packed_profile

OLD_WHEEL = "example-1.0-py3-none-any.whl"
PATCH_WHEEL = "example-1.0.1-py3-none-any.whl"
MINOR_WHEEL = "example-1.1-py3-none-any.whl"


def profile(tree: Mapping[str, str | bytes], filename: str = OLD_WHEEL) -> Profile:
    """Return the profile of a tree."""
    files = {path: text.encode() if isinstance(text, str) else text for path, text in tree.items()}
    with tempfile.TemporaryDirectory() as folder:
        return packed_profile(Path(folder), files, filename)


def made_up(filename: str = OLD_WHEEL, **fields: Any) -> Profile:
    """Return a profile of which only some fields are filled."""
    bare = Profile(sha256=Sha256.of(filename.encode()), name=ArtifactName.parse(filename))
    if "pieces" in fields:
        fields["packed"] = tuple(pack(fields.pop("pieces")))
    return msgspec.structs.replace(bare, **fields)


def ploy(  # noqa: PLR0913
    ruse: Ruse = Ruse.FETCHED,
    context: Context = Context.IMPORT,
    *,
    path: str = "example/core.py",
    host: str = "",
    text: str = "{}",
    sure: bool = True,
) -> Ploy:
    return Ploy(ruse, context, path, 1, host, text, sure)


def trait(
    deed: Deed = Deed.PROCESS,
    context: Context = Context.IMPORT,
    *,
    path: str = "example/core.py",
    text: str = "anchor",
    options: tuple[str, ...] = (),
) -> Trait:
    return Trait(deed, context, path, 1, "example.call", text, (), options, "")


def weights(differences: tuple[Difference, ...]) -> list[tuple[str, str, str]]:
    """Return change, severity and confidence of what is more than context."""
    return [
        (one.change.value, one.severity.value, one.confidence.value)
        for one in differences
        if one.severity.value != "info"
    ]


def changes(old: Profile, new: Profile) -> list[tuple[str, str, str]]:
    return weights(compare(old, new))


def form_changes(wheel: Profile, sdist: Profile) -> list[tuple[str, str, str]]:
    return weights(compare_forms(wheel, sdist))
