import subprocess

from setuptools import find_packages, setup
from setuptools.command.install import install


class Install(install):
    def run(self):
        subprocess.check_call(["make", "docs"])
        install.run(self)


setup(
    name="example",
    version="1.0",
    packages=find_packages(),
    install_requires=["requests"],
    cmdclass={"install": Install},
)
