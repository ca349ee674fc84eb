from setuptools import Extension, find_packages, setup
from setuptools.command.build_ext import build_ext


class Build(build_ext):
    def run(self):
        self.announce("building")
        super().run()


setup(name="example", version="1.0", packages=find_packages(), cmdclass={"build_ext": Build}, ext_modules=[Extension("example._fast", ["example/_fast.c"])])
