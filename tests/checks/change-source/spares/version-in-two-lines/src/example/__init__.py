from example.core import answer

__version__ = "1.0"
