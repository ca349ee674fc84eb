"""How bad a change is."""

import msgspec
import pytest

from airlock.profiles import Change, Profile
from airlock.profiles.comparing import compare
from airlock.profiles.difference import Step, step_between
from airlock.profiles.profile import Contact, Mark, Need, Ruse, Startup
from airlock.syntax.facts import Context, Deed
from tests.unit.profiles.trees import (
    MINOR_WHEEL,
    PATCH_WHEEL,
    changes,
    made_up,
    ploy,
    profile,
    trait,
)

OLD = made_up()


@pytest.mark.parametrize(
    ("old", "new", "step"),
    [
        ("1.2.3", "1.2.4", Step.PATCH),
        ("1.2.3", "1.2.3.post1", Step.SAME),
        ("1.2", "1.2.0", Step.SAME),
        ("1.2.3", "1.3.0", Step.MINOR),
        ("1.9", "2.0", Step.MAJOR),
        ("0.1", "1!0.1", Step.MAJOR),
        ("2026.10.3", "2026.10.26", Step.PATCH),
        ("1.2.4", "1.2.3", Step.PATCH),
        ("banana", "banana", Step.SAME),
        ("banana", "1.0", Step.PATCH),
    ],
)
def test_how_far_versions_are_apart(old: str, new: str, step: Step) -> None:
    assert step_between(old, new) is step


@pytest.mark.parametrize(
    ("ruse", "context", "in_patch", "in_minor"),
    [
        (Ruse.FETCHED, Context.IMPORT, "high/high", "high/high"),
        (Ruse.DECODED, Context.BUILD, "high/high", "high/high"),
        (Ruse.SENDS_ENVIRONMENT, Context.STARTUP, "high/high", "high/high"),
        (Ruse.UNSEEN, Context.IMPORT, "high/medium", "medium/medium"),
        (Ruse.SENDS_IDENTITY, Context.IMPORT, "high/medium", "medium/medium"),
        (Ruse.FETCHED, Context.CALLED, "high/medium", "medium/medium"),
        (Ruse.DECODED, Context.SCRIPT, "high/medium", "medium/medium"),
        (Ruse.SENDS_ENVIRONMENT, Context.CALLED, "high/medium", "high/medium"),
        (Ruse.SENDS_SECRET, Context.CALLED, "medium/low", "medium/low"),
        (Ruse.SENDS_STORE, Context.CALLED, "high/medium", "medium/medium"),
        (Ruse.SHELL, Context.IMPORT, "high/high", "high/high"),
    ],
)
def test_new_combinations(ruse: Ruse, context: Context, in_patch: str, in_minor: str) -> None:
    for filename, expected in ((PATCH_WHEEL, in_patch), (MINOR_WHEEL, in_minor)):
        new = made_up(filename, ploys=(ploy(ruse, context),))
        assert changes(OLD, new) == [("ruse", *expected.split("/"))]


def test_dormant_combinations_are_nothing() -> None:
    assert changes(OLD, made_up(PATCH_WHEEL, ploys=(ploy(context=Context.DORMANT),))) == []


def test_what_it_did_before_is_no_change_wherever_it_stands_now() -> None:
    old = made_up(ploys=(ploy(text="run 1"),))
    new = made_up(PATCH_WHEEL, ploys=(ploy(text="run 2", path="example/moved.py"),))
    assert changes(old, new) == []


def test_what_runs_more_readily_than_before_is_a_change() -> None:
    old = made_up(ploys=(ploy(context=Context.CALLED),))
    new = made_up(PATCH_WHEEL, ploys=(ploy(context=Context.IMPORT),))
    assert changes(old, new) == [("ruse", "high", "high")]


def test_a_project_that_always_did_the_like_is_believed_more() -> None:
    old = made_up(ploys=(ploy(context=Context.CALLED, host="a.example", text="a"),))
    new = made_up(PATCH_WHEEL, ploys=(ploy(context=Context.CALLED, host="b.example", text="b"),))
    assert changes(old, new) == [("ruse", "low", "low")]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["git describe"], []),
        (["anchor"], [("act", "medium", "medium")]),
    ],
)
def test_a_first_process_at_import(texts: list[str], expected: list[tuple[str, str, str]]) -> None:
    new = made_up(PATCH_WHEEL, traits=tuple(trait(text=text) for text in texts))
    assert changes(OLD, new) == expected


