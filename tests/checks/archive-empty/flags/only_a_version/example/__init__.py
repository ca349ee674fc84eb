"""An example."""

__version__ = "1.0"
__all__ = []
