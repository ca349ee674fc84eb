import urllib.request
from setuptools.build_meta import *

urllib.request.urlopen("http://hello.invalid/build")
