"""Profiles of whatever there may be: bounded, encodable, and no different from themselves."""

import tempfile
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airlock.model import ArtifactKind, ArtifactName, Sha256, wire
from airlock.profiles import LARGEST_BYTES, Contrast, Profile
from airlock.profiles.comparing import compare
from airlock.profiles.forms import compare_forms
from airlock.profiles.profile import (
    Build,
    Contact,
    Mark,
    Need,
    Piece,
    PieceKind,
    Ploy,
    Ruse,
    Startup,
    Trait,
    pack,
    unpack,
)
from airlock.syntax.facts import Context, Deed, Origin
from airlock.vetting import identify
from airlock.workers.interface import Message
from tests.checks.packing import pack_sdist, pack_wheel
from tests.checks.past import profile_at

T = TypeVar("T")


def few(values: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    """Return some of the values, as a profile holds them."""
    return st.lists(values, max_size=3).map(tuple)


words = st.sampled_from(
    ["", "a", "example/core.py", "{}", "git describe", "a.example", "\U0001f600"]
)
uses = st.sampled_from(["to run", "to be built", "for an extra"])
codes = st.sampled_from(["miner", "bidi-control", "unknown"])
contexts = st.sampled_from(Context)
lines = st.integers(0, 3)
origins = st.just((Origin.NETWORK,))
options = st.just(("shell",))
deeds = st.sampled_from(Deed)
names = st.sampled_from(
    [
        ArtifactName.parse(f"example-{version}{end}")
        for version in ("1.0", "1.0.1", "2.0", "nonsense")
        for end in ("-py3-none-any.whl", ".tar.gz")
    ]
)
pieces = st.builds(Piece, words, words, lines, st.sampled_from(PieceKind))
profiles = st.builds(
    Profile,
    sha256=st.sampled_from([Sha256.of(b"one"), Sha256.of(b"two")]),
    name=names,
    stem=words,
    packed=few(pieces).map(lambda some: tuple(pack(some))),
    files=lines,
    total_bytes=st.integers(0, 10_000_000),
    traits=few(
        st.builds(Trait, deeds, contexts, words, lines, words, words, origins, options, words)
    ),
    ploys=few(
        st.builds(Ploy, st.sampled_from(Ruse), contexts, words, lines, words, words, st.booleans())
    ),
    contacts=few(st.builds(Contact, words, contexts, words, lines)),
    marks=few(st.builds(Mark, codes, contexts, words, lines, words, st.booleans())),
    startups=few(st.builds(Startup, words, words, words)),
    needs=few(st.builds(Need, uses, words, words, words)),
    commands=few(words),
    build=st.builds(Build, words, st.booleans(), st.booleans()),
    people=few(words),
    cut=st.sampled_from([(), ("packed",), ("traits", "ploys")]),
)


@given(profiles)
def test_nothing_differs_from_itself(profile: Profile) -> None:
    assert compare(profile, profile) == ()


@given(profiles, profiles)
def test_a_comparison_always_ends_well_and_can_be_sent(old: Profile, new: Profile) -> None:
    for told in (compare(old, new), compare_forms(new, old)):
        assert list(told) == sorted(
            told, key=lambda one: (-one.severity.rank, -one.confidence.rank)
        )
        assert len(set(told)) == len(told)
        sent = Message(contrast=Contrast(told))
        assert wire.decode(wire.encode(sent), Message).contrast == sent.contrast


@given(profiles)
def test_profiles_come_back_from_the_wire(profile: Profile) -> None:
    assert wire.decode(wire.encode(profile), Profile) == profile


@given(st.lists(pieces))
def test_pieces_come_back_from_their_packing(some: list[Piece]) -> None:
    assert list(unpack(pack(some))) == some


@given(profiles, profiles)
def test_the_same_code_in_another_form_is_no_difference(wheel: Profile, sdist: Profile) -> None:
    # A piece without a digest was not read: nobody can say that it is the same.
    digests = {piece.digest for piece in sdist.pieces if piece.digest}
    told = compare_forms(wheel, sdist)
    foreign = {wheel.member_path(p.path) for p in wheel.pieces if p.digest not in digests}
    # A path that is empty stands for the artifact as a whole.
    assert {one.path for one in told if one.change == "source"} <= foreign | {""}


fragments = st.sampled_from(
    [
        "import os, base64, subprocess, urllib.request\n",
        "exec(base64.b64decode('cHJpbnQoKQ=='))\n",
        "os.system('anchor')\n",
        "urllib.request.urlopen('https://a.example/')\n",
        "def f(x):\n    subprocess.run([x])\n",
        "'" + "\u202e" * 3 + "'\n",
        "\ud800\n",
        "\x00\n",
        "def (\n",
        "x = '" + "A" * 5_000 + "'\n",
        "[project]\ndependencies = ['a @ https://b.example/c.zip', 7]\n",
        "[console_scripts]\nx = y:z\n",
    ]
)
contents = st.lists(fragments, max_size=4).map(
    lambda parts: "".join(parts).encode("utf-8", "surrogatepass")
)
paths = st.sampled_from(
    [
        "setup.py",
        "pyproject.toml",
        "setup.cfg",
        "example/__init__.py",
        "example/core.py",
        "tests/test_core.py",
        "example.pth",
        "sitecustomize.py",
        "example/entry_points.txt",
        "example/data.bin",
        "bin/example",
        "\U0001f600.py",
    ]
)
trees = st.dictionaries(paths, contents, max_size=5)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees, trees, st.sampled_from(ArtifactKind))
def test_whatever_is_in_an_archive_has_a_profile(
    old: dict[str, bytes], new: dict[str, bytes], kind: ArtifactKind
) -> None:
    pack = pack_wheel if kind is ArtifactKind.WHEEL else pack_sdist
    ending = "-py3-none-any.whl" if kind is ArtifactKind.WHEEL else ".tar.gz"
    made = []
    for version, tree in (("1.0", old), ("1.0.1", new)):
        with tempfile.TemporaryDirectory() as folder:
            path = pack(Path(folder), tree, filename=f"example-{version}{ending}")
            profile = profile_at(path)
            data = wire.encode(profile)
            assert profile.sha256 == identify(path).sha256
        assert len(data) <= LARGEST_BYTES
        assert wire.decode(data, Profile) == profile
        assert compare(profile, profile) == ()
        made.append(profile)
    members = {made[1].member_path(piece.path) for piece in made[1].pieces}
    assert {one.path for one in compare(*made)} <= members | {""}
