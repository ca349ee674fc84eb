"""The way in for what this index hosts: the legacy upload API of twine, uv, flit, poetry, hatch."""
