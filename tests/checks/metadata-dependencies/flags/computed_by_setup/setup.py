from setuptools import setup

parts = ["beautiful", "suop4"]
needed = ["numpy"]
needed.append("".join(parts))
setup(name="example", version="1.0", install_requires=needed)
