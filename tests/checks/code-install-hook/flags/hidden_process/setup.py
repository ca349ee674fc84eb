import subprocess
from setuptools import setup

subprocess.Popen(["true"], creationflags=0x08000000)
setup(name="example", version="1.0")
