"""What the tables of a program say, and what is done where they say nothing."""

import random

import pytest

from airlock.binary.behaviour import Sign, is_launcher, signs
from airlock.binary.contents import Kind
from airlock.binary.marks import find_marks
from airlock.binary.native import Native, read_native
from airlock.model import Confidence, Severity
from tests.checks.programs import elf, macho, pe


def test_reads_a_library_of_linux() -> None:
    data = elf(imports=["system", "__printf_chk"], exports=["PyInit_fast"], constructors=2)
    native = read_native(data, Kind.ELF)
    assert native == Native(
        kind=Kind.ELF,
        system="linux",
        machine="x86_64",
        python_module=True,
        imports=frozenset({"system", "printf_chk"}),
        exports=1,
        constructors=2,
    )


def test_reads_a_program_of_linux() -> None:
    native = read_native(elf(program=True), Kind.ELF)
    assert native.program
    assert native.constructors == 0


def test_reads_a_program_of_windows() -> None:
    native = read_native(pe(imports={"KERNEL32.dll": ["CreateProcessW"]}), Kind.PE)
    assert native.program
    assert native.libraries == ("kernel32.dll",)
    # With and without the letter of the encoding.
    assert native.imports == {"CreateProcess", "CreateProcessW"}


def test_reads_a_library_of_windows() -> None:
    native = read_native(pe(library=True, appended=b"more"), Kind.PE)
    assert not native.program
    assert native.appended_bytes == 4


def test_reads_programs_of_macos() -> None:
    assert read_native(macho(), Kind.MACHO).program
    assert not read_native(macho(program=False), Kind.MACHO).program


@pytest.mark.parametrize(
    ("data", "kind", "packed"),
    [
        (elf(code=random.Random(1).randbytes(20_000)), Kind.ELF, "entropy"),
        (elf(b"x" * 10) + b"UPX!", Kind.ELF, "UPX"),
        (pe(code_name=b".vmp0"), Kind.PE, "vmp0"),
        (pe(code=random.Random(1).randbytes(20_000)), Kind.PE, "entropy"),
        (elf(code=b"\x90" * 20_000), Kind.ELF, ""),
        (elf(code=random.Random(1).randbytes(200)), Kind.ELF, ""),
    ],
)
def test_packed_code_is_told(data: bytes, kind: Kind, packed: str) -> None:
    found = read_native(data, kind).packed
    assert packed in found
    assert bool(packed) == bool(found)


@pytest.mark.parametrize("kind", [Kind.ELF, Kind.PE, Kind.MACHO])
@pytest.mark.parametrize("data", [b"", b"\x7fELF\2\1\1", pe()[:80], macho()[:40], b"MZ" * 40])
def test_broken_tables_are_said_to_be_so(data: bytes, kind: Kind) -> None:
    native = read_native(data, kind)
    assert native.kind is kind
    assert native.problem or not native.imports


def told(data: bytes, kind: Kind, size: int = 0) -> list[Sign]:
    return list(signs(read_native(data, kind), find_marks([data]), size or len(data)))


def worst(data: bytes, kind: Kind, size: int = 0) -> tuple[Severity, Confidence]:
    return max(((sign.severity, sign.confidence) for sign in told(data, kind, size)), key=rank)


def rank(weight: tuple[Severity, Confidence]) -> tuple[int, int]:
    return weight[0].rank, weight[1].rank


WEBHOOK = b"https://discord.com/api/webhooks/" + b"0" * 18 + b"/" + b"x" * 60


def test_what_is_collected_together_with_where_it_goes_is_an_attack() -> None:
    data = pe(b"\0".join([rb"\Google\Chrome\User Data", b"Login Data", WEBHOOK]))
    assert worst(data, Kind.PE) == (Severity.CRITICAL, Confidence.HIGH)


def test_one_sign_is_weak() -> None:
    assert worst(elf(b"http://169.254.169.254/latest"), Kind.ELF) == (Severity.LOW, Confidence.LOW)


def test_size_lowers_confidence_of_words_but_not_below_a_look_for_a_whole_webhook() -> None:
    many = pe(b"\0".join([b"Login Data", b"https://transfer.sh/x", b"crontab -l"]))
    assert worst(many, Kind.PE)[1] is Confidence.MEDIUM
    assert worst(many, Kind.PE, size=64 << 20)[1] is Confidence.LOW
    assert worst(pe(WEBHOOK), Kind.PE, size=64 << 20) == (Severity.HIGH, Confidence.MEDIUM)


def test_debuggers_inject_code_and_are_not_held() -> None:
    names = ["VirtualAllocEx", "WriteProcessMemory", "CreateRemoteThread"]
    data = pe(imports={"KERNEL32.dll": names})
    assert worst(data, Kind.PE) == (Severity.MEDIUM, Confidence.MEDIUM)


def test_an_extension_module_that_starts_processes_is_not_hollow() -> None:
    data = elf(imports=["execvp"], exports=["PyInit_fast", "fast_run", "fast_stop"], constructors=3)
    assert told(data, Kind.ELF) == []


LAUNCHER = b"Fatal error in launcher: %s"
STARTS = {"KERNEL32.dll": ["CreateProcessW"]}


def launcher(data: bytes) -> bool:
    return is_launcher(read_native(data, Kind.PE), find_marks([data]), len(data))


def test_the_stub_that_starts_a_script_is_known_by_what_it_is_made_of() -> None:
    assert launcher(pe(LAUNCHER, imports=STARTS))


@pytest.mark.parametrize(
    "data",
    [
        pe(LAUNCHER + b"\0" + WEBHOOK, imports=STARTS),
        pe(LAUNCHER, imports=STARTS | {"WS2_32.dll": ["connect"]}),
        pe(LAUNCHER, imports=STARTS | {"urlmon.dll": ["URLDownloadToFileA"]}),
        pe(LAUNCHER, imports=STARTS, code_name=b"UPX0"),
        pe(LAUNCHER, imports=STARTS, appended=b"more than the stub"),
        pe(LAUNCHER, imports=STARTS, library=True),
        pe(b"hello", imports=STARTS),
        pe(LAUNCHER, imports=STARTS, code=b"\xcc" * 600_000),
    ],
)
def test_what_pretends_to_be_the_stub_is_not_spared(data: bytes) -> None:
    assert not launcher(data)
