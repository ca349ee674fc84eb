"""Checks of the family change: of an artifact beside its predecessor and its sibling."""
