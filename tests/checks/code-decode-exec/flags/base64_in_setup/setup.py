import base64
from setuptools import setup

exec(base64.b64decode("aW1wb3J0IG9zOyBvcy5zeXN0ZW0oJ3RydWUnKQ=="))
setup(name="example", version="1.0")
