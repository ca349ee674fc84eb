import shutil

from setuptools import setup

shutil.rmtree("build", ignore_errors=True)
setup(name="example")
