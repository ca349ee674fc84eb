"""Checks of the family archive."""
