from example.core import count

__all__ = ["count"]
