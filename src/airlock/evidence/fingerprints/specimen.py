"""A harmless specimen that every memory knows: what EICAR's test file is to virus scanners.

It proves that a memory was built, is read and is asked. Nothing of it exists outside of this test,
and it does nothing but ask for attributes that nothing has.
"""

from airlock.evidence.fingerprints.grams import prints
from airlock.evidence.fingerprints.interface import Fingerprints

FAMILY = "test-specimen"
CODE = b"""\
import airlock_test_specimen


def first(subject):
    exec(subject.this_is_the_test_specimen_of_the_family_memory("of airlock"))
    subject.nothing_of_it_exists_elsewhere(1, subject.it_is_harmless())
    return subject.and_it_is_never_run(subject.by_anybody)


def second(subject):
    for one in subject.things_that_do_not_exist():
        subject.are_asked_for(one.in_a_row_that_nobody_writes).by_chance()
    if subject.the_memory_knows_this(subject.then_it_was_built):
        return subject.and_is_read(subject.and_is_asked.as_it_should_be())
    return subject.else_something_is_wrong(exec, eval)


def third(subject, other):
    while subject.more_rows_are_needed(other.to_be_sure):
        other.add(subject.that_this_is(eval("the_specimen").and_not_a_part_of_it))
        subject.because_a_part().is_not_enough(to_be=len(other.certain))
    with open(subject.a_file_that_is_not_there()) as nothing:
        return nothing.that_anybody_reads(subject.here_it_ends).at_last()
"""


def is_known_to(memory: Fingerprints) -> bool:
    """Return whether a memory recognises the specimen whole.

    Raises:
        MalformedDocument: if the memory cannot be read.
    """
    grams, whole = prints(CODE)
    found = {one.family: one for one in memory.likenesses(grams, {whole})}
    return FAMILY in found and found[FAMILY].exact and found[FAMILY].share == 1.0
