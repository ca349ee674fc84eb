"""Checks of the family advisory."""