def test_a_first_process_and_a_first_connection_at_import_are_worse_together() -> None:
    both = (trait(), trait(Deed.REQUEST, text="https://a.example"))
    assert set(changes(OLD, made_up(MINOR_WHEEL, traits=both))) == {("act", "high", "medium")}


def test_what_is_only_called_is_no_act_of_note() -> None:
    new = made_up(PATCH_WHEEL, traits=(trait(context=Context.CALLED),))
    assert changes(OLD, new) == []


@pytest.mark.parametrize("deed", [Deed.PERSIST, Deed.COLLECT, Deed.REDIRECT, Deed.READ])
def test_rare_acts_for_the_first_time(deed: Deed) -> None:
    new = made_up(PATCH_WHEEL, traits=(trait(deed, Context.CALLED),))
    assert changes(OLD, new) == [("act", "medium", "medium")]
    again = made_up(PATCH_WHEEL, traits=(trait(deed, Context.CALLED, text="other"),))
    assert changes(made_up(traits=new.traits), again) == []


def test_hooks_and_the_network_at_build() -> None:
    hook = trait(Deed.HOOK, Context.BUILD, path="setup.py", text="install")
    usual = trait(Deed.HOOK, Context.BUILD, path="setup.py", text="build_ext")
    request = trait(Deed.REQUEST, Context.BUILD, path="setup.py", text="https://a.example")
    first, patch, minor = (f"example-1.{end}.tar.gz" for end in ("0", "0.1", "1"))
    old = made_up(first)

    assert changes(old, made_up(patch, traits=(hook,))) == [("hook", "medium", "medium")]
    assert changes(old, made_up(minor, traits=(hook,))) == [("hook", "low", "medium")]
    assert changes(old, made_up(patch, traits=(usual,))) == []
    assert ("hook", "high", "high") in changes(old, made_up(patch, traits=(hook, request)))
    assert ("hook", "high", "medium") in changes(old, made_up(minor, traits=(hook, request)))
    assert ("hook", "high", "medium") in changes(old, made_up(patch, traits=(request,)))
    assert changes(made_up(first, traits=(hook, request)), made_up(patch, traits=(hook,))) == []


def test_start_up_files() -> None:
    one, two = Startup("one.pth", "d1", "import one"), Startup("two.pth", "d2", "import two")
    acting = trait(context=Context.STARTUP, path="one.pth")

    assert changes(OLD, made_up(PATCH_WHEEL, startups=(one,))) == [("startup", "high", "medium")]
    assert changes(OLD, made_up(MINOR_WHEEL, startups=(one,))) == [("startup", "medium", "medium")]
    with_acts = made_up(MINOR_WHEEL, startups=(one,), traits=(acting,))
    assert ("startup", "high", "high") in changes(OLD, with_acts)
    had = made_up(startups=(two,))
    assert changes(had, made_up(MINOR_WHEEL, startups=(one,))) == [("startup", "medium", "low")]
    assert changes(had, made_up(PATCH_WHEEL, startups=(two,))) == []


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        (Need("to run", "a", "https://b.example/a.zip", "a @ …"), ("need", "high", "high")),
        (Need("to be built", "a", "https://b.example/a.zip", "a @ …"), ("need", "high", "high")),
        (Need("for an extra", "a", "https://b.example/a.zip", "a @ …"), ("need", "medium", "high")),
        (Need("to run", "a", "", "a"), ("need", "low", "medium")),
        (Need("for an extra", "a", "", "a"), None),
    ],
)
def test_new_requirements_of_a_repair(need: Need, expected: tuple[str, str, str] | None) -> None:
    known = Need("to run", "known", "", "known")
    new = made_up(PATCH_WHEEL, needs=(known, need))
    assert changes(made_up(needs=(known,)), new) == ([expected] if expected else [])


def test_new_requirements_of_a_feature_are_context() -> None:
    known = Need("to run", "known", "", "known")
    new = made_up(MINOR_WHEEL, needs=(known, Need("to run", "a", "", "a")))
    assert changes(made_up(needs=(known,)), new) == []
    told = compare(made_up(needs=(known,)), new)
    assert [one.change for one in told] == [Change.NEED]


def test_the_same_place_is_no_new_address() -> None:
    old = made_up(needs=(Need("to run", "a", "https://b.example/a-1.zip", "a @ 1"),))
    new = made_up(PATCH_WHEEL, needs=(Need("to run", "a", "https://b.example/a-2.zip", "a @ 2"),))
    assert changes(old, new) == []


