"""Checks of the family metadata."""
