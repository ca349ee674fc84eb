"""``python -m airlock`` is ``airlock``."""

from airlock.cli import main

if __name__ == "__main__":
    main()
