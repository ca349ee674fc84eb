"""Other interpreters that code starts."""

import re

IMPORTS_ONLY = re.compile(
    r"\bpython\S*\s+-c\s+[\"']?\s*(import warnings[^;]{0,80};[^;]{0,80};\s*)?"
    r"(from\s+[\w.]+\s+)?import\s+[\w.]+(\s+import\s+\w+)?\s*;?\s*[\"']?\s*$"
)
"""One that is told to import something, and nothing else: what works shows in no import."""
