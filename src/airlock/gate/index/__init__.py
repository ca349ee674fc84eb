"""The gate as a package index: PyPI's protocols in front of the door."""
