import os

os.environ.setdefault("EXAMPLE", "1")
