"""Checks of the family behaviour."""
