import subprocess
from setuptools import find_packages, setup

setup(name="example", version=subprocess.check_output(["git", "describe"], text=True), packages=find_packages())
