"""The names worth reserving before somebody else takes them: what ``compare`` would catch, made.

- Every name is valid, differs from the original for an index, and comes once.
- The order is that of likelihood: what is mistyped most often comes first.
- What is not made: letters that lie anywhere else on the keyboard. There are hundreds of such names
  for each, and nobody types them by mistake.
"""

from collections.abc import Callable, Iterable, Iterator

from airlock.model import ProjectName
from airlock.names.keyboard import NEIGHBOURS
from airlock.names.looks import RESEMBLES
from airlock.names.spelling import ultranormalise
from airlock.names.techniques import Technique

_VOWELS = "aeiouy"
_AFFIXES = ("py", "python", "python3")
_ADDITIONS = ("api", "cli", "dev", "lib", "sdk", "tools", "utils")
_NUMBERS = "23"
_SHORTEST_STEM = 4

Typo = tuple[ProjectName, Technique]
_Others = Callable[[str], Iterable[str]]


def generate(name: ProjectName) -> Iterator[Typo]:
    """Yield the names that may be typed or read instead of one, with how they come about."""
    seen = {ultranormalise(name)}
    for technique, spellings in _spellings(name):
        for spelling in spellings:
            form = ultranormalise(spelling)
            if form not in seen and _is_name(spelling):
                seen.add(form)
                yield ProjectName(spelling), technique


def _is_name(spelling: str) -> bool:
    return bool(spelling) and spelling[0] != "-" != spelling[-1] and "--" not in spelling


def _spellings(name: str) -> Iterator[tuple[Technique, Iterable[str]]]:
    yield Technique.OMISSION, _omissions(name)
    yield Technique.REPETITION, _repetitions(name)
    yield Technique.TRANSPOSITION, _transpositions(name)
    yield Technique.PLURAL, _plurals(name)
    yield Technique.VOWEL_SWAP, _replacements(name, _vowels)
    yield Technique.KEYBOARD, _replacements(name, _keys)
    yield Technique.HOMOGLYPH, _homoglyphs(name)
    yield Technique.BITFLIP, _replacements(name, _bit_flips)
    yield Technique.WORD_ORDER, _word_orders(name)
    yield Technique.PY_AFFIX, _py_affixes(name)
    yield Technique.VERSION_SUFFIX, _versions(name)
    yield Technique.AFFIX, (f"{name}-{word}" for word in _ADDITIONS)


def _omissions(name: str) -> Iterator[str]:
    return (name[:place] + name[place + 1 :] for place in range(len(name)))


def _repetitions(name: str) -> Iterator[str]:
    return (name[:place] + name[place] + name[place:] for place in range(len(name)))


def _transpositions(name: str) -> Iterator[str]:
    for place in range(len(name) - 1):
        yield name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def _plurals(name: str) -> Iterator[str]:
    yield name.removesuffix("s") if name.endswith("s") else name + "s"


def _replacements(name: str, others: _Others) -> Iterator[str]:
    for place, letter in enumerate(name):
        for other in others(letter):
            yield name[:place] + other + name[place + 1 :]


def _vowels(letter: str) -> Iterable[str]:
    return _VOWELS if letter in _VOWELS else ()


def _keys(letter: str) -> Iterable[str]:
    return sorted(NEIGHBOURS.get(letter, ()))


def _bit_flips(letter: str) -> Iterator[str]:
    for bit in range(7):
        other = chr(ord(letter) ^ 1 << bit)
        if letter != "-" and (other.isdigit() or other.islower()):
            yield other


def _homoglyphs(name: str) -> Iterator[str]:
    for seen, others in RESEMBLES.items():
        start = name.find(seen)
        while start >= 0:
            for other in sorted(others):
                yield name[:start] + other + name[start + len(seen) :]
            start = name.find(seen, start + 1)


def _word_orders(name: str) -> Iterator[str]:
    words = name.split("-")
    for cut in range(1, len(words)):
        yield "-".join(words[cut:] + words[:cut])


def _py_affixes(name: str) -> Iterator[str]:
    stem = name
    for word in _AFFIXES:
        stem = stem.removeprefix(f"{word}-").removesuffix(f"-{word}")
    if stem != name:
        yield stem
    for word in _AFFIXES:
        yield f"{word}-{stem}"
        yield f"{stem}-{word}"
    yield f"py{stem}"
    yield f"{stem}py"
    if name.startswith("py") and "-" not in name:
        yield name.removeprefix("py")
        yield f"python-{name.removeprefix('py')}"


def _versions(name: str) -> Iterator[str]:
    stem = name.rstrip("0123456789")
    if len(stem) < _SHORTEST_STEM or len(name) - len(stem) > 1:
        return
    if stem != name:
        yield stem.rstrip("-")
    for number in _NUMBERS:
        yield stem + number
