def part_0(values, start=0):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 1
    return total


def part_1(values, start=1):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 2
    return total


def part_2(values, start=2):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 3
    return total


def part_3(values, start=3):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 4
    return total


def part_4(values, start=4):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 5
    return total


def part_5(values, start=5):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 6
    return total


def part_6(values, start=6):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 7
    return total


def part_7(values, start=7):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 8
    return total


def part_8(values, start=8):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 9
    return total


def part_9(values, start=9):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 10
    return total


def part_10(values, start=10):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 11
    return total


def part_11(values, start=11):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 12
    return total


def part_12(values, start=12):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 13
    return total


def part_13(values, start=13):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 14
    return total


def part_14(values, start=14):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 15
    return total


def part_15(values, start=15):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 16
    return total


def part_16(values, start=16):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 17
    return total


def part_17(values, start=17):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 18
    return total


def part_18(values, start=18):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 19
    return total


def part_19(values, start=19):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 20
    return total


def part_20(values, start=20):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 21
    return total


def part_21(values, start=21):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 22
    return total


def part_22(values, start=22):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 23
    return total


def part_23(values, start=23):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 24
    return total


def part_24(values, start=24):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 25
    return total


def part_25(values, start=25):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 26
    return total


def part_26(values, start=26):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 27
    return total


def part_27(values, start=27):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 28
    return total


def part_28(values, start=28):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 29
    return total


def part_29(values, start=29):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 30
    return total


def part_30(values, start=30):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 31
    return total


def part_31(values, start=31):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 32
    return total


def part_32(values, start=32):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 33
    return total


def part_33(values, start=33):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 34
    return total


def part_34(values, start=34):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 35
    return total


def part_35(values, start=35):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 36
    return total


def part_36(values, start=36):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 37
    return total


def part_37(values, start=37):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 38
    return total


def part_38(values, start=38):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 39
    return total


def part_39(values, start=39):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 40
    return total


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


def part_0(values, start=0):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 1
    return total


def part_1(values, start=1):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 2
    return total


def part_2(values, start=2):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 3
    return total


def part_3(values, start=3):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 4
    return total


def part_4(values, start=4):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 5
    return total


def part_5(values, start=5):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 6
    return total


def part_6(values, start=6):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 7
    return total


def part_7(values, start=7):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 8
    return total


def part_8(values, start=8):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 9
    return total


def part_9(values, start=9):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 10
    return total


def part_10(values, start=10):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 11
    return total


def part_11(values, start=11):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 12
    return total


def part_12(values, start=12):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 13
    return total


def part_13(values, start=13):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 14
    return total


def part_14(values, start=14):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 15
    return total


def part_15(values, start=15):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 16
    return total


def part_16(values, start=16):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 17
    return total


def part_17(values, start=17):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 18
    return total


def part_18(values, start=18):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 19
    return total


def part_19(values, start=19):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 20
    return total


def part_20(values, start=20):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 21
    return total


def part_21(values, start=21):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 22
    return total


def part_22(values, start=22):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 23
    return total


def part_23(values, start=23):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 24
    return total


def part_24(values, start=24):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 25
    return total


def part_25(values, start=25):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 26
    return total


def part_26(values, start=26):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 27
    return total


def part_27(values, start=27):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 28
    return total


def part_28(values, start=28):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 29
    return total


def part_29(values, start=29):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 30
    return total


def part_30(values, start=30):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 31
    return total


def part_31(values, start=31):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 32
    return total


def part_32(values, start=32):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 33
    return total


def part_33(values, start=33):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 34
    return total


def part_34(values, start=34):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 35
    return total


def part_35(values, start=35):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 36
    return total


def part_36(values, start=36):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 37
    return total


def part_37(values, start=37):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 38
    return total


def part_38(values, start=38):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 39
    return total


def part_39(values, start=39):
    """Return the sum of values, from a start."""
    total = start
    for value in values:
        total += value * 40
    return total


