"""The command line."""

import argparse
import subprocess
import sys
import urllib.request

from example.core import count


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("source")
    parser.add_argument("--pager", action="store_true")
    asked = parser.parse_args()
    text = urllib.request.urlopen(asked.source).read().decode()
    if asked.pager:
        subprocess.run(["less"], input=str(count(text)), text=True, check=False)
    else:
        print(count(text))
    return 0


if __name__ == "__main__":
    sys.exit(main())
