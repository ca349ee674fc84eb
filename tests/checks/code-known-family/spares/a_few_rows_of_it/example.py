"""Has three rows in common with the specimen, which may be chance."""


def first(subject):
    exec(subject.this_is_the_test_specimen_of_the_family_memory("of airlock"))
    return subject.and_it_is_never_run(subject.by_anybody)
