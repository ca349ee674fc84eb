"""``python -m benchmarks [NAME…]``: the named ones, or all."""

import importlib
import sys

NAMES = (
    "startup",
    "archives",
    "lists",
    "install",
    "trust",
    "verify",
    "index",
    "upload",
    "audit",
    "life",
    "detonate",
    "provenance",
    "pages",
    "watch",
)

# Processes that are started to help import this module, too.
if __name__ == "__main__":
    for name in sys.argv[1:] or NAMES:
        if name not in NAMES:
            sys.exit(f"there is no benchmark {name!r}; there are: {', '.join(NAMES)}")
        importlib.import_module(f"benchmarks.{name}").main()
