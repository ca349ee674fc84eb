from setuptools import setup

HOST = "files.invalid"
setup(name="example", version="1.0", install_requires=["numpy", "helper @ https://%s/helper.zip" % HOST])
