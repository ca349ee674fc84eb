"""TUF for the index: what PEP 458 and PEP 480 ask for, on python-tuf and securesystemslib.

``roles`` says which roles there are and how long they live; ``keys`` makes and opens keys;
``ceremony`` writes what offline keys sign; ``repository`` signs online what the index admits;
``metadata`` keeps the documents; ``verification`` looks at all of it as a stranger would;
``client`` is the other end.

Importing this package costs nothing; python-tuf is imported where it is used.
"""
