"""Checks of the family provenance: who published an artifact, and who did before."""
