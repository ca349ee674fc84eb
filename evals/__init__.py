"""Measures the detector on named corpora that are kept outside the repository.

::

    python -m evals --malware LIST.csv --malware-folder DIR --benign LIST.csv --benign-folder DIR
    python -m evals compare BEFORE.json AFTER.json
    python -m evals families --malware LIST.csv … --benign LIST.csv …

- Archives are read, never unpacked to disk and never run; each is examined in a process of its own,
  the way that ``airlock scan`` does it.
- Of a malicious archive a report holds verdicts, messages and paths, but none of its code.
- What could not be evaluated is counted and listed, never left out in silence.
"""
