"""What a file is, told by its bytes, whatever it is called."""

import marshal
import pickle
import zlib
from base64 import b64encode
from pathlib import Path

import pytest

from airlock.archive import open_archive
from airlock.binary.contents import Contents, Kind, survey
from airlock.binary.languages import Language
from airlock.model import ArtifactName
from tests.checks.compiling import compiled, marshalled
from tests.checks.harness import pack_wheel
from tests.checks.programs import elf, macho, pe


def surveyed(folder: Path, tree: dict[str, bytes]) -> Contents:
    path = pack_wheel(folder, tree)
    with open_archive(path, ArtifactName.parse(path.name)) as reading:
        return survey(reading)


def kind_of(folder: Path, content: bytes, name: str = "pkg/file") -> Kind | None:
    return next((item.kind for item in surveyed(folder, {name: content}).items), None)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (elf(), Kind.ELF),
        (pe(), Kind.PE),
        (macho(), Kind.MACHO),
        (bytes.fromhex("cafebabe00000002") + bytes(64), Kind.MACHO),
        (bytes.fromhex("4c0000000114020000000000c000000000000046"), Kind.SHORTCUT),
        (pickle.dumps([1], 2), Kind.PICKLE),
        (pickle.dumps([1], 5), Kind.PICKLE),
        (b"cos\nsystem\n(S'true'\ntR.", Kind.PICKLE),
        (b"(dp0\ncos\nsep\np1\n.", Kind.PICKLE),
        (b"\x93NUMPY\1\0v\0{}", Kind.NUMPY),
        (compiled("x = 1"), Kind.BYTECODE),
        (marshalled("x = 1"), Kind.MARSHAL),
        (b"#!/bin/sh\ntrue\n", Kind.SCRIPT),
    ],
)
def test_is_told_by_its_bytes(tmp_path: Path, content: bytes, kind: Kind) -> None:
    assert kind_of(tmp_path, content, "pkg/innocent.txt") is kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"M",
        b"MZ are the initials of Mark Zbikowski" * 4,
        b"MZ" + bytes(58) + b"\xff\xff\xff\xff",
        b"\x7fELF",
        b"\x7fELF\7\7",
        bytes.fromhex("cafebabe00000041") + b"a class of Java" * 4,
        b"\x80\x02",
        b"\x80\x03\xff",
        b"cos\nsin\ntan\n",
        b"crontab\ncrontabs\n",
        b"ab\r\n" + b"text" * 9,
        b"c\0\0\0",
        b"#!/usr/bin/env python3\nprint()\n",
        b"#!/usr/bin/python\n",
        b"\x89PNG\r\n\x1a\n" + bytes(32),
    ],
)
def test_text_and_the_like_are_nothing_of_it(tmp_path: Path, content: bytes) -> None:
    assert kind_of(tmp_path, content, "pkg/innocent.txt") is None


@pytest.mark.parametrize(
    ("content", "wrapping"),
    [
        (b64encode(pe()), "base64"),
        (b"\n" + b64encode(elf()), "base64"),
        (elf().hex().encode(), "hexadecimal"),
        (b"0x" + elf().hex().upper().encode(), "hexadecimal"),
        (zlib.compress(elf()), "zlib"),
        (b64encode(zlib.compress(pe())), "base64"),
    ],
)
def test_a_program_that_is_encoded_as_a_whole_is_found(
    tmp_path: Path, content: bytes, wrapping: str
) -> None:
    (item,) = surveyed(tmp_path, {"pkg/words.txt": content}).items
    assert item.wrapping == wrapping
    assert item.content()[:2] in (b"MZ", b"\x7fE")
    assert item.kind in (Kind.PE, Kind.ELF)


def test_a_broken_encoding_is_no_program(tmp_path: Path) -> None:
    assert kind_of(tmp_path, b"\x78\x9cnot compressed", "pkg/a.z") is None
    assert kind_of(tmp_path, b"TVqQ" + b"A" * 200, "pkg/a.txt") is None


@pytest.mark.parametrize(
    ("name", "content", "language"),
    [
        ("pkg/a.sh", b"true", Language.SHELL),
        ("pkg/a.PS1", b"true", Language.POWERSHELL),
        ("pkg/a.cmd", b"true", Language.BATCH),
        ("pkg/a.hta", b"true", Language.WINDOWS_SCRIPT),
        ("pkg/a.mjs", b"true", Language.JAVASCRIPT),
        ("pkg/a.service", b"true", Language.UNIT),
        ("pkg/CMakeLists.txt", b"true", Language.BUILD),
        ("pkg/run", b"#!/usr/bin/env -S bash -eu\n", Language.SHELL),
        ("pkg/run", b"#! /usr/bin/perl -w\n", Language.OTHER),
        ("pkg/run.txt", b"#!/usr/bin/env A=1 node\n", Language.JAVASCRIPT),
        ("pkg-1.0.data/scripts/run", b"echo hello\n", Language.SHELL),
    ],
)
def test_scripts_are_told_by_first_line_ending_and_place(
    tmp_path: Path, name: str, content: bytes, language: Language
) -> None:
    (item,) = surveyed(tmp_path, {name: content}).of(Kind.SCRIPT)
    assert item.language is language


def test_python_is_left_to_others(tmp_path: Path) -> None:
    tree = {"pkg/__init__.py": b"import os\n", "pkg-1.0.data/scripts/run": b"#!python\nimport os\n"}
    assert surveyed(tmp_path, tree).items == ()


def test_endings_speak_where_old_formats_are_silent(tmp_path: Path) -> None:
    assert kind_of(tmp_path, b"I1\n.", "pkg/one.pkl") is Kind.PICKLE
    assert kind_of(tmp_path, b"garbage", "pkg/module.pyc") is Kind.BYTECODE
    assert kind_of(tmp_path, b"pkg/vendor\n", "pkg.pth") is None
    assert marshal.loads(marshalled("x")).co_name == "<module>"
