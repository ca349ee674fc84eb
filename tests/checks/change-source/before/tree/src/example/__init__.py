from example.core import answer

__version__ = "0.0.0"
