import subprocess
from setuptools import setup

version = subprocess.check_output(["git", "describe", "--tags"]).decode()
setup(name="example", version=version)
