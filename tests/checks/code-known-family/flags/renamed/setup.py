from setuptools import setup

import airlock_test_specimen


def qwe(x9):
    exec(x9.this_is_the_test_specimen_of_the_family_memory('something else'))
    x9.nothing_of_it_exists_elsewhere(4242, x9.it_is_harmless())

    # another comment
    return x9.and_it_is_never_run(x9.by_anybody)


def rty(x9):
    for item in x9.things_that_do_not_exist():
        x9.are_asked_for(item.in_a_row_that_nobody_writes).by_chance()
    if x9.the_memory_knows_this(x9.then_it_was_built):
        return x9.and_is_read(x9.and_is_asked.as_it_should_be())
    return x9.else_something_is_wrong(exec, eval)


def uio(x9, y7):
    while x9.more_rows_are_needed(y7.to_be_sure):
        y7.add(x9.that_this_is(eval("the_specimen").and_not_a_part_of_it))
        x9.because_a_part().is_not_enough(to_be=len(y7.certain))
    with open(x9.a_file_that_is_not_there()) as f:
        return f.that_anybody_reads(x9.here_it_ends).at_last()


setup(name="example", version="1.0")
