"""Attempts to get past the detector, as data."""
