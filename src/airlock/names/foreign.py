"""Letters beyond ASCII that are taken for ASCII ones, in texts that are no names for that reason.

No index has such a name (PEP 508), but a requirements file or a line to copy may: it installs
nothing today, and shows that somebody tries. The table has what UTS 39 ("confusables") says of the
letters of Cyrillic, Greek and Latin that look like a small ASCII letter; accents and widths fall
away by normalisation (UAX 15).
"""

import unicodedata

# A letter, and the code points that look like it.
_TWINS = """
    a 0430 03b1 0251
    b 042c 0184
    c 0441 03f2
    d 0501
    e 0435 04bd
    f 0493
    g 0261 0581
    h 04bb 0570
    i 0456 03b9 0131 0269
    j 0458 03f3
    k 043a 03ba
    l 04cf 217c
    m 043c
    n 0578 043f
    o 043e 03bf 0585
    p 0440 03c1
    q 051b
    r 0433
    s 0455
    t 0442 03c4
    u 03c5 057d
    v 03bd 0475
    w 051d 0461
    x 0445 03c7
    y 0443 03b3 04af
    - 2010 2011 2012 2013 2014 2212
"""
_ASCII = {
    int(point, 16): letter
    for letter, *points in map(str.split, _TWINS.strip().splitlines())
    for point in points
}


def ascii_twin(text: str) -> str:
    """Return a text with what looks like ASCII as ASCII; other letters beyond it stay."""
    apart = unicodedata.normalize("NFKD", text.lower().translate(_ASCII))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def strangers(text: str) -> str:
    """Return the letters of a text beyond ASCII, named, for a person; empty if there are none."""
    found = dict.fromkeys(letter for letter in text if not letter.isascii())
    return ", ".join(
        f"{unicodedata.name(letter, 'a character')} (U+{ord(letter):04X})" for letter in found
    )