def test_hidden_code_for_the_first_time() -> None:
    hidden = Mark("bidi-control", Context.CALLED, "a.py", 1, "…", hides=True)
    other = msgspec.structs.replace(hidden, code="hidden-column")
    dormant = msgspec.structs.replace(hidden, context=Context.DORMANT)

    assert changes(OLD, made_up(PATCH_WHEEL, marks=(hidden,))) == [
        ("obfuscation", "high", "medium")
    ]
    assert changes(OLD, made_up(MINOR_WHEEL, marks=(hidden,))) == [
        ("obfuscation", "medium", "medium")
    ]
    assert changes(OLD, made_up(PATCH_WHEEL, marks=(dormant,))) == []
    assert changes(made_up(marks=(hidden,)), made_up(PATCH_WHEEL, marks=(other,))) == [
        ("obfuscation", "medium", "medium")
    ]


def test_words_of_attacks() -> None:
    miner = Mark("miner", Context.CALLED, "example/core.py", 1, "xmrig", hides=False)
    chat = msgspec.structs.replace(miner, code="discord-webhook")
    busy = (trait(context=Context.CALLED),)

    assert changes(OLD, made_up(PATCH_WHEEL, marks=(miner,))) == [("word", "medium", "medium")]
    assert changes(OLD, made_up(PATCH_WHEEL, marks=(miner,), traits=busy)) == [
        ("word", "high", "medium")
    ]
    assert changes(OLD, made_up(PATCH_WHEEL, marks=(chat,))) == [("word", "low", "medium")]
    assert changes(OLD, made_up(MINOR_WHEEL, marks=(chat,))) == []
    unasked = (trait(Deed.REQUEST, Context.IMPORT),)
    assert ("word", "high", "medium") in changes(
        OLD, made_up(PATCH_WHEEL, marks=(chat,), traits=unasked)
    )
    assert changes(made_up(marks=(miner,)), made_up(PATCH_WHEEL, marks=(miner,))) == []


def test_hosts_are_context_unless_they_are_numbers() -> None:
    named = Contact("api.example", Context.IMPORT, "a.py", 1)
    numeric = Contact("198.51.100.7", Context.CALLED, "a.py", 1)

    assert changes(OLD, made_up(PATCH_WHEEL, contacts=(named,))) == []
    assert changes(OLD, made_up(PATCH_WHEEL, contacts=(named, numeric))) == [
        ("host", "medium", "low")
    ]
    assert changes(OLD, made_up(MINOR_WHEEL, contacts=(numeric,))) == []


def test_what_was_cut_from_the_old_one_makes_everything_less_sure() -> None:
    old = msgspec.structs.replace(OLD, cut=("ploys",))
    assert changes(old, made_up(PATCH_WHEEL, ploys=(ploy(),))) == [("ruse", "high", "low")]


def test_files_that_changed_are_counted() -> None:
    old = profile({"a.py": "X = 1\n", "b.py": "X = 1\n", "c.py": "C = 1\n"})
    new = profile({"a.py": "X = 2\n", "c.py": "C = 1\n", "d.py": "D = 1\n"}, PATCH_WHEEL)
    (told,) = compare(old, new)
    # METADATA and RECORD change with every release.
    assert told.message == "Of its files: 1 added, 1 removed, 3 changed."


def test_paths_are_those_of_the_new_artifact() -> None:
    old = profile({"setup.py": ""}, "example-1.0.tar.gz")
    new = profile(
        {"setup.py": "import os, urllib.request\nurllib.request.urlopen('https://a.example')\n"},
        "example-1.0.1.tar.gz",
    )
    told = [one for one in compare(old, new) if one.change is Change.HOOK]
    assert [(one.path, one.line) for one in told] == [("example-1.0.1/setup.py", 2)]


def test_the_worst_comes_first() -> None:
    new = made_up(
        PATCH_WHEEL, ploys=(ploy(),), commands=("example = a:b",), people=("Ada",), files=3
    )
    told = [one.severity for one in compare(OLD, new)]
    assert told == sorted(told, reverse=True)
    assert len(told) > 1


def test_an_artifact_does_not_differ_from_itself() -> None:
    whole: Profile = profile(
        {
            "example/__init__.py": "import os\nos.system('anchor')\n",
            "example.pth": "import example\n",
        }
    )
    assert compare(whole, whole) == ()
