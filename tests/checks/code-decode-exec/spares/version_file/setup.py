import os
from setuptools import setup

about = {}
here = os.path.dirname(__file__)
with open(os.path.join(here, "example", "_version.py")) as file:
    exec(compile(file.read(), "_version.py", "exec"), about)

setup(name="example", version=about["__version__"])
